"""Beginnings that many tests share, made once by the services and then copied, as the empty database is.

`@scene` stands before a function that makes records: `open_house`, `make_cast`. From the second call with the same words
on, what it left behind is kept: the file of the database, what Valkey holds, the head of the audit trail. The next call
from the same beginning, at the same minute, has that put back instead of being made again.

The file itself is put back when somebody opens the database: of three scenes one after the other, the last is copied.

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
from threading import Lock
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

import redis
import sqlalchemy as sa
from flask import current_app, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session

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
        self.turn = Lock()
        self.time = ExitStack()
        self.leave()

    def begin(self, path: Path, template: Path) -> None:
        """A test begins on a fresh copy of the empty database."""
        self.path, self.standing, self.coming = path, "", template

    def leave(self) -> None:
        """The test is over, or has written by itself: no scene stands."""
        self.path, self.standing, self.coming, self.touched = None, None, None, None
        self.time.close()

    def set_up(self) -> None:
        """Put the file in its place, as somebody is about to open it; of many threads the first does."""
        with self.turn:
            if self.coming is not None:
                for suffix in ("-wal", "-shm"):
                    Path(f"{self.path}{suffix}").unlink(missing_ok=True)
                shutil.copyfile(self.coming, self.path)
                self.coming, self.touched = None, _touched(self.path)

    def next(self, name: str) -> str | None:
        """Name the scene that a call leads to; None when what stands here is no scene any more."""
        if self.standing is None or "object at 0x" in name or not has_app_context() or db.session().info.get("writing"):
            return None
        if db.engine.url.database != str(self.path):
            return None
        valkey = self.scenes[self.standing].valkey if self.standing else ()
        try:
            is_untouched = self.coming is not None or _touched(self.path) == self.touched
            is_untouched = is_untouched and broker().client.dbsize() == len(valkey)
        except redis.RedisError:
            return None
        return f"{self.standing} > {name} {clock.now():%Y-%m-%d %H:%M}" if is_untouched else None

    def rest(self) -> bool:
        """Let go of every connection; tell whether nobody else holds the file."""
        db.session.rollback()
        db.session.expire_all()
        db.engine.dispose()
        return self.coming is not None or not Path(f"{self.path}-shm").exists()

    def keep(self, name: str, given: Any) -> None:
        identities = _each(given, _identity)
        if not self.rest():
            return
        file = self.path.with_name(f"scene-{len(self.scenes)}.sqlite3")
        shutil.copyfile(self.path, file)
        head = _audit_head()
        with Session(db.engine.execution_options(readonly=True)) as reading:
            apart = _each(identities, lambda identity: reading.get_one(*identity))
            reading.expunge_all()
        self.scenes[name] = Scene(file, _left(), head.read_bytes() if head.exists() else None, clock.now(), apart)
        self.standing, self.touched = name, _touched(self.path)
        _each(identities, lambda identity: db.session.get_one(*identity))
        db.session.commit()

    def put_back(self, name: str) -> Any:
        scene = self.scenes[name]
        self.coming = scene.file
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
        self.standing = name
        given = _each(scene.given, lambda record: db.session.merge(record, load=False))
        db.session.commit()
        return given


stage = Stage()


@event.listens_for(sa.Engine, "do_connect")
def _set_up(_dialect: sa.Dialect, _record: object, words: list[Any], _options: dict[str, Any]) -> None:
    if stage.coming is not None and words == [str(stage.path)]:
        stage.set_up()


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


def _identity(record: Any) -> tuple[type[Base], Any]:
    if not isinstance(record, Base):
        raise TypeError(f"a scene gives records, not {record!r}")
    return type(record), record.id


def _each(given: Any, find: Callable[[Any], Any]) -> Any:
    """Give the same, each record found by its identity, or each identity by its record."""
    match given:
        case SimpleNamespace():
            return SimpleNamespace(**{name: _each(value, find) for name, value in vars(given).items()})
        case list():
            return [_each(value, find) for value in given]
        case None:
            return None
    return find(given)
