"""Who sits where on a service date, for the engine that moves others, and who is not to be moved."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Reservation, ReservationState, Seating
from app.booking.opening import base_quarter, closed_tables
from app.booking.queries.houses import House
from app.booking.queries.lingering import lingering_tables, quarters_kept
from app.booking.queries.manners import Manners, manners_on
from app.booking.seating import SPAN_QUARTERS, Arranger, Combination, Policy, Room, Sitting, Unit
from app.booking.seating.check import faults
from app.kernel.db import db

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


class SeatedDay(NamedTuple):
    """A service date as the database has it: the furniture, tables joined by hand included, and who sits where."""

    room: Room
    base: int
    sittings: tuple[Sitting, ...]

    def arranger(self, policy: Policy) -> Arranger:
        """Give the engine that decides on it."""
        return Arranger(self.room, self.base, self.sittings, policy, SPAN_QUARTERS)


def seated_day(
    house: House,
    service_date: date,
    now: datetime,
    *,
    leaving_out: UUID | None = None,
    by_staff: bool = False,
) -> SeatedDay:
    """Read a service date as this transaction sees it, without one reservation if asked.

    Only the coming reservations of that very date may be moved, unless a table was chosen for them, they are about to
    arrive, or their shift moves nobody: this last does not bind moves that staff accept (`by_staff`). Who
    lingers beyond their time is seated a little longer.
    """
    manners = manners_on(house, service_date)
    units = {frozenset(unit.tables): unit for unit in house.room.units}
    in_use = {table.id for table in house.room.tables}
    own: dict[frozenset[str], Combination] = {}
    sittings = []
    for rows in _by_party(house, service_date, now, leaving_out):
        row = rows[0]
        tables = frozenset(each.table_id.hex for each in rows) & in_use
        if not tables:
            continue
        unit = units.get(tables)
        if unit is None:
            own[tables] = Combination("+".join(sorted(tables)), tuple(sorted(tables)), OUT_OF_REACH, OUT_OF_REACH)
        is_movable = (
            unit is not None
            and _may_move(row, unit, service_date, now, manners)
            and (by_staff or manners.policy_at(row.first_quarter).may_move)
        )
        quarters, held = range(row.first_quarter, row.end_quarter), unit.id if unit else own[tables].id
        sittings.append(
            Sitting(row.reservation_id.hex, quarters, row.covers, held, row.area_wish, is_fixed=not is_movable)
        )
    room = replace(house.room, combinations=(*house.room.combinations, *own.values())) if own else house.room
    base, kept = base_quarter(service_date), quarters_kept(now)
    if base <= kept.start < base + SPAN_QUARTERS:
        late = (table.hex for table in lingering_tables(house.establishment_id, now, leaving_out=leaving_out))
        sittings += _lingering(room, sittings, [table for table in late if table in in_use], kept)
    sittings += _closings(house, service_date, room, sittings)
    return SeatedDay(room, base, tuple(sittings))


def plan_faults(house: House, service_date: date, now: datetime, *, moved: Collection[UUID]) -> list[str]:
    """Give what is wrong with the whole plan as this transaction has written it; those just moved have to fit."""
    day = seated_day(house, service_date, now)
    ids = {id.hex for id in moved}
    looked_at = [replace(each, is_fixed=False) if each.id in ids else each for each in day.sittings]
    missing = ids - {sitting.id for sitting in day.sittings}
    return [*faults(day.room, looked_at), *(f"{id}: no table" for id in sorted(missing))]


def _by_party(house: House, service_date: date, now: datetime, leaving_out: UUID | None) -> Collection[list[Any]]:
    first = base_quarter(service_date)
    asked = {
        "establishment": house.establishment_id,
        "from_quarter": first,
        "until_quarter": first + SPAN_QUARTERS,
        "now": now,
        "leaving_out": leaving_out or NOBODY,
    }
    seated: dict[UUID, list[Any]] = defaultdict(list)
    for row in db.session.execute(SITTINGS, asked):
        seated[row.reservation_id].append(row)
    return seated.values()


def _lingering(room: Room, sittings: list[Sitting], late: list[str], kept: range) -> list[Sitting]:
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


def _closings(house: House, service_date: date, room: Room, sittings: list[Sitting]) -> list[Sitting]:
    """Give what is closed as sittings that stay where they are, in the quarters in which nobody sits there."""
    base = base_quarter(service_date)
    closed = dict(closed_tables(house.opening, service_date, base))
    if not closed:
        return []
    units = {unit.id: unit.tables for unit in room.units}
    for each in sittings:
        first, end = max(0, each.quarters.start - base), max(0, each.quarters.stop - base)
        for table in units[each.unit]:
            closed[table] = closed.get(table, 0) & ~((1 << end) - (1 << first))
    return [
        Sitting(
            f"closed {table.id} {first}", range(base + first, base + end), table.max_covers, table.id, is_fixed=True
        )
        for table in house.room.tables
        for first, end in _runs(closed.get(table.id, 0))
    ]


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """Give where the bits of a mask are set without a gap, half-open."""
    while mask:
        first = (mask & -mask).bit_length() - 1
        rest = mask >> first
        end = first + (~rest & (rest + 1)).bit_length() - 1
        yield first, end
        mask &= -1 << end


def _may_move(row: Any, unit: Unit, service_date: date, now: datetime, manners: Manners) -> bool:
    return (
        row.state in MOVABLE
        and row.service_date == service_date
        and row.locked_unit is None
        and row.starts_at > now + manners.kept_before
        and unit.fits(row.covers)
        and unit.serves(row.area_wish)
    )
