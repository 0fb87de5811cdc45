"""The words of an opening: what a manager types, in local wall time."""

from dataclasses import dataclass
from datetime import date, time

from app.booking.opening.close_outs import CloseOut

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class DurationBand:
    """Parties of at most `up_to` covers (None: any size) stay `minutes`."""

    up_to: int | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A span of arrivals of a service date, from `first` to `last` seating, both included, in local wall time.

    A `last` before `first` runs past midnight. `weekdays` are ISO (1 = Monday); they are ignored, and may be empty,
    in an exceptional day. `pacing_covers` and `pacing_reservations` cap what may arrive at one slot (None: no cap).
    `durations`, when given, win over the room's; so does `policy`, how parties are seated, by its word in the file.
    `online_covers` caps what may be booked online for the whole shift: the rest is kept for the telephone and the door.
    """

    id: str
    name: str
    weekdays: frozenset[int]
    first: time
    last: time
    pacing_covers: int | None = None
    pacing_reservations: int | None = None
    durations: tuple[DurationBand, ...] | None = None
    policy: str | None = None
    online_covers: int | None = None

    @property
    def minutes(self) -> range:
        """Wall minutes after the service date's midnight at which a party may arrive; may go beyond 1440."""
        first = self.first.hour * 60 + self.first.minute
        last = self.last.hour * 60 + self.last.minute
        if last < first:
            last += DAY_MINUTES
        return range(first, last + 1)


@dataclass(frozen=True, slots=True)
class Closure:
    """Service dates from `first` to `last`, both included, on which nothing is offered."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an exceptional day is about, as guests read it: a title and a text, each in French and in English."""

    title: str = ""
    title_en: str = ""
    text: str = ""
    text_en: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionalDay:
    """The shifts of one service date, in place of those of its weekday; none means closed."""

    date: date
    shifts: tuple[Shift, ...] = ()
    occasion: Occasion = Occasion()


@dataclass(frozen=True, slots=True)
class Opening:
    """What decides which times a house offers. `zone` is an IANA name, `slot_minutes` the step between arrivals."""

    zone: str
    slot_minutes: int
    shifts: tuple[Shift, ...]
    closures: tuple[Closure, ...] = ()
    exceptional_days: tuple[ExceptionalDay, ...] = ()
    close_outs: tuple[CloseOut, ...] = ()


def closure_on(opening: Opening, service_date: date) -> Closure | None:
    """The closure that covers this service date, if any."""
    return next((closure for closure in opening.closures if closure.first <= service_date <= closure.last), None)


def shifts_on(opening: Opening, service_date: date) -> tuple[Shift, ...]:
    """The shifts of one service date. A closure wins over an exceptional day, which wins over the weekday."""
    if closure_on(opening, service_date):
        return ()
    for day in opening.exceptional_days:
        if day.date == service_date:
            return day.shifts
    weekday = service_date.isoweekday()
    return tuple(shift for shift in opening.shifts if weekday in shift.weekdays)


def occasion_on(opening: Opening, service_date: date) -> Occasion:
    """What guests read of a service date; nothing on most."""
    days = () if closure_on(opening, service_date) else opening.exceptional_days
    return next((day.occasion for day in days if day.date == service_date), Occasion())
