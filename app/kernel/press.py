"""The press: every paper is drawn in a process of its own, bounded in time and memory; nothing else draws any.

It stays warm between papers (the libraries take a second to load), knows none of the house's secrets, and goes when
whoever started it goes. A paper that asks for more than any paper needs ends the press, not the house; the next one
starts another. Run as a module, this file is that process: HTML comes in, a PDF or the reason why not goes out.
"""

import atexit
import json
import math
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from typing import IO

from flask import Flask, current_app

from app.kernel import printing
from app.kernel.languages import _
from app.kernel.printing import Archive, OutsideResource, PrintingUnavailable

SECONDS = 20.0
SECONDS_TO_START = 90.0  # loading the libraries takes one; on a machine that is busy elsewhere, many
MEMORY = 2**30
LONGEST = 32 * 2**20  # of one file the press may write: fonts, for a moment
IDLE_SECONDS = 15.0  # then it goes, and its seventy megabytes with it
RETIRES_AFTER = 200  # papers: what a library never gives back goes with its process
KNOWN_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PYTHONPATH")

ORDER, DRAWN, OUTSIDE, UNAVAILABLE, BROKEN = b"P", b"D", b"O", b"U", b"B"
EMPTY = b'{"html": "<p>", "archive": null}'
HEAD = struct.Struct(">cQ")


class DrawingStopped(Exception):
    """A paper took more time or memory than any paper needs, or broke the drawing; said in words."""


class NotInTime(Exception):
    """Whoever asked could wait no longer. Of the paper itself it says nothing: somebody else may draw it."""


class _Gone(Exception):
    """The process went by itself, for want of papers, as one was handed to it."""


class Press:
    """One process that draws, one paper at a time."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY, idle: float = IDLE_SECONDS) -> None:
        """Keep its bounds; the process starts with the first paper."""
        self.seconds, self.memory, self.idle = seconds, memory, idle
        self.owner = os.getpid()
        self.drawn = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._turn = threading.Lock()

    def pdf(self, html: str, archive: Archive | None = None, *, seconds: float | None = None) -> bytes:
        """Draw a PDF. Raises DrawingStopped, OutsideResource, PrintingUnavailable."""
        order = json.dumps({"html": html, "archive": asdict(archive) if archive else None}).encode()
        with self._turn:
            try:
                drawn = self._asked(self._standing(), order, seconds or self.seconds)
            except _Gone:
                drawn = self._asked(self._standing(), order, seconds or self.seconds)
            self.drawn += 1
        return drawn

    def stop(self) -> None:
        """End the process, and take back what it wrote."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = self._folder = None
        self.drawn = 0

    def _asked(self, process: subprocess.Popen[bytes], order: bytes, seconds: float) -> bytes:
        clock = threading.Timer(min(seconds, _left()), process.kill)
        clock.start()
        try:
            _write(process.stdin, ORDER, order)
            outcome, content = _read(process.stdout)
        except EOFError:
            went_by_itself = process.wait() == 0
            self.stop()
            if went_by_itself:
                raise _Gone from None
            if not _left():
                raise NotInTime from None
            raise DrawingStopped(_("Le dessin a demandé trop de temps ou de mémoire.")) from None
        except BaseException:
            self.stop()
            raise
        finally:
            clock.cancel()
        return _understood(outcome, content)

    def _standing(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or self.drawn >= RETIRES_AFTER):
            self.stop()
        if self._process is None:
            self._folder = tempfile.TemporaryDirectory(prefix="guichet-press-")
            known = {name: os.environ[name] for name in KNOWN_VARIABLES if name in os.environ}
            self._process = subprocess.Popen(  # noqa: S603 - ourselves, and nothing that anybody typed
                [sys.executable, "-m", __name__, str(current_app.config["ROOT"]), str(self.memory), str(self.idle)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=current_app.config["ROOT"],
                env={**known, "TMPDIR": self._folder.name},
            )
            threading.Thread(target=self._process.wait, daemon=True).start()  # one that goes leaves no trace behind
            self._asked(self._process, EMPTY, SECONDS_TO_START)
        return self._process


_presses: dict[int, Press] = {}
_until: ContextVar[float] = ContextVar("press_until", default=math.inf)


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Bound all that is drawn meanwhile, the start of the press included; what takes longer raises NotInTime."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def _left() -> float:
    return max(0.0, _until.get() - time.monotonic())


def pdf(html: str, archive: Archive | None = None, *, seconds: float = SECONDS) -> bytes:
    """Draw a PDF in the press of this process; a long one is given more seconds.

    Raises DrawingStopped, OutsideResource, PrintingUnavailable; NotInTime under `waiting_at_most`.
    """
    if not printing.is_available():
        raise PrintingUnavailable("weasyprint is missing")
    press = _presses.setdefault(os.getpid(), Press())  # one inherited by a fork belongs to its parent
    return press.pdf(html, archive, seconds=seconds)


@atexit.register
def _stop_own() -> None:
    press = _presses.get(os.getpid())
    if press is not None:
        press.stop()


def _understood(outcome: bytes, content: bytes) -> bytes:
    said = content.decode(errors="replace")[:300] if outcome != DRAWN else ""
    if outcome == OUTSIDE:
        raise OutsideResource(said)
    if outcome == UNAVAILABLE:
        raise PrintingUnavailable(said)
    if outcome == BROKEN:
        raise DrawingStopped(said)
    return content


def _write(pipe: IO[bytes] | None, word: bytes, content: bytes) -> None:
    try:
        if pipe is not None:
            pipe.write(HEAD.pack(word, len(content)) + content)
            pipe.flush()
    except BrokenPipeError:
        raise EOFError from None


def _read(pipe: IO[bytes] | None) -> tuple[bytes, bytes]:
    head = pipe.read(HEAD.size) if pipe is not None else b""
    if len(head) < HEAD.size or pipe is None:
        raise EOFError
    word, length = HEAD.unpack(head)
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return word, content


# --- the process itself -----------------------------------------------------------------------------------------


def main(root: str, memory: int, idle: float) -> None:
    """Draw what comes in until nothing more comes, or nothing for a while."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells everybody; who started us decides
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST, LONGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    app = Flask("press", root_path=root, template_folder="templates", static_folder=None)
    app.config["STATIC_DIR"] = f"{root}/static"
    with app.app_context():
        while select.select([sys.stdin], [], [], idle)[0]:
            try:
                _word, order = _read(sys.stdin.buffer)
            except EOFError:
                return
            _write(sys.stdout.buffer, *_outcome(order))


def _outcome(order: bytes) -> tuple[bytes, bytes]:
    asked = json.loads(order)
    try:
        return DRAWN, printing.pdf(asked["html"], Archive(**asked["archive"]) if asked["archive"] else None)
    except OutsideResource as error:
        return OUTSIDE, str(error).encode()
    except PrintingUnavailable as error:
        return UNAVAILABLE, str(error).encode()
    except MemoryError:
        sys.exit("no memory left")  # and nothing to be trusted: who asked finds the pipe closed
    except Exception as error:  # noqa: BLE001 - whatever breaks is told to who asked
        return BROKEN, f"{type(error).__name__}: {error}"[:300].encode()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
