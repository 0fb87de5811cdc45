"""Moving rows from one person to another, over whatever columns the slices declared as pointing to a person.

A row that would double one of the other person's (a preference for the same thing) cannot follow: it stays behind.
"""

from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.privacy import PersonReference, person_references

Key = list[Any]


def moving_references() -> list[PersonReference]:
    """Give the declared references whose rows follow a person."""
    return [reference for reference in person_references() if reference.moves]


def place_of(reference: PersonReference) -> str:
    """Name a column for good: "reservations.guest_id"."""
    return str(_column(reference))


def count_rows(reference: PersonReference, person_id: UUID) -> int:
    """Count the rows that point to a person."""
    column = _column(reference)
    return db.session.scalar(sa.select(sa.func.count()).where(column == person_id)) or 0


def movable(reference: PersonReference, source: UUID, target: UUID) -> list[Key]:
    """Give the keys of the rows that can follow, as they read once moved."""
    column = _column(reference)
    primary = _primary(column)
    rows = db.session.execute(sa.select(*primary).where(column == source, ~_doubled(column, target)))
    return [
        [_plain(target if part is column else value) for part, value in zip(primary, row, strict=True)] for row in rows
    ]


def move(reference: PersonReference, keys: list[Key], *, source: UUID, target: UUID) -> None:
    """Point these rows, named by their keys once moved, from one person to the other."""
    column = _column(reference)
    primary = _primary(column)
    others = [part for part in primary if part is not column]
    here = sa.and_(column == source, *(part == sa.bindparam(f"key_{part.name}") for part in others))
    rows = [
        {f"key_{part.name}": _typed(part, value) for part, value in zip(primary, key, strict=True) if part in others}
        for key in keys
    ]
    if rows:
        statement = sa.update(column.table).where(here).values({column.name: target})
        db.session.connection().execute(statement, rows)


def returning(reference: PersonReference, keys: list[Key], *, source: UUID, target: UUID) -> list[Key]:
    """Keep, of rows once moved from `target` to `source`, those that still stand there and can go back."""
    free = movable(reference, source, target)
    primary = _primary(_column(reference))
    own = [part is not _column(reference) for part in primary]

    def rest(key: Key) -> tuple[Any, ...]:
        return tuple(value for value, kept in zip(key, own, strict=True) if kept)

    wanted = {rest(key) for key in keys}
    return [key for key in free if rest(key) in wanted]


def leave_nothing(reference: PersonReference, *, source: UUID, target: UUID) -> None:
    """Let what came late follow too, and delete what would be double: nothing points to the source any more."""
    column = _column(reference)
    move(reference, movable(reference, source, target), source=source, target=target)
    db.session.execute(sa.delete(column.table).where(column == source))


def _column(reference: PersonReference) -> sa.Column[Any]:
    column: sa.Column[Any] = reference.column.property.columns[0]
    return column


def _primary(column: sa.Column[Any]) -> list[sa.Column[Any]]:
    return list(column.table.primary_key.columns)


def _doubled(column: sa.Column[Any], target: UUID) -> sa.ColumnElement[bool]:
    """Tell whether the other person has a row with which this one, once moved, would share a unique key."""
    twin = column.table.alias()
    return sa.or_(
        sa.false(),
        *(
            sa.exists().where(
                twin.c[column.name] == target,
                *(twin.c[part.name] == part for part in unique if part is not column),
            )
            for unique in _unique_keys(column)
        ),
    )


def _unique_keys(column: sa.Column[Any]) -> list[list[sa.Column[Any]]]:
    table = column.table
    rules = [*table.constraints, *table.indexes]
    keys = [
        list(rule.columns)
        for rule in rules
        if isinstance(rule, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
        or (isinstance(rule, sa.Index) and rule.unique)
    ]
    return [key for key in keys if column in key]


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def _typed(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(column.type, sa.Uuid):
        return UUID(value)
    return column.type.enum_class(value) if isinstance(column.type, sa.Enum) and column.type.enum_class else value
