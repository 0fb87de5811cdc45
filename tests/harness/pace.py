"""What makes five thousand tests quick: files no disk has to write, a collector of rubbish that is seldom called, a
press that stays, and the files of the tests given to the processes so that none waits for another at the end."""

import fcntl
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from xdist.scheduler import LoadFileScheduling

from app.kernel import press

MEMORY = Path("/dev/shm")  # noqa: S108 - each process makes a folder of its own below, closed to others
ROOM = 2_000_000_000
PREFIX = "guichet-tests-"
BROWSER = "browser"


def quickest_folder() -> Path:
    """Where files that nobody will look for after the test are written soonest: in memory, if there is room."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else Path(tempfile.gettempdir())


@contextmanager
def fleeting_folder() -> Iterator[Path]:
    """Give a folder for as long as this process needs it; what runs that were killed left behind goes as well."""
    above = quickest_folder()
    own = above / f"{PREFIX}{os.getpid()}"
    for left in above.glob(f"{PREFIX}*"):  # numbers of processes come again: what bears ours is somebody's who had it
        if left == own or not psutil.pid_exists(int(left.name.removeprefix(PREFIX))):
            shutil.rmtree(left, ignore_errors=True)
    own.mkdir(mode=0o700)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """One process at a time: the others wait, and find the work done."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_press():
    """The press of this process stays from the first paper to the last: to start another costs a second of a core."""
    press._presses[os.getpid()] = press.Press(idle=600)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """What collecting makes stays until the end: the collector need not look through it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


class FilesAndOneBrowser(LoadFileScheduling):
    """A file at a time to each process, but what needs a browser to one: a running house and a Chromium are dear."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return BROWSER if BROWSER in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # it would put files of many tests first, not those that take long
    return FilesAndOneBrowser(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Processes that share the tests begin with what takes longest, so that the last files are short."""
    if hasattr(config, "workerinput"):
        files = [list(tests) for _path, tests in itertools.groupby(items, lambda item: item.path)]
        files.sort(key=lambda tests: (BROWSER not in str(tests[0].path), -sum(map(_weight, tests))))
        items[:] = itertools.chain.from_iterable(files)


def _weight(item: pytest.Item) -> int:
    """About how many seconds it takes, or half: a long test of minutes says so."""
    needs, long = set(getattr(item, "fixturenames", ())), item.get_closest_marker("long")
    if long is not None and "minutes" in long.kwargs:
        return 60 * int(long.kwargs["minutes"])
    if needs & {"page", "make_house"}:
        return 20
    if getattr(item.obj, "is_hypothesis_test", False):
        return 60
    if long is not None:
        return 4
    return 2 if item.get_closest_marker("postgres") else 1
