"""A database with rows in every table: the demonstration, played by the real services, and two of whatever it lacks."""

import itertools
import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.directory.models import Person
from app.kernel import seeds
from app.kernel.db import Base, db

LAST_PERSON = sa.select(Person.id).order_by(Person.id.desc()).limit(1)
# Columns that a CHECK ties to others: a plain value of the right type would be refused.
TIED = {
    "dataset_exports": {"state": "waiting", "file_name": None},
    "documents": {"file_digest": None, "drawn_at": None},
    "attachments": {"state": "ready", "subject_kind": "Feedback"},
    "notifications": {"read_at": None},
    "open_wishes": {"answered_at": None},
    "grants": {"scope_kind": None, "scope_id": None},
    "floor_trials": {"state": "waiting", "result": None},
    "close_outs": {"scope": "house", "area_id": None},
    "waiting_entries": {"first_minutes": 1200, "last_minutes": 1260},
    "waiting_offers": {"answered_at": None},
    "receivables": {"closed_at": None},
    "money_movements": {"corrects_id": None, "currency": "EUR", "booked_on": date(2026, 4, 1)},
    "personal_archives": {"state": "waiting", "file_name": None},
    "person_merges": {"settled_at": None, "merged_id": lambda connection: connection.scalar(LAST_PERSON)},
}
PLAIN = {
    str: lambda number, column: f"{number}-{column.name}"[: column.type.length or 40],
    int: lambda number, _column: number,
    bool: lambda _number, _column: True,
    float: lambda number, _column: float(number),
    Decimal: lambda number, _column: Decimal(number),
    bytes: lambda number, _column: bytes([number]),
    uuid.UUID: lambda number, column: uuid.uuid5(uuid.NAMESPACE_OID, f"{column.table.name}.{column.name}.{number}"),
    datetime: lambda number, _column: datetime(2026, 3, number, tzinfo=UTC),
    date: lambda number, _column: date(2026, 3, number),
    time: lambda number, _column: time(number),
    object: lambda number, _column: {"number": number},  # JSON may be anything
}


def fill(app) -> None:
    """Put rows into every table."""
    seeds.run_seeds(app, seeds.REFERENCE)
    seeds.run_seeds(app, seeds.DEMO)
    db.session.remove()
    with db.engine.begin() as connection:
        empty = [table for table in Base.metadata.sorted_tables if not _count(connection, table)]
        for table, number in itertools.product(empty, (1, 2)):
            connection.execute(table.insert().values(_row(connection, table, number)))


def _row(connection, table, number):
    row = {}
    for column in table.columns:
        if column.name in TIED.get(table.name, {}):
            tied = TIED[table.name][column.name]
            row[column.name] = tied(connection) if callable(tied) else tied
        elif column.foreign_keys:
            target = next(iter(column.foreign_keys)).column
            there = connection.scalars(sa.select(target).order_by(target).limit(2)).all()
            row[column.name] = there[number % len(there)]
        elif isinstance(column.type, sa.Enum):
            row[column.name] = next(iter(column.type.enum_class))
        else:
            row[column.name] = _plain(column, number)
    return row


def _plain(column, number):
    plain = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    return PLAIN[plain.python_type](number, column)


def _count(connection, table):
    return connection.scalar(sa.select(sa.func.count()).select_from(table))


def counts() -> dict[str, int]:
    """How many rows each table of the database holds now, whatever the models say."""
    db.session.remove()
    with db.engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        return {name: _count(connection, sa.table(name)) for name in sorted(names)}


def foreign_keys() -> set[tuple[str, str, str, str]]:
    """Every foreign key of the database: from where, to where, and what happens to the child."""
    inspector = sa.inspect(db.engine)
    return {
        (name, ",".join(key["constrained_columns"]), key["referred_table"], key["options"].get("ondelete", ""))
        for name in inspector.get_table_names()
        for key in inspector.get_foreign_keys(name)
    }


def differences() -> list[object]:
    """What a migration would have to do for the database to be what the models say."""
    db.session.remove()
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
