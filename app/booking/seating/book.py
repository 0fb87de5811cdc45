"""What is taken: a bitmask of quarters per table, and what arrives at each quarter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from app.booking.opening import base_quarter
from app.booking.seating.room import Unit
from app.booking.seating.verdict import Placement

SPAN_QUARTERS = 4 * 96
"""How far a book of one day looks from its base: two local days in every zone (26 h of offsets), and a long stay."""

Arrivals = Mapping[int, tuple[int, int]]
"""Per absolute quarter, the covers and the reservations that arrive then."""


class TableTaken(ValueError):
    """A party was to be seated where another sits."""


@dataclass(frozen=True)
class DayBook:
    """Who sits where, without saying who. Immutable: every change gives a new book.

    `masks` holds, per table id, the quarters taken (turnover included), bit 0 being the absolute quarter `base`;
    what lies before `base` is not known to the book. A book may span several days: `cut` gives the part of one.
    """

    base: int
    masks: Mapping[str, int] = field(default_factory=dict)
    arrivals: Arrivals = field(default_factory=dict)
    online: Mapping[int, int] = field(default_factory=dict)
    """Per absolute quarter, the covers booked online that arrive then."""

    @classmethod
    def empty_on(cls, service_date: date) -> Self:
        """A book in which nothing is taken."""
        return cls(base_quarter(service_date))

    @classmethod
    def of_masks(cls, base: int, rows: Iterable[tuple[str, int]], arrivals: Arrivals | None = None) -> Self:
        """From rows (table id, bitmask relative to `base`), any number per table."""
        masks: dict[str, int] = {}
        for table, mask in rows:
            masks[table] = masks.get(table, 0) | mask
        return cls(base, masks, arrivals or {})

    @classmethod
    def of_cells(cls, base: int, cells: Iterable[tuple[str, int]], arrivals: Arrivals | None = None) -> Self:
        """From cells (table id, absolute quarter), in any order; those before `base` are left out."""
        masks: dict[str, int] = {}
        for table, quarter in cells:
            if quarter >= base:
                masks[table] = masks.get(table, 0) | 1 << (quarter - base)
        return cls(base, masks, arrivals or {})

    def cut(self, base: int) -> Self:
        """The part a single day needs, from `base` on (not before this book's own): small masks are quick ones."""
        if base < self.base:
            raise ValueError("a book knows nothing of what lies before its base")
        ahead, window = base - self.base, (1 << SPAN_QUARTERS) - 1
        return replace(self, base=base, masks={table: mask >> ahead & window for table, mask in self.masks.items()})

    def mask_of(self, quarters: range) -> int:
        """The bitmask of absolute quarters, half-open; ValueError when they begin before the base."""
        return ((1 << len(quarters)) - 1) << (quarters.start - self.base)

    def has_free(self, unit: Unit, wanted: int) -> bool:
        """Whether no table of the unit is taken in any quarter of a bitmask made by `mask_of`."""
        masks = self.masks
        for table in unit.tables:  # noqa: SIM110 - a month's calendar comes here ten thousand times
            if table in masks and masks[table] & wanted:
                return False
        return True

    def arriving(self, quarters: range) -> tuple[int, int]:
        """The covers and the reservations that arrive in these absolute quarters, half-open."""
        covers = reservations = 0
        for quarter in quarters:
            more_covers, more_reservations = self.arrivals.get(quarter, (0, 0))
            covers += more_covers
            reservations += more_reservations
        return covers, reservations

    def closing(self, closed: Mapping[str, int]) -> Self:
        """The book in which these quarters of tables, as bitmasks from its base, are taken as well."""
        masks = {table: self.masks.get(table, 0) | mask for table, mask in closed.items()}
        return replace(self, masks={**self.masks, **masks}) if closed else self

    def seat(self, placement: Placement, covers: int) -> Self:
        """The book with one more party. TableTaken when one of its tables is not free."""
        wanted = self.mask_of(placement.quarters)
        if not self.has_free(placement.unit, wanted):
            raise TableTaken(placement.unit.id)
        masks = dict(self.masks)
        for table in placement.unit.tables:
            masks[table] = masks.get(table, 0) | wanted
        return replace(self, masks=masks, arrivals=self._arrivals_with(placement.quarters.start, covers, 1))

    def without(self, cells: Iterable[tuple[str, int]], quarter: int, covers: int) -> Self:
        """The book without one party: its cells (table id, absolute quarter), its arrival quarter, its covers.

        What the book does not hold is ignored: moving a party from another day releases nothing here.
        """
        masks = dict(self.masks)
        for table, taken in cells:
            if taken >= self.base:
                masks[table] = masks.get(table, 0) & ~(1 << (taken - self.base))
        return replace(self, masks=masks, arrivals=self._arrivals_with(quarter, -covers, -1))

    def counting(self, quarter: int, covers: int, reservations: int = 1) -> Self:
        """The book with so many more who arrive at a quarter (fewer, when negative), wherever they sit."""
        return replace(self, arrivals=self._arrivals_with(quarter, covers, reservations))

    def _arrivals_with(self, quarter: int, covers: int, reservations: int) -> Arrivals:
        known_covers, known_reservations = self.arrivals.get(quarter, (0, 0))
        total = max(0, known_covers + covers), max(0, known_reservations + reservations)
        return {**self.arrivals, quarter: total}
