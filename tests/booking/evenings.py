"""A small room on a Tuesday evening, for the tests of the engine."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from app.booking.opening import DurationBand, Opening, Shift
from app.booking.seating import Combination, Day, DayBook, Placement, Room, Rules, Table, feasible

EVERY_DAY = frozenset(range(1, 8))
TUESDAY = date(2026, 5, 5)
MORNING = datetime(2026, 5, 5, 6, tzinfo=UTC)  # 08:00 in Paris
DINNER = Shift("dinner", "Dîner", EVERY_DAY, time(19), time(22))
STAYS = (DurationBand(2, 90), DurationBand(4, 105), DurationBand(None, 120))
TABLES = (
    Table("two", "salle", 1, 2),
    Table("four", "salle", 2, 4),
    Table("six", "terrasse", 3, 6),
    Table("deux", "terrasse", 1, 2),
)
PAIR = Combination("two+four", ("two", "four"), 5, 6)


def room(tables=TABLES, combinations=(PAIR,), turnover=0, durations=STAYS):
    return Room(tuple(tables), tuple(combinations), durations, turnover)


def day(*, shift=DINNER, service_date=TUESDAY, now=MORNING, rules=None, furniture=None, book=None, **opening):
    hours = Opening(opening.pop("zone", "Europe/Paris"), opening.pop("step", 15), (shift,), **opening)
    book = book or DayBook.empty_on(service_date)
    return Day(hours, service_date, furniture or room(), book, rules or Rules(60, 90, 10), now)


def seated(on, at, covers, **wish):
    placement = feasible(on, at, covers, **wish)
    assert isinstance(placement, Placement), placement
    return replace(on, book=on.book.seat(placement, covers))
