"""Who sits where on a service date, for the engine that moves others, and who is not to be moved."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Reservation, ReservationState, Seating
from app.booking.opening import base_quarter, closed_tables
from app.booking.queries.houses import House
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
    occupied: Mapping[str, range] | None = None,
    by_staff: bool = False,
) -> SeatedDay:
    """Read a service date as this transaction sees it, without one reservation if asked.

    Only the coming reservations of that very date may be moved, unless a table was chosen for them, they are about to
    arrive, or their shift moves nobody: this last does not bind moves that staff accept (`by_staff`). `occupied` are
    tables taken by nobody of the book: where somebody overstays.
    """
    manners = manners_on(house, service_date)
    units = {frozenset(unit.tables): unit for unit in house.room.units}
    in_use = {table.id for table in house.room.tables}
    own: dict[str, Combination] = {}
    sittings = []
    parties = _by_party(house, service_date, now, leaving_out)
    for rows in parties:
        row = rows[0]
        tables = frozenset(each.table_id.hex for each in rows) & in_use
        if not tables:
            continue
        unit = units.get(tables)
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
                is_fixed=not (
                    unit
                    and _may_move(row, unit, service_date, now, manners)
                    and (by_staff or manners.policy_at(row.first_quarter).may_move)
                ),
            )
        )
    ghosts = (
        Sitting(f"late {table}", quarters, 1, table, is_fixed=True)
        for table, quarters in (occupied or {}).items()
        if table in in_use
    )
    closings = _closings(house, service_date, parties)
    room = replace(house.room, combinations=(*house.room.combinations, *own.values())) if own else house.room
    return SeatedDay(room, base_quarter(service_date), tuple(chain(sittings, ghosts, closings)))


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


def _closings(house: House, service_date: date, parties: Iterable[list[Any]]) -> Iterator[Sitting]:
    """Give what is closed as sittings that stay where they are, in the quarters in which nobody sits there yet."""
    base = base_quarter(service_date)
    closed = dict(closed_tables(house.opening, service_date, base))
    for row in chain.from_iterable(parties) if closed else ():
        if row.table_id.hex in closed:
            taken = (1 << max(0, row.end_quarter - base)) - (1 << max(0, row.first_quarter - base))
            closed[row.table_id.hex] &= ~taken
    for table in house.room.tables:
        for first, end in _runs(closed.get(table.id, 0)):
            quarters = range(base + first, base + end)
            yield Sitting(f"closed {table.id} {first}", quarters, table.max_covers, table.id, is_fixed=True)


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
