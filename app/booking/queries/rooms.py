"""Questions about what a manager sets: areas, tables, combinations, shifts, closures, rules."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.booking.models import (
    Area,
    BookingPolicy,
    CloseOut,
    Closure,
    Combination,
    CombinationTable,
    ExceptionalDay,
    Reservation,
    Seating,
    SeatingCell,
    Shift,
    Table,
    natural_order,
)
from app.booking.models import ReservationState as S
from app.directory.models import Establishment
from app.kernel.db import db


def policy_of(establishment: Establishment) -> BookingPolicy:
    """Give how this establishment takes bookings."""
    return db.session.get_one(BookingPolicy, establishment.id)


def areas_of(establishment: Establishment) -> list[Area]:
    """Give the areas, in the house's order."""
    query = sa.select(Area).where(Area.establishment_id == establishment.id)
    return list(db.session.scalars(query.order_by(Area.position, Area.code)))


def tables_of(establishment: Establishment) -> list[Table]:
    """Give every table in the house's order, those out of service last."""
    query = sa.select(Table).where(Table.establishment_id == establishment.id).order_by(Table.position)
    return sorted(
        db.session.scalars(query), key=lambda table: (not table.is_active, table.position, natural_order(table.code))
    )


def codes_of(establishment: Establishment) -> dict[str, str]:
    """Give the codes of tables and combinations by the engine's ids."""
    return {
        row.id.hex: row.code
        for model in (Table, Combination)
        for row in db.session.execute(sa.select(model.id, model.code).where(model.establishment_id == establishment.id))
    }


def combinations_of(establishment: Establishment) -> list[Combination]:
    """Give the combinations, in the house's order."""
    query = sa.select(Combination).where(Combination.establishment_id == establishment.id)
    return list(db.session.scalars(query.order_by(Combination.position, Combination.code)))


def weekly_shifts_of(establishment: Establishment) -> list[Shift]:
    """Give the shifts of ordinary weeks, in the house's order."""
    query = sa.select(Shift).where(Shift.establishment_id == establishment.id, Shift.exceptional_day_id.is_(None))
    return list(db.session.scalars(query.order_by(Shift.position, Shift.first)))


def closures_of(establishment: Establishment) -> list[Closure]:
    """Give the closures by date."""
    query = sa.select(Closure).where(Closure.establishment_id == establishment.id)
    return list(db.session.scalars(query.order_by(Closure.first_day, Closure.last_day)))


def exceptional_days_of(establishment: Establishment) -> list[ExceptionalDay]:
    """Give the exceptional days by date."""
    query = sa.select(ExceptionalDay).where(ExceptionalDay.establishment_id == establishment.id)
    return list(db.session.scalars(query.order_by(ExceptionalDay.day)))


def close_outs_of(establishment: Establishment) -> list[CloseOut]:
    """Give the close-outs by date."""
    query = sa.select(CloseOut).where(CloseOut.establishment_id == establishment.id)
    return list(db.session.scalars(query.order_by(CloseOut.first_day, CloseOut.since, CloseOut.id)))


def has_history(table: Table) -> bool:
    """Tell whether the table was ever given to anybody, or belongs to a combination: then it is kept, retired."""
    used = sa.or_(
        sa.exists().where(Seating.table_id == table.id),
        sa.exists().where(SeatingCell.table_id == table.id),
        sa.exists().where(CombinationTable.table_id == table.id),
    )
    return bool(db.session.scalar(sa.select(used)))


def live_holds_of(establishment_id: UUID, now: datetime) -> list[Reservation]:
    """Give the holds that have not run out, with their tables."""
    query = sa.select(Reservation).where(
        Reservation.establishment_id == establishment_id, Reservation.state == S.HELD, Reservation.held_until > now
    )
    return list(db.session.scalars(query.options(selectinload(Reservation.seatings))))


def codes_in_use(establishment: Establishment, *, leaving_out: Iterable[UUID] = ()) -> set[str]:
    """Give the names that tables and combinations bear: none may bear another's."""
    units: list[Table | Combination] = [*tables_of(establishment), *combinations_of(establishment)]
    return {unit.code for unit in units if unit.id not in set(leaving_out)}
