"""Columns: what a row shows, how it is written for a reader and for a spreadsheet."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.access import Permission
from app.kernel.choices import Choice
from app.kernel.datasets.keyset import Expression
from app.kernel.datasets.periods import dated
from app.kernel.formats import clock_time, euros, instant
from app.kernel.languages import NO_BREAK_SPACE, _
from app.kernel.spreadsheets import Euros

Kind = Literal["text", "integer", "date", "time", "instant", "choice", "money", "boolean"]
NUMERIC = ("integer", "money")


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a dataset.

    `value` is a SQL expression over the visible query, or a dotted path read on the record ("guest.full_name", which
    may end on a method without arguments; such a column cannot be sorted). `sort` replaces the expression sorted by;
    a choice is sorted in the order of its declaration. `show(value, record)` replaces the text on the screen,
    `export(value, record)` what a spreadsheet is given (text, number, date, time, datetime or None); without
    `export`, a column with `show` exports that same text. Money is integer cents. A column with a `permission` is
    hidden from others, or shown through its `mask`: then it can be neither sorted, filtered nor searched by them.
    A `minor` column is left out of a narrow screen; with `under`, its words stand there below those of that column.
    """

    key: str
    label: str
    value: Expression | str
    kind: Kind = "text"
    sortable: bool = False
    sort: Expression | None = None
    default_shown: bool = True
    useful: Callable[[], bool] | None = None
    minor: bool = False
    under: str = ""
    permission: Permission | None = None
    mask: Callable[[str], str] | None = None
    show: Callable[[Any, Any], str] | None = None
    export: Callable[[Any, Any], Any] | None = None

    @property
    def is_numeric(self) -> bool:
        """Tell whether figures are aligned on their units."""
        return self.kind in NUMERIC

    @property
    def sort_expression(self) -> Expression | None:
        """Give what rows are sorted by, None for a column read on the record."""
        if self.sort is not None:
            return self.sort
        if isinstance(self.value, str):
            return None
        members = getattr(self.value.type, "enum_class", None)
        if self.kind == "choice" and members is not None:
            order = {member: place for place, member in enumerate(members)}
            return sa.case(order, value=self.value, else_=len(order))
        return self.value

    def masked(self) -> "Column":
        """Give the column as it is shown to whoever may not read it whole."""
        mask = self.mask

        def hide(value: Any, _record: Any) -> str:
            return mask(str(value)) if mask and value else ""

        return replace(self, sortable=False, show=hide, export=hide)

    def read(self, record: Any) -> Any:
        """Follow a dotted path on a record; a missing step gives None."""
        found = record
        for step in str(self.value).split("."):
            if found is None:
                return None
            found = getattr(found, step)
        return found() if callable(found) else found

    def text(self, value: Any, record: Any, zone: str) -> str:
        """Write a value for a reader; `zone` is where instants are read."""
        if self.show is not None:
            return self.show(value, record)
        return written(value, self.kind, zone)

    def cell(self, value: Any, record: Any, zone: str) -> Any:
        """Give a value to a spreadsheet: text, whole number, `Euros`, date, time, local datetime, or None."""
        if self.export is not None:
            return self.export(value, record)
        if self.show is not None:
            return self.show(value, record).replace(NO_BREAK_SPACE, " ")
        if value is None or self.kind in ("integer", "date", "time"):
            return value
        if self.kind == "money":
            return Euros(int(value))
        if self.kind == "instant":
            return value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return written(value, self.kind, zone)


def written(value: Any, kind: Kind, zone: str) -> str:
    """Write a value of a kind in the reader's language; nothing for None."""
    if value is None:
        text = ""
    elif kind == "boolean":
        text = _("oui") if value else _("non")
    elif isinstance(value, Choice):
        text = value.label
    elif kind == "money":
        text = euros(int(value))
    elif isinstance(value, time):
        text = clock_time(value)
    elif isinstance(value, datetime):
        text = instant(value, zone)
    elif isinstance(value, date):
        text = dated(value, clock.today(zone))
    else:
        text = str(value.value if isinstance(value, Enum) else value)
    return text
