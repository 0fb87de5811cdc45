"""A meal shorter than the house plans for: a table free now, given until the next party needs it. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.booking.opening import QUARTER_MINUTES
from app.booking.seating import Day, Placement

LEAST_QUARTERS = 3
"""A quarter-hour has begun when it is given: half an hour is left at least."""


@dataclass(frozen=True)
class BriefStay:
    """A table free now, to be given back at `until`, the wall clock of the house."""

    placement: Placement
    ends_at: datetime
    until: time


def brief_stay(day: Day, covers: int) -> BriefStay | None:
    """Give the table free the longest from the first hour of this day on, short of a usual stay; the best that fits."""
    slot, usual = day.slots[0], day.room.stay_quarters(covers, day.slots[0].shift)
    for stay in range(usual - 1, LEAST_QUARTERS - 1, -1):
        quarters = range(slot.quarter, slot.quarter + stay + day.room.turnover_quarters)
        wanted = day.book.mask_of(quarters)
        for unit in day.room.units_for(covers):
            if day.book.has_free(unit, wanted):
                ends_at = slot.instant + timedelta(minutes=stay * QUARTER_MINUTES)
                until = ends_at.astimezone(ZoneInfo(day.opening.zone)).time()
                return BriefStay(Placement(unit, quarters, stay), ends_at, until)
    return None
