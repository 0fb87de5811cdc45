"""When the house can be booked: shifts in local wall time, closures, exceptional days, and the slots they give.

Pure: knows neither Flask nor the database. The words of hours stand in docs/formats.md, what they mean for
guests and staff in docs/modules/booking.md.
"""

from app.booking.opening.close_outs import CloseOut, Scope
from app.booking.opening.closing import close_out_of, close_outs_on, closed_quarters, closed_tables
from app.booking.opening.hours import (
    DAY_MINUTES,
    Closure,
    DurationBand,
    ExceptionalDay,
    Occasion,
    Opening,
    Shift,
    closure_on,
    occasion_on,
    shifts_on,
)
from app.booking.opening.naming import names_of, names_offered, plain_name, plain_names
from app.booking.opening.problems import (
    Problem,
    capacity_problems,
    duration_problems,
    overlap_problems,
    problems,
    shift_problems,
)
from app.booking.opening.slots import (
    QUARTER_MINUTES,
    QUARTER_SECONDS,
    Slot,
    base_quarter,
    exists,
    instant_of,
    quarter_of,
    slot_at,
    slots_on,
    start_of,
)

__all__ = [
    "DAY_MINUTES",
    "QUARTER_MINUTES",
    "QUARTER_SECONDS",
    "CloseOut",
    "Closure",
    "DurationBand",
    "ExceptionalDay",
    "Occasion",
    "Opening",
    "Problem",
    "Scope",
    "Shift",
    "Slot",
    "base_quarter",
    "capacity_problems",
    "close_out_of",
    "close_outs_on",
    "closed_quarters",
    "closed_tables",
    "closure_on",
    "duration_problems",
    "exists",
    "instant_of",
    "names_of",
    "names_offered",
    "occasion_on",
    "overlap_problems",
    "plain_name",
    "plain_names",
    "problems",
    "quarter_of",
    "shift_problems",
    "shifts_on",
    "slot_at",
    "slots_on",
    "start_of",
]
