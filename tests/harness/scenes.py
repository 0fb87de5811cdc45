"""Beginnings that many tests share, made once by the services and then copied, as the empty database is.

`@scene` stands before a function that makes records: `open_house`, `make_cast`. From the second call with the same words
on, what it left behind is kept: the file of the database, what Valkey holds, the head of the audit trail. The next call
from the same beginning, at the same minute, has that put back instead of being made again.

Nothing is kept or put back once a test wrote anything by itself, inside a transaction, without Valkey, on PostgreSQL, or
while another application holds the same file open: then the function simply runs.
"""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

import redis
from flask import current_app, has_app_context

from app.booking.queries import days, houses
from app.kernel import clock, settings
from app.kernel.broker import broker
from app.kernel.db import Base, db

P, R = ParamSpec("P"), TypeVar("R")
Left = tuple[tuple[bytes, int, bytes], ...]


@dataclass(frozen=True)
class Scene:
    """What a function left behind, and how to find what it gave."""

    file: Path
    valkey: Left
    audit_head: bytes | None
    ended_at: datetime
    given: Any


class Stage:
    """The database of the running test, and which scene stands on it as long as nothing else was written."""

    def __init__(self) -> None:
        self.scenes: dict[str, Scene] = {}
        self.asked: set[str] = set()
        self.time = ExitStack()
        self.leave()

    def begin(self, path: Path) -> None:
        """A test begins on a fresh copy of the empty database."""
        self.path, self.standing, self.touched = path, "", _touched(path)

    def leave(self) -> None:
        """The test is over, or has written by itself: no scene stands."""
        self.path, self.standing, self.touched = None, None, None
        self.time.close()

    def next(self, name: str) -> str | None:
        """Name the scene that a call leads to; None when what stands here is no scene any more."""
        if self.standing is None or "object at 0x" in name or not has_app_context() or db.session().info.get("writing"):
            return None
        if db.engine.url.database != str(self.path):
            return None
        valkey = self.scenes[self.standing].valkey if self.standing else ()
        try:
            is_untouched = _touched(self.path) == self.touched and broker().client.dbsize() == len(valkey)
        except redis.RedisError:
            return None
        return f"{self.standing} > {name} {clock.now():%Y-%m-%d %H:%M}" if is_untouched else None

    def rest(self) -> bool:
        """Let go of every connection; tell whether nobody else holds the file."""
        db.session.rollback()
        db.session.expire_all()
        db.engine.dispose()
        return not Path(f"{self.path}-shm").exists()

    def keep(self, name: str, given: Any) -> None:
        identities = _identities(given)
        if not self.rest():
            return
        file = self.path.with_name(f"scene-{len(self.scenes)}.sqlite3")
        shutil.copyfile(self.path, file)
        head = _audit_head()
        self.scenes[name] = Scene(file, _left(), head.read_bytes() if head.exists() else None, clock.now(), identities)
        self.standing, self.touched = name, _touched(self.path)
        _found(identities)

    def put_back(self, name: str) -> Any:
        scene = self.scenes[name]
        shutil.copyfile(scene.file, self.path)
        together = broker().client.pipeline().flushall()
        for key, milliseconds, value in scene.valkey:
            together.restore(key, milliseconds, value)
        together.execute()
        if scene.audit_head is None:
            _audit_head().unlink(missing_ok=True)
        else:
            _audit_head().write_bytes(scene.audit_head)
        if clock.now() < scene.ended_at:  # what stands in the rows has happened
            self.time.enter_context(clock.at(scene.ended_at))
        # What a process keeps by id and version: here the same ids come back.
        days._kept.clear()
        houses._houses.clear()
        settings.forget_kept()
        self.standing, self.touched = name, _touched(self.path)
        return _found(scene.given)


stage = Stage()


def scene(make: Callable[P, R]) -> Callable[P, R]:
    """Let what this function makes be put back when it is asked for again from the same beginning."""

    @wraps(make)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        call = f"{make.__module__}.{make.__name__}{_spelled(args)}{_spelled(kwargs)}"
        name = stage.next(call)
        if name in stage.scenes and stage.rest():
            return stage.put_back(name)
        given = make(*args, **kwargs)
        if name is not None and name not in stage.scenes and call in stage.asked:
            stage.keep(name, given)
        stage.asked.add(call)
        return given

    return ask


def _touched(path: Path) -> tuple[int, int, bool]:
    """Tell when and how a database was last written: its file, and whether anything waits beside it."""
    file, waiting = path.stat(), Path(f"{path}-wal")
    return file.st_mtime_ns, file.st_size, waiting.exists() and waiting.stat().st_size > 0


def _left() -> Left:
    client = broker().client
    return tuple((key, max(client.pttl(key), 0), client.dump(key)) for key in client.scan_iter())


def _audit_head() -> Path:
    return Path(current_app.config["AUDIT_HEAD_FILE"])


def _spelled(value: Any) -> str:
    match value:
        case Base():
            return f"{type(value).__name__} {value.id}"
        case tuple() | list():
            return f"({', '.join(map(_spelled, value))})"
        case dict():
            return f"({', '.join(f'{name}={_spelled(each)}' for name, each in value.items())})"
    return repr(value)


def _identities(given: Any) -> Any:
    match given:
        case SimpleNamespace():
            return SimpleNamespace(**{name: _identities(value) for name, value in vars(given).items()})
        case list():
            return [_identities(each) for each in given]
        case Base():
            return type(given), given.id
        case None:
            return None
    raise TypeError(f"a scene gives records, not {given!r}")


def _found(identities: Any) -> Any:
    """Read the records, and leave no reading open: a test sees at once what others write."""
    try:
        return _read(identities)
    finally:
        db.session.commit()


def _read(identities: Any) -> Any:
    match identities:
        case SimpleNamespace():
            return SimpleNamespace(**{name: _read(value) for name, value in vars(identities).items()})
        case list():
            return [_read(each) for each in identities]
        case None:
            return None
    model, record_id = identities
    return db.session.get_one(model, record_id)
