"""What would make a yes of a refusal, asked of the room as it stands."""

from collections.abc import Collection
from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Reservation
from app.booking.opening import Slot
from app.booking.queries.days import book_in_transaction
from app.booking.queries.houses import House
from app.booking.queries.seaters import WHILE_READING, WritingSeater
from app.booking.queries.sittings import MOVABLE
from app.booking.seating import FORCE, AnotherTime, Day, LargerTable, Lever, Permit, Placement, Wish, feasible, levers
from app.kernel import clock
from app.kernel.db import db

NEAR = 180
"""How many minutes away a time is still offered in place of another."""


def levers_for(
    house: House,
    service_date: date,
    at: time,
    covers: int,
    *,
    unit: str | None = None,
    permit: Permit,
    leaving_out: UUID | None = None,
) -> list[Lever]:
    """Give the cheapest changes that would make a yes, each tried."""
    book, now = book_in_transaction(house, service_date, leaving_out=leaving_out), clock.now()
    seater = WritingSeater(house, service_date, book, now, leaving_out=leaving_out, limits=WHILE_READING)
    day = Day(house.opening, service_date, house.room, book, house.rules, now, seater if house.may_move else None)
    slot = day.slot(at)
    policy = seater.manners.policy_at(slot.quarter) if slot else house.policy
    found = levers(
        day,
        Wish(at, covers, lock=unit, permit=permit),
        arranger=seater.day.arranger(policy) if policy.may_move else None,
        may_unlock=_chosen_tables(house.establishment_id, service_date, now + seater.manners.kept_before),
    )
    return [lever for lever in found if _is_for_staff(lever, day, slot, covers)]


def _is_for_staff(lever: Lever, day: Day, slot: Slot | None, covers: int) -> bool:
    """Whether it is worth a button: a time of the same part of the day, a table that can be given as it is."""
    if slot is None:
        return isinstance(lever, AnotherTime)
    if isinstance(lever, AnotherTime):
        return abs(lever.slot.minutes - slot.minutes) <= NEAR
    return not isinstance(lever, LargerTable) or _is_free(day, slot.local_time, covers, lever.table)


def _is_free(day: Day, at: time, covers: int, table: str) -> bool:
    """Whether one more may sit at a table without anybody's moving: what staff may do in their own name."""
    return isinstance(feasible(day, at, covers, lock=table, permit=FORCE), Placement)


def _chosen_tables(establishment_id: UUID, service_date: date, after: datetime) -> Collection[str]:
    """Give the coming reservations whose table was chosen, by the engine's names."""
    query = sa.select(Reservation.id).where(
        Reservation.establishment_id == establishment_id,
        Reservation.service_date == service_date,
        Reservation.state.in_(MOVABLE),
        Reservation.locked_unit.is_not(None),
        Reservation.starts_at > after,
    )
    return {id.hex for id in db.session.scalars(query)}
