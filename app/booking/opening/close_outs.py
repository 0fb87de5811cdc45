"""What is closed inside an open house: times at which nobody is received, or tables and areas that are not given.

A close-out goes by service dates, by weekdays among them if asked, and by wall times. A service date's day runs from
five in the morning to five the next: « 00:30 » is late in its evening.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

DAY_MINUTES = 24 * 60
DAY_BEGINS = 5 * 60
_ONE_DAY = timedelta(days=1)


class Scope(StrEnum):
    """What a close-out closes."""

    HOUSE = "house"
    """Arrivals: nobody is booked in at these times, whatever the table."""
    TABLES = "tables"
    """Some tables: nobody sits there at these times."""
    AREA = "area"
    """Every table of an area."""


@dataclass(frozen=True, slots=True)
class CloseOut:
    """Service dates from `first` to `last` (None: for good), on `weekdays` (ISO, none: all), from `since` to `until`.

    The span of times is half-open; an `until` before `since` runs past midnight; without times it is the whole day.
    `tables` are the ids that are not given: those of the area, when it is one that closes.
    """

    first: date
    last: date | None
    weekdays: frozenset[int] = frozenset()
    since: time | None = None
    until: time | None = None
    scope: Scope = Scope.HOUSE
    tables: frozenset[str] = frozenset()
    area: str | None = None
    reason: str = ""

    def is_on(self, service_date: date) -> bool:
        """Whether it holds on this service date."""
        if service_date < self.first or (self.last is not None and service_date > self.last):
            return False
        return not self.weekdays or service_date.isoweekday() in self.weekdays

    def closes(self, minutes: int) -> bool:
        """Whether it holds at a time of its dates, in wall minutes; midnight is folded."""
        if self.since is None or self.until is None:
            return True
        since, until, wall = _minutes(self.since), _minutes(self.until), minutes % DAY_MINUTES
        return since <= wall < until if since < until else wall >= since or wall < until

    @property
    def spans(self) -> Iterator[tuple[int, int]]:
        """The spans of its days, half-open, in wall minutes after the service date's midnight."""
        begun = None
        for minutes in range(DAY_BEGINS, DAY_BEGINS + DAY_MINUTES + 1, 15):
            is_closed = minutes < DAY_BEGINS + DAY_MINUTES and self.closes(minutes)
            if is_closed and begun is None:
                begun = minutes
            elif not is_closed and begun is not None:
                yield begun, minutes
                begun = None

    @property
    def never_comes(self) -> bool:
        """Whether none of its weekdays lies between its dates."""
        if self.last is None or not self.weekdays:
            return False
        days = min((self.last - self.first).days + 1, 7)
        return not any(self.is_on(self.first + offset * _ONE_DAY) for offset in range(days))


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute
