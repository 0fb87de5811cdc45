"""Keyset pages: a page begins after the values of a row, never after a number of rows.

Rows that come or go meanwhile shift nothing. Each order ends with the id, so no two rows are equal in it; NULLs stand
last, in either direction. A cursor is the sort values of one row, signed for one dataset and one order: one that was
forged, or made for another order, is refused.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import InstrumentedAttribute

Expression = sa.ColumnElement[Any] | InstrumentedAttribute[Any]


class CursorRefused(ValueError):
    """The cursor was not made here, or not for this dataset in this order."""


@dataclass(frozen=True, eq=False)
class Key:
    """One part of an order. `nullable` costs an index its use on some databases: say so only where it is true."""

    expression: Expression
    descending: bool = False
    nullable: bool = True
    nulls_first: bool = False

    def backwards(self) -> "Key":
        """Give the same part, walked the other way."""
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    def ordered(self) -> sa.ColumnElement[Any]:
        """Give the ORDER BY element."""
        element = self.expression.desc() if self.descending else self.expression.asc()
        if not self.nullable:
            return element
        return element.nulls_first() if self.nulls_first else element.nulls_last()

    def beyond(self, value: Any) -> sa.ColumnElement[bool]:
        """Select what this part alone puts after a value."""
        if value is None:
            return self.expression.is_not(None) if self.nulls_first else sa.false()
        bound = sa.literal(value, self.expression.type)
        further = self.expression < bound if self.descending else self.expression > bound
        if self.nullable and not self.nulls_first:
            further = sa.or_(further, self.expression.is_(None))
        return further

    def same(self, value: Any) -> sa.ColumnElement[bool]:
        """Select what this part cannot tell from a value."""
        if value is None:
            return self.expression.is_(None)
        return self.expression == sa.literal(value, self.expression.type)


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Select the rows after the one whose sort values these are."""
    steps: list[sa.ColumnElement[bool]] = []
    before: list[sa.ColumnElement[bool]] = []
    for key, value in zip(keys, values, strict=True):
        steps.append(sa.and_(*before, key.beyond(value)))
        before.append(key.same(value))
    first = keys[0]
    if first.nullable:
        return sa.or_(*steps)
    # The same thing said once more, so that an index on the first part is entered at the right place.
    bound = sa.literal(values[0], first.expression.type)
    entry = first.expression <= bound if first.descending else first.expression >= bound
    return sa.and_(entry, sa.or_(*steps))


# --- cursors --------------------------------------------------------------------------------------------------

_READERS: dict[str, Callable[[str], Any]] = {
    "s": str,
    "t": lambda text: datetime.fromisoformat(text).astimezone(UTC),
    "d": date.fromisoformat,
    "h": time.fromisoformat,
    "u": UUID,
    "n": Decimal,
    "j": json.loads,
}


def seal(scope: str, values: Sequence[Any]) -> str:
    """Write sort values as a cursor; `scope` names dataset and order."""
    return _serializer(scope).dumps([_tagged(value) for value in values])


def unseal(scope: str, cursor: str) -> list[Any]:
    """Read the sort values back; raises CursorRefused."""
    try:
        return [_READERS[tag](text) for tag, text in _serializer(scope).loads(cursor)]
    except (BadData, ValueError, TypeError, KeyError) as error:
        raise CursorRefused(str(error)) from error


def _tagged(value: Any) -> tuple[str, str]:
    if isinstance(value, Enum):
        value = value.value
    for tag, kind in (("s", str), ("t", datetime), ("d", date), ("h", time)):
        if isinstance(value, kind):
            return tag, value if isinstance(value, str) else value.isoformat()
    if isinstance(value, UUID | Decimal):
        return ("u" if isinstance(value, UUID) else "n"), str(value)
    return "j", json.dumps(value)


def _serializer(scope: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"dataset-cursor:{scope}")
