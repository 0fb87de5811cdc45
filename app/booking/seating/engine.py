"""The policy that picks a unit: best fit, combinations last.

It costs the house 6 to 10 % of its covers to spread parties instead (booking.md, section 4). An engine is a function
of the same shape; the exact one, which re-seats, will stand beside this one.
"""

from typing import NamedTuple

from app.booking.seating.book import DayBook
from app.booking.seating.room import Room, Unit


class Request(NamedTuple):
    """A party that asks for tables during absolute `quarters` (half-open, turnover included)."""

    quarters: range
    covers: int
    area: str | None = None
    lock: str | None = None


def best_fit(room: Room, book: DayBook, request: Request) -> Unit | None:
    """The first free unit in best-fit order; None when all that fit are taken."""
    wanted = book.mask_of(request.quarters)
    for unit in room.units_for(request.covers, request.area, request.lock):
        if book.has_free(unit, wanted):
            return unit
    return None
