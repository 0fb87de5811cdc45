"""One service date as the engine sees it: the hours, the furniture, what is taken, the rules, and what time it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from app.booking.opening import Opening, Slot, slots_on
from app.booking.seating.book import DayBook
from app.booking.seating.room import Room
from app.booking.seating.seater import Seater
from app.booking.seating.verdict import Reason


@dataclass(frozen=True, slots=True)
class Rules:
    """What a guest may ask for online.

    An arrival at least `min_notice_minutes` ahead, at most `max_advance_days` after today in the house's zone, for at
    most `max_covers_online`, and not at an instant from `paused_from` to `paused_until`, half-open.
    """

    min_notice_minutes: int = 0
    max_advance_days: int = 365
    max_covers_online: int = 10
    paused_from: datetime | None = None
    paused_until: datetime | None = None

    def pauses(self, instant: datetime) -> bool:
        """Whether online bookings that begin at this instant are paused."""
        if self.paused_from is None or self.paused_until is None:
            return False
        return self.paused_from <= instant < self.paused_until


@dataclass(frozen=True)
class Day:
    """Everything `feasible` needs to know of a service date. `now` is an aware UTC instant.

    The book must hold every cell of the day's quarters, those of the evening before included (read cells by quarter,
    from `base_quarter(service_date)` on, not by service date). `seater` decides where parties sit, from the same book,
    when the house lets others be moved for them; None is best fit on the book.

    `online` is the same day as guests may have it online, when some tables are kept from them. `otherwise` holds the
    rooms and books there would be without a rule, each with the reason to give when it alone stands in the way.
    """

    opening: Opening
    service_date: date
    room: Room
    book: DayBook
    rules: Rules
    now: datetime
    seater: Seater | None = None
    online: "Day | None" = None
    otherwise: tuple[tuple[Reason, Room, DayBook], ...] = ()

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The arrival times of the day, in order; () when closed."""
        return slots_on(self.opening, self.service_date)

    def slot(self, at: time | Slot) -> Slot | None:
        """The day's slot at a wall time; None when it is not offered, or is a slot of another day."""
        if isinstance(at, time):
            return self._by_time.get(at)
        own = self._by_time.get(at.local_time)
        return own if own is at or own == at else None

    @cached_property
    def today(self) -> date:
        """The calendar date in the house's zone, now."""
        return self.now.astimezone(ZoneInfo(self.opening.zone)).date()

    @cached_property
    def is_too_far(self) -> bool:
        """Whether the service date lies beyond the maximum advance."""
        return (self.service_date - self.today).days > self.rules.max_advance_days

    @cached_property
    def earliest(self) -> datetime:
        """The first instant for which a guest may still book."""
        return self.now + timedelta(minutes=self.rules.min_notice_minutes)

    @cached_property
    def _by_time(self) -> Mapping[time, Slot]:
        return {slot.local_time: slot for slot in self.slots}
