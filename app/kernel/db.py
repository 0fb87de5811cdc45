"""The database: base class, portable types, and the one way to write.

Reading needs nothing. Writing happens inside ``with transaction():``, opened at the edge (view, job, command), which
commits once and then runs what was put aside for after the commit. On SQLite a write transaction begins with
``BEGIN IMMEDIATE``, so that two writers never both start from the same reading.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache, partial
from typing import Any, Self
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


RESTED_SECONDS = 5.0


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An instant: stored in UTC, always aware in Python (SQLite would give it back naive)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive datetime: nobody knows which instant it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Give the instant back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(members: type[Enum]) -> list[str]:
    return [member.value for member in members]


class Base(DeclarativeBase):
    """The base of every table."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            dict[str, Any]: sa.JSON(),
            list[str]: sa.JSON(),
            Decimal: sa.Numeric(18, 6),
            Enum: sa.Enum(Enum, native_enum=False, values_callable=_values, length=40),
        },
    )


def new_id() -> UUID:
    """Give a UUID of version 7 (RFC 9562): unique, and growing with time, so indexes stay compact."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64)
    return UUID(int=value | (0b10 << 62) | secrets.randbits(62))


class Identified:
    """A record with an id, set at once so that a fact can name its subject before the first flush."""

    id: Mapped[UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any) -> None:
        """Give the record its id, then its values."""
        values.setdefault("id", new_id())
        super().__init__(**values)

    @classmethod
    def kind(cls) -> str:
        """Name the kind of record, as kept in audit entries, links and outbox rows."""
        return cls.__name__

    @classmethod
    def get(cls, record_id: UUID) -> Self | None:
        """Load one record by its id."""
        return db.session.get(cls, record_id)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate(compare_type=True, render_as_batch=True)


def init_database(app: Flask, url: str) -> None:
    """Bind the application to its database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    embedded = url.startswith("sqlite")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = (
        {"connect_args": {"timeout": 15}, "hide_parameters": True}
        if embedded
        else {"pool_size": 10, "max_overflow": 30, "hide_parameters": True}
    )
    db.init_app(app)
    migrate.init_app(app, db, directory="migrations")
    with app.app_context():
        if embedded:
            event.listen(db.engine, "connect", _set_pragmas)
            event.listen(db.engine, "begin", _begin)
        else:
            event.listen(db.engine, "checkin", _note_rest)
            event.listen(db.engine, "checkout", partial(_ask_after_rest, db.engine.dialect))


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=15000",
        "foreign_keys=ON",
        "cache_size=-8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _note_rest(_connection: object, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_after_rest(dialect: Any, connection: Any, record: Any, _proxy: object) -> None:
    """Ask a connection that rested whether it still stands; one just used is trusted, which spares a round trip."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) > RESTED_SECONDS:
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as gone:
            raise sa.exc.DisconnectionError from gone


def _begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one write transaction of this act, or join the one already open.

    Commits when the block ends, rolls back when it raises; then runs the ``after_commit`` callbacks, in order.
    Whatever was read before is read again inside, so that no decision rests on an old row.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    session.rollback()
    session.expire_all()
    session.info.update(writing=True, after_commit=[], before_commit=[], put_aside={})
    try:
        session.connection(execution_options={"writing": True})
        yield session
        session.flush()
        for callback in session.info["before_commit"]:
            callback(session)
        session.commit()
    except BaseException:
        session.rollback()
        session.info.update(writing=False, after_commit=[])
        raise
    callbacks: list[Callable[[], object]] = session.info["after_commit"]
    session.info.update(writing=False, after_commit=[])
    for run in callbacks:
        run()


def end_reading() -> None:
    """Let go of what is being read, so that nothing waits for the database during a call to elsewhere.

    Raises RuntimeError inside a transaction: such a call has no place there.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("nothing outside is called inside transaction()")
    session.rollback()


def read_on() -> None:
    """Have what is asked next be as it now stands; what was read stays as it was read.

    SQLite shows a reader the state of its first question until the end; PostgreSQL shows each what is committed.
    """
    session = db.session()
    if is_sqlite() and not session.info.get("writing"):
        session.commit()


def after_commit(callback: Callable[[], object]) -> None:
    """Put something aside until the transaction is committed; a rollback forgets it."""
    _writing_session().info["after_commit"].append(callback)


def before_commit(callback: Callable[[Session], None]) -> None:
    """Run something last in the transaction (each callback is kept once)."""
    callbacks = _writing_session().info["before_commit"]
    if callback not in callbacks:
        callbacks.append(callback)


def is_writing() -> bool:
    """Tell whether a transaction is open."""
    return bool(db.session().info.get("writing"))


def put_aside() -> dict[str, Any]:
    """Give the scratch space of the open transaction; it is gone with it."""
    aside: dict[str, Any] = _writing_session().info["put_aside"]
    return aside


def _writing_session() -> Session:
    session = db.session()
    if not session.info.get("writing"):
        raise RuntimeError("nothing may be written outside transaction()")
    return session


@event.listens_for(Session, "before_flush")
def _refuse_unopened_writes(session: Session, _context: object, _instances: object) -> None:
    changed = session.new or session.dirty or session.deleted
    if changed and not session.info.get("writing"):
        raise RuntimeError("nothing may be written outside transaction()")


def record_kinds() -> dict[str, type[Any]]:
    """Give the classes of records by their kind, as audit entries, links and outbox rows name them."""
    return {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}


def is_sqlite() -> bool:
    """Tell whether this installation runs on the embedded database."""
    return _dialect() == "sqlite"


def insert_missing(model: type[Base], **values: Any) -> bool:
    """Insert a row unless one with the same unique key stands there; tell whether it was inserted."""
    return _writing_session().connection().execute(_insertion(model, _dialect()), values).rowcount == 1


def take_turn(name: str) -> None:
    """Wait until no other transaction goes under this name; SQLite has one writer at a time anyway."""
    if not is_sqlite():
        _writing_session().connection().execute(TURN, {"name": name})


def insert_all_or_none(model: type[Base], rows: list[dict[str, Any]]) -> bool:
    """Insert rows, each under its unique key; tell whether no key stood there before.

    When one did, some rows may be written: the caller takes them back.
    """
    inserted = _writing_session().connection().execute(_insertion(model, _dialect()), rows)
    return inserted.rowcount == len(rows)


def add_up(model: type[Base], key: dict[str, Any], *, within: dict[str, int] | None = None, **amounts: int) -> bool:
    """Add to the counters of the row with this primary key, which is made at need. The row is locked from then on.

    With limits `within`, nothing is added when a counter would pass its own; tells whether it was added.
    """
    limits = within or {}
    if any(amounts[name] > most for name, most in limits.items()):
        return False
    statement = _addition(model, _dialect(), tuple(key), tuple(amounts), tuple(limits))
    most = {f"most_{name}": limit for name, limit in limits.items()}
    return _writing_session().connection().execute(statement, {**key, **amounts, **most}).rowcount == 1


# Statements are made once: making them takes SQLAlchemy longer than the database needs to do what they say.

TURN = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("name", type_=sa.Text), 0)))


@lru_cache
def _insertion(model: type[Base], dialect: str) -> sa.Executable:
    insert = INSERTS[dialect](model).on_conflict_do_nothing()
    counted: sa.Executable = insert.execution_options(preserve_rowcount=True)  # else psycopg answers -1
    return counted


@lru_cache
def _addition(
    model: type[Base], dialect: str, key: tuple[str, ...], counters: tuple[str, ...], limited: tuple[str, ...]
) -> sa.Executable:
    insert = INSERTS[dialect](model).values({name: sa.bindparam(name) for name in (*key, *counters)})
    added = {name: getattr(model, name) + insert.excluded[name] for name in counters}
    within = sa.and_(sa.true(), *(added[name] <= sa.bindparam(f"most_{name}") for name in limited))
    adding: sa.Executable = insert.on_conflict_do_update(index_elements=list(key), set_=added, where=within)
    return adding.execution_options(preserve_rowcount=True)


def _dialect() -> str:
    return db.engine.dialect.name


INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
