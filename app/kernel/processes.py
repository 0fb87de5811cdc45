"""Child processes: forked from one that has loaded everything, named in `ps`, and never outliving their parent."""

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

import structlog

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
M_ARENA_MAX = -8
WATCHED = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}

log = structlog.get_logger()


def spare_memory() -> None:
    """Keep glibc from giving each thread a heap of its own; the saving is tens of megabytes a process."""
    if sys.platform == "linux":
        getattr(ctypes.CDLL(None), "mallopt", lambda *_: 0)(M_ARENA_MAX, 2)


def give_memory_back() -> None:
    """Return to the system what was freed; drawing a document leaves tens of megabytes behind otherwise."""
    if sys.platform == "linux":
        getattr(ctypes.CDLL(None), "malloc_trim", lambda *_: 0)(0)


def fork(name: str, run: Callable[[], None]) -> int:
    """Fork a child that runs a function and leaves; give its process id.

    What is loaded so far is shared with it page by page, so that a child costs only what it changes. The child leads
    a session of its own: Ctrl-C in a terminal reaches the supervisor alone, which stops the others in their order.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    gc.collect()
    gc.freeze()
    pid = os.fork()
    if pid == 0:
        _live(name, parent, run)
    return pid


def _live(name: str, parent: int, run: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        os.setsid()
        for number in WATCHED:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        follow_parent(name, parent)
        run()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException as error:  # said in the log; the supervisor starts the part again
        log.exception("part_failed", part=name, error=type(error).__name__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def follow_parent(name: str, parent: int | None = None) -> None:
    """Bear a name in `ps`, and be told to stop when the parent dies, even by kill -9 (Linux)."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if parent is not None and os.getppid() != parent:  # it died before we could ask to be told
        sys.exit(1)


def reap(pid: int) -> int | None:
    """Give how a child ended (its code, or minus the signal that ended it), None while it lives."""
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status) if ended else None


def signal_group(pid: int, number: int) -> None:
    """Send a signal to a child and to what it started; who is gone already is left in peace."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return
