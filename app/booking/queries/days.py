"""Service dates as the engine sees them: what is taken and who arrives, read once per version of the day.

A day's book also depends on the dates beside it (an evening may run past midnight), so it is kept under the versions
of three dates. A hold that runs out changes a book without a write: the book is kept no longer than its first hold. So
do guests who stay beyond their time: a book that holds the present is kept until the next quarter-hour.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import (
    OCCUPYING,
    BookingPolicy,
    Reservation,
    ReservationOrigin,
    ReservationState,
    Seating,
    ServiceDay,
)
from app.booking.opening import QUARTER_SECONDS, base_quarter, closed_tables, quarter_of
from app.booking.queries.houses import House
from app.booking.queries.lingering import lingering_tables, quarters_kept
from app.booking.queries.manners import Guards, guards_of
from app.booking.queries.seaters import WHILE_READING, Foreseen, Hopeful, KeptSeater, WritingSeater
from app.booking.seating import Day, DayBook, Reason, times_left
from app.booking.seating.book import SPAN_QUARTERS
from app.booking.seating.room import Room
from app.booking.seating.seater import Seater
from app.kernel import clock
from app.kernel.db import add_up, db

ONE_DAY = timedelta(days=1)
KEPT_BOOKS = 2000
FOREVER = datetime.max.replace(tzinfo=clock.now().tzinfo)


@dataclass
class KeptBook:
    """A day's book as last read, under which versions, until when it holds, and the times left counted on it."""

    versions: tuple[int, ...]
    good_until: datetime
    book: DayBook
    seaters: dict[bool, KeptSeater] = field(default_factory=dict)
    times_left: dict[tuple[int, int, date, Guards], tuple[int, datetime]] = field(default_factory=dict)


_kept: dict[tuple[UUID, date], KeptBook] = {}


def day_of(house: House, service_date: date) -> Day:
    """Give one service date, for reading."""
    return days_of(house, service_date, service_date)[0]


def days_of(house: House, first: date, last: date) -> list[Day]:
    """Give the service dates from first to last, for reading: one query when nothing changed, else three."""
    now = clock.now()
    dates = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    books = kept_books(house, dates, now)
    return [_day(house, day, books[day], now) for day in dates]


def kept_books(house: House, dates: list[date], now: datetime) -> Mapping[date, KeptBook]:
    """Give the books of some dates, reading again only those whose version moved or whose holds ran out."""
    versions = _versions(house.establishment_id, dates[0] - ONE_DAY, dates[-1] + ONE_DAY)
    found: dict[date, KeptBook] = {}
    stale: list[tuple[date, tuple[int, ...]]] = []
    for day in dates:
        seen = tuple(versions.get(day + offset, 0) for offset in (-ONE_DAY, timedelta(0), ONE_DAY))
        kept = _kept.get((house.establishment_id, day))
        if kept is not None and kept.versions == seen and now < kept.good_until:
            found[day] = kept
        else:
            stale.append((day, seen))
    if stale:
        _forget_some()
        found.update(_read_books(house.establishment_id, stale, now))
    return found


def times_left_on(house: House, first: date, last: date, covers: int) -> dict[date, int]:
    """Count, for each service date from first to last, the times still open to a party of guests."""
    now = clock.now()
    dates = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    counted: dict[date, int] = {}
    guards = guards_of(house.establishment_id)
    for day, kept in kept_books(house, dates, now).items():
        key = (house.version, covers, clock.today(house.opening.zone), guards)
        count, good_until = kept.times_left.get(key, (0, now))
        if good_until <= now:
            engine_day = _day(house, day, kept, now)
            count, good_until = times_left(engine_day, covers), _next_closing(engine_day)
            if house.may_move:  # who is near their arrival is moved no more
                good_until = min(good_until, _next_quarter(now))
            if covers <= house.rules.max_covers_online:  # forged sizes must not fill the memory
                kept.times_left[key] = (count, good_until)
        counted[day] = count
    return counted


def _day(house: House, service_date: date, kept: KeptBook, now: datetime) -> Day:
    """Give a day for reading, with what decides beyond best fit when the house lets others be moved."""

    def seater(part: House, book: DayBook) -> Seater:
        is_whole = part is house
        found = kept.seaters.get(is_whole)
        if found is None or not found.holds(house, now):
            found = kept.seaters[is_whole] = KeptSeater(part, service_date, book, now)
        return Hopeful(part.room, found)

    return limited(house, service_date, kept.book, now, seater)


def limited(
    house: House, service_date: date, book: DayBook, now: datetime, seater: Callable[[House, DayBook], Seater]
) -> Day:
    """Give a day as the house's close-outs and the tables it keeps leave it, for the team and for guests online.

    `seater` makes what decides beyond best fit, in the house the first may have, over the book they find.
    """
    closed = closed_tables(house.opening, service_date, book.base)
    left = book.closing(closed)

    def day(part: House, otherwise: tuple[tuple[Reason, Room, DayBook], ...], online: Day | None = None) -> Day:
        beyond = seater(part, left) if part.may_move else None
        return Day(part.opening, service_date, part.room, left, part.rules, now, beyond, online, otherwise)

    def unclosed(part: House) -> tuple[tuple[Reason, Room, DayBook], ...]:
        return ((Reason.TABLE_CLOSED, part.room, book),) if closed else ()

    if not house.kept:
        return day(house, unclosed(house))
    kept = (Reason.KEPT_TABLES, house.room, left)
    return day(house, unclosed(house), day(house.online, (kept, *unclosed(house.online))))


def _next_closing(day: Day) -> datetime:
    """Give the instant at which the next of the day's times becomes too soon to book."""
    notice = timedelta(minutes=day.rules.min_notice_minutes)
    return min((slot.instant - notice for slot in day.slots if slot.instant - notice > day.now), default=FOREVER)


def is_closed(house: House, service_date: date, tables: Iterable[str], quarters: range) -> bool:
    """Tell whether one of these tables is closed in one of these absolute quarters."""
    closed = closed_tables(house.opening, service_date, quarters.start)
    return any(closed.get(table, 0) & ((1 << len(quarters)) - 1) for table in tables)


def book_in_transaction(house: House, service_date: date, *, leaving_out: UUID | None = None) -> DayBook:
    """Read one day's book as it stands in this transaction, without one reservation if asked; close-outs apart."""
    seatings, arrivals, _good_until = _occupation(
        house.establishment_id, service_date, service_date, clock.now(), leaving_out
    )
    return _book(base_quarter(service_date), seatings, arrivals)


def day_in_transaction(
    house: House, service_date: date, *, leaving_out: UUID | None = None, foreseen: Foreseen | None = None
) -> Day:
    """Give one service date as this transaction sees it, for writing, without one reservation if asked.

    `foreseen` is a decision reached before, which counts while nothing has changed.
    """
    book, now = book_in_transaction(house, service_date, leaving_out=leaving_out), clock.now()

    def seater(part: House, left: DayBook) -> Seater:
        return WritingSeater(part, service_date, left, now, leaving_out=leaving_out, foreseen=foreseen)

    return limited(house, service_date, book, now, seater)


def day_without(house: House, service_date: date, leaving_out: UUID) -> Day:
    """Give one service date for reading, as if one reservation were not there."""
    book, now = book_in_transaction(house, service_date, leaving_out=leaving_out), clock.now()

    def seater(part: House, left: DayBook) -> Seater:
        writer = WritingSeater(part, service_date, left, now, leaving_out=leaving_out, limits=WHILE_READING)
        return Hopeful(part.room, writer)

    return limited(house, service_date, book, now, seater)


def lock_day(establishment_id: UUID, *dates: date) -> int | None:
    """Take the writers' lock of some service dates, always in the same order, and move their versions.

    The settings are read-locked too: a table cannot be retired under a booking that is choosing it. Gives the version
    of the settings.
    """
    version = db.session.scalar(READ_LOCKED_POLICY, {"establishment": establishment_id})
    for service_date in sorted(set(dates)):
        add_up(ServiceDay, {"establishment_id": establishment_id, "service_date": service_date}, version=1)
    return version


def lock_days(days: Iterable[tuple[UUID, date]]) -> dict[UUID, int | None]:
    """Take the writers' lock of service dates of several establishments, always in the same order.

    Gives the version of each one's settings.
    """
    return {
        establishment_id: lock_day(establishment_id, *(service_date for _establishment_id, service_date in dates))
        for establishment_id, dates in groupby(sorted(set(days)), key=itemgetter(0))
    }


# --- reading --------------------------------------------------------------------------------------------------

TakenRow = tuple[UUID, int, int]
ArrivalRow = tuple[int, int, int, int]

# Every page asks this: a statement made once spares SQLAlchemy the work of making it again.
VERSIONS = sa.select(ServiceDay.service_date, ServiceDay.version).where(
    ServiceDay.establishment_id == sa.bindparam("establishment"),
    ServiceDay.service_date.between(sa.bindparam("first"), sa.bindparam("last")),
)

READ_LOCKED_POLICY = (
    sa.select(BookingPolicy.version)
    .where(BookingPolicy.establishment_id == sa.bindparam("establishment"))
    .with_for_update(read=True)
)
# Seatings are found by their first quarter; none is longer than a day.
TAKEN = sa.select(Seating.table_id, Seating.first_quarter, Seating.end_quarter, Seating.held_until).where(
    Seating.establishment_id == sa.bindparam("establishment"),
    Seating.first_quarter.between(sa.bindparam("from_quarter") - 96, sa.bindparam("until_quarter")),
    Seating.end_quarter > sa.bindparam("from_quarter"),
    sa.or_(Seating.held_until.is_(None), Seating.held_until > sa.bindparam("now")),
    Seating.reservation_id != sa.bindparam("leaving_out"),
)
COMING = (
    sa.select(
        Reservation.quarter,
        sa.func.sum(Reservation.covers),
        sa.func.count(),
        sa.func.sum(sa.case((Reservation.origin == ReservationOrigin.ONLINE, Reservation.covers), else_=0)),
    )
    .where(
        Reservation.establishment_id == sa.bindparam("establishment"),
        Reservation.service_date.between(sa.bindparam("eve"), sa.bindparam("morrow")),
        Reservation.state.in_((*OCCUPYING, ReservationState.FINISHED)),
        sa.or_(Reservation.held_until.is_(None), Reservation.held_until > sa.bindparam("now")),
        Reservation.id != sa.bindparam("leaving_out"),
    )
    .group_by(Reservation.quarter)
)
NOBODY = UUID(int=0)


def _versions(establishment_id: UUID, first: date, last: date) -> dict[date, int]:
    rows = db.session.execute(VERSIONS, {"establishment": establishment_id, "first": first, "last": last})
    return {row.service_date: row.version for row in rows}


def _read_books(
    establishment_id: UUID, stale: list[tuple[date, tuple[int, ...]]], now: datetime
) -> dict[date, KeptBook]:
    first, last = stale[0][0], stale[-1][0]
    seatings, arrivals, good_until = _occupation(establishment_id, first, last, now, None)
    base = base_quarter(first)
    whole = _book(base, seatings, arrivals)
    read = {}
    for day, versions in stale:
        book = whole if day == first == last else whole.cut(base_quarter(day))
        until = min(good_until, _next_quarter(now)) if _is_within(base_quarter(day), now) else good_until
        read[day] = _kept[(establishment_id, day)] = KeptBook(versions, until, book)
    return read


def _occupation(
    establishment_id: UUID, first: date, last: date, now: datetime, leaving_out: UUID | None
) -> tuple[list[TakenRow], list[ArrivalRow], datetime]:
    asked: dict[str, Any] = {
        "establishment": establishment_id,
        "from_quarter": base_quarter(first),
        "until_quarter": base_quarter(last) + SPAN_QUARTERS,
        "eve": first - ONE_DAY,
        "morrow": last + ONE_DAY,
        "now": now,
        "leaving_out": leaving_out or NOBODY,
    }
    rows = db.session.execute(TAKEN, asked).all()
    arrivals = [
        (quarter, int(covers), count, int(online))
        for quarter, covers, count, online in db.session.execute(COMING, asked)
    ]
    good_until = min((held for *_row, held in rows if held is not None), default=FOREVER)
    taken = [(table_id, start, end) for table_id, start, end, _held in rows]
    kept = quarters_kept(now)
    if asked["from_quarter"] <= kept.start < asked["until_quarter"]:
        late = lingering_tables(establishment_id, now, leaving_out=leaving_out)
        taken += [(table_id, kept.start, kept.stop) for table_id in late]
    return taken, arrivals, good_until


def _is_within(base: int, now: datetime) -> bool:
    return base <= quarter_of(now) < base + SPAN_QUARTERS


def _next_quarter(now: datetime) -> datetime:
    return now + timedelta(seconds=QUARTER_SECONDS - now.timestamp() % QUARTER_SECONDS)


def _book(base: int, seatings: Iterable[TakenRow], arrivals: Iterable[ArrivalRow]) -> DayBook:
    masks: dict[str, int] = defaultdict(int)
    for table_id, start, end in seatings:
        first = max(start, base)
        masks[table_id.hex] |= ((1 << (end - first)) - 1) << (first - base)
    arriving = {quarter: (covers, count) for quarter, covers, count, _online in arrivals}
    online = {quarter: online for quarter, _covers, _count, online in arrivals if online}
    return replace(DayBook.of_masks(base, masks.items(), arriving), online=online)


def _forget_some() -> None:
    while len(_kept) > KEPT_BOOKS:
        _kept.pop(next(iter(_kept)), None)
