"""Who sits where on a service date, for the engine that moves others, and who is not to be moved."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Reservation, ReservationState, Seating
from app.booking.opening import base_quarter, quarter_of
from app.booking.queries.houses import House
from app.booking.queries.lingering import lingering_tables, quarters_kept
from app.booking.seating import (
    SPAN_QUARTERS,
    Arranger,
    Combination,
    DayBook,
    Request,
    Room,
    Seated,
    Sitting,
    Survey,
    Unit,
    best_fit,
)
from app.booking.seating.seater import Decision
from app.kernel.db import db

SOON = timedelta(minutes=60)
"""Who arrives sooner keeps their table: it may be laid, and the guests on their way to it."""
MOVABLE = (ReservationState.REQUESTED, ReservationState.CONFIRMED)
OUT_OF_REACH = 10**6
"""A number of covers that nobody asks for: the unit of those whom staff seated at tables of their own choice."""
NOBODY = UUID(int=0)

SITTINGS = (
    sa.select(
        Seating.reservation_id,
        Seating.table_id,
        Seating.first_quarter,
        Seating.end_quarter,
        Reservation.covers,
        Reservation.area_wish,
        Reservation.locked_unit,
        Reservation.state,
        Reservation.service_date,
        Reservation.starts_at,
    )
    .join(Reservation, Reservation.id == Seating.reservation_id)
    .where(
        Seating.establishment_id == sa.bindparam("establishment"),
        Seating.first_quarter.between(sa.bindparam("from_quarter") - 96, sa.bindparam("until_quarter")),
        Seating.end_quarter > sa.bindparam("from_quarter"),
        sa.or_(Seating.held_until.is_(None), Seating.held_until > sa.bindparam("now")),
        Seating.reservation_id != sa.bindparam("leaving_out"),
    )
    .order_by(Seating.reservation_id, Seating.table_id)
)


def arranger_of(house: House, service_date: date, now: datetime, *, leaving_out: UUID | None = None) -> Arranger:
    """Give the seating of a service date as this transaction sees it, without one reservation if asked.

    Only the coming reservations of that very date may be moved, unless a table was chosen for them or they are about to
    arrive.
    """
    rows = db.session.execute(
        SITTINGS,
        {
            "establishment": house.establishment_id,
            "from_quarter": base_quarter(service_date),
            "until_quarter": base_quarter(service_date) + SPAN_QUARTERS,
            "now": now,
            "leaving_out": leaving_out or NOBODY,
        },
    ).all()
    seated: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        seated[row.reservation_id].append(row)
    late = lingering_tables(house.establishment_id, now, leaving_out=leaving_out)
    return _arranger(house, service_date, now, seated.values(), late)


def _arranger(
    house: House, service_date: date, now: datetime, seated: Iterable[list[Any]], late: Iterable[UUID]
) -> Arranger:
    known = {frozenset(unit.tables): unit for unit in house.room.units}
    in_use = {table.id for table in house.room.tables}
    own: dict[str, Combination] = {}
    sittings = []
    for rows in seated:
        row = rows[0]
        tables = frozenset(each.table_id.hex for each in rows) & in_use
        if not tables:
            continue
        unit = known.get(tables)
        if unit is None:
            id = "+".join(sorted(tables))
            own[id] = Combination(id, tuple(sorted(tables)), OUT_OF_REACH, OUT_OF_REACH)
        sittings.append(
            Sitting(
                row.reservation_id.hex,
                range(row.first_quarter, row.end_quarter),
                row.covers,
                unit.id if unit else id,
                row.area_wish,
                is_fixed=not (unit and _may_move(row, unit, service_date, now)),
            )
        )
    room = _with(house.room, own) if own else house.room
    sittings += _lingering(room, sittings, (table.hex for table in late if table.hex in in_use), quarters_kept(now))
    return Arranger(room, base_quarter(service_date), sittings, house.policy, SPAN_QUARTERS)


def _lingering(room: Room, sittings: list[Sitting], late: Iterable[str], kept: range) -> list[Sitting]:
    """Seat those who stay beyond their time a little longer, except where the next party's time has come."""
    units = {unit.id: unit.tables for unit in room.units}
    held = {
        (table, quarter)
        for each in sittings
        for quarter in kept
        if quarter in each.quarters
        for table in units[each.unit]
    }
    return [
        Sitting(f"late {table} {quarter}", range(quarter, quarter + 1), 1, table, is_fixed=True)
        for table in late
        for quarter in kept
        if (table, quarter) not in held
    ]


def _may_move(row: Any, unit: Unit, service_date: date, now: datetime) -> bool:
    return (
        row.state in MOVABLE
        and row.service_date == service_date
        and row.locked_unit is None
        and row.starts_at > now + SOON
        and unit.fits(row.covers)
        and unit.serves(row.area_wish)
    )


def _with(room: Room, own: dict[str, Combination]) -> Room:
    return replace(room, combinations=(*room.combinations, *own.values()))


class KeptSeater:
    """Decides for readers: best fit on the book first, and a survey made once when that says no.

    It lives in a book that several threads read, so that the survey is asked by one at a time.
    """

    def __init__(self, house: House, service_date: date, book: DayBook, now: datetime) -> None:
        self.house, self.service_date, self.book, self.made_at = house, service_date, book, now
        self._survey: Survey | None = None
        self._turn = Lock()

    def holds(self, house: House, now: datetime) -> bool:
        """Whether it may still answer: same settings, and nobody came near their arrival, on the quarter, meanwhile."""
        return self.house.version == house.version and quarter_of(now) == quarter_of(self.made_at)

    def decide(self, request: Request) -> Decision:
        """Whether the party can be seated, if need be by moving others."""
        unit = best_fit(self.house.room, self.book, request)
        if unit is not None:
            return Seated(unit)
        with self._turn:
            if self._survey is None:
                self._survey = Survey(arranger_of(self.house, self.service_date, self.made_at))
            return self._survey.decide(request)

    def has_free_unit(self, request: Request) -> bool:
        """Whether the party can be seated without moving anybody."""
        return best_fit(self.house.room, self.book, request) is not None


class WritingSeater:
    """Decides for the writer, under the day's lock, without one reservation: best fit first, then who might move."""

    def __init__(
        self, house: House, service_date: date, book: DayBook, leaving_out: UUID | None, now: datetime
    ) -> None:
        self.house, self.service_date, self.book = house, service_date, book
        self.leaving_out, self.now = leaving_out, now
        self._arranger: Arranger | None = None

    def decide(self, request: Request) -> Decision:
        """Whether the party can be seated, and who moves for it."""
        unit = best_fit(self.house.room, self.book, request)
        if unit is not None:
            return Seated(unit)
        if self._arranger is None:
            self._arranger = arranger_of(self.house, self.service_date, self.now, leaving_out=self.leaving_out)
        return self._arranger.decide(request)

    def has_free_unit(self, request: Request) -> bool:
        """Whether the party can be seated without moving anybody."""
        return best_fit(self.house.room, self.book, request) is not None
