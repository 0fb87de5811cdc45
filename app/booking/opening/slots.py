"""From wall time to instants: the slots of a service date, on both switch Sundays too.

A *quarter* is the number of an absolute quarter-hour: UTC seconds since 1970 divided by 900. Occupancy is counted in
quarters, so that daylight saving never lets two parties overlap in real time (booking.md, section 2, notes 19 to 25).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.booking.opening.hours import DAY_MINUTES, Opening, Shift, shifts_on

QUARTER_SECONDS = 900
QUARTER_MINUTES = QUARTER_SECONDS // 60
QUARTERS_PER_DAY = DAY_MINUTES // QUARTER_MINUTES
EASTERNMOST_QUARTERS = 14 * 4
"""No zone is further ahead of UTC than 14 hours: a service date never begins earlier than this before UTC midnight."""
EPOCH = date(1970, 1, 1).toordinal()
KNOWN_YEARS = range(1970, 9999)
"""Outside these years nothing is offered, which also keeps forged dates away from the edges of `datetime`."""
_ONE_DAY = timedelta(days=1)


class Slot(NamedTuple):
    """One arrival time of a service date.

    `minutes` are wall minutes after the service date's midnight (1470: half past midnight, late in the evening);
    `instant` is aware UTC; `quarter` its absolute quarter-hour.
    """

    service_date: date
    local_time: time
    minutes: int
    instant: datetime
    quarter: int
    shift: Shift


def slots_on(opening: Opening, service_date: date) -> tuple[Slot, ...]:
    """The slots offered on a service date, in order of time; () when closed.

    A wall time that does not exist (spring) is left out; one that exists twice (autumn) is offered once, at its first
    occurrence.
    """
    if service_date.year not in KNOWN_YEARS:
        return ()
    shifts = shifts_on(opening, service_date)
    if not shifts:
        return ()
    zone = ZoneInfo(opening.zone)
    midnight = _steady_midnight(zone, service_date)
    slots = []
    for shift in shifts:
        for minutes, local_time, delay in _arrivals(shift.first, shift.last, opening.slot_minutes):
            instant = midnight + delay if midnight else _first_occurrence(zone, service_date, minutes)
            if instant:
                quarter = int(instant.timestamp()) // QUARTER_SECONDS
                slots.append(Slot(service_date, local_time, minutes, instant, quarter, shift))
    slots.sort(key=lambda slot: slot.minutes)
    return tuple(slots)


def slot_at(opening: Opening, service_date: date, local_time: time) -> Slot | None:
    """The slot of that service date at that wall time, past midnight included; None when it is not offered."""
    return next((slot for slot in slots_on(opening, service_date) if slot.local_time == local_time), None)


def instant_of(zone: str, service_date: date, minutes: int) -> datetime:
    """The aware UTC instant of `minutes` of wall time after the service date's midnight.

    A repeated wall time means its first occurrence. One that does not exist is read with the offset before the jump
    (PEP 495): it is never offered, but a promise made before a law changed the clocks must still have an instant.
    """
    return _wall(service_date, minutes).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def exists(zone: str, local: datetime) -> bool:
    """Whether clocks of the zone ever show this naive local time."""
    return _exists(ZoneInfo(zone), local)


def quarter_of(instant: datetime) -> int:
    """The absolute quarter-hour an aware instant falls in."""
    return int(instant.timestamp()) // QUARTER_SECONDS


def start_of(quarter: int) -> datetime:
    """The aware UTC instant at which an absolute quarter-hour begins."""
    return datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC)


def base_quarter(service_date: date) -> int:
    """The quarter from which the occupancy of a service date is counted: before its first minute in every zone."""
    return (service_date.toordinal() - EPOCH) * QUARTERS_PER_DAY - EASTERNMOST_QUARTERS


@lru_cache(maxsize=256)
def _arrivals(first: time, last: time, step: int) -> tuple[tuple[int, time, timedelta], ...]:
    span = Shift("", "", frozenset(), first, last).minutes[::step]
    return tuple((minutes, time(*divmod(minutes % DAY_MINUTES, 60)), timedelta(minutes=minutes)) for minutes in span)


def _steady_midnight(zone: ZoneInfo, service_date: date) -> datetime | None:
    """The instant of midnight when the clocks do not change during the service date and the next; None when they do."""
    midnight = datetime.combine(service_date, time(), zone)
    offset = midnight.utcoffset()
    if (midnight + _ONE_DAY).utcoffset() == offset == (midnight + 2 * _ONE_DAY).utcoffset():
        return midnight.astimezone(UTC)
    return None


def _first_occurrence(zone: ZoneInfo, service_date: date, minutes: int) -> datetime | None:
    wall = _wall(service_date, minutes)
    return wall.replace(tzinfo=zone).astimezone(UTC) if _exists(zone, wall) else None


def _exists(zone: ZoneInfo, local: datetime) -> bool:
    shown = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return shown.replace(tzinfo=None, fold=0) == local


def _wall(service_date: date, minutes: int) -> datetime:
    return datetime.combine(service_date, time()) + timedelta(minutes=minutes)
