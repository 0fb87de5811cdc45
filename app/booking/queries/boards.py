"""Questions of the boards: what stands in the calendar, and on which tables of an evening."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.booking.models import Area, Reservation, Seating, Table
from app.booking.models import ReservationState as S
from app.booking.queries.reservations import visible_to
from app.kernel.access import Actor
from app.kernel.db import db

EXPECTED = (S.REQUESTED, S.CONFIRMED, S.ARRIVED, S.SEATED, S.FINISHED)
EVERY = (*EXPECTED, S.NO_SHOW, S.CANCELLED)


def visible_reservation(actor: Actor, reservation_id: UUID) -> Reservation | None:
    """Give a reservation if this actor may see it."""
    found: Reservation | None = db.session.scalar(visible_to(actor).where(Reservation.id == reservation_id))
    return found


def starting_between(
    actor: Actor, establishment_id: UUID, starts: datetime, ends: datetime, *, states: tuple[S, ...], area: str
) -> sa.Select[Any]:
    """Select the visible reservations that begin between two instants (half-open), in some states; `area` may be ""."""
    query = visible_to(actor).where(
        Reservation.establishment_id == establishment_id,
        Reservation.starts_at >= starts,
        Reservation.starts_at < ends,
        Reservation.state.in_(states),
    )
    if area:
        inside = (
            sa.exists()
            .where(Seating.reservation_id == Reservation.id, Area.code == area)
            .where(Table.id == Seating.table_id, Area.id == Table.area_id)
        )
        query = query.where(inside)
    return query


def listed(query: sa.Select[Any], limit: int) -> list[Reservation]:
    """Give the first reservations of a selection, with their tables."""
    query = query.order_by(Reservation.starts_at, Reservation.id).limit(limit)
    return list(db.session.scalars(query.options(selectinload(Reservation.seatings).joinedload(Seating.table))))


def counted_by_day(query: sa.Select[Any]) -> list[tuple[date, int, int]]:
    """Count a selection by service date: (date, reservations, covers)."""
    counts = (Reservation.service_date, sa.func.count(), sa.func.sum(Reservation.covers))
    rows = db.session.execute(
        query.with_only_columns(*counts).group_by(Reservation.service_date).order_by(Reservation.service_date)
    )
    return [(day, number, int(covers)) for day, number, covers in rows]


class Arrivals(NamedTuple):
    """Who arrives at one instant of a service date."""

    service_date: date
    starts_at: datetime
    reservations: int
    covers: int


def counted_by_start(query: sa.Select[Any]) -> list[Arrivals]:
    """Count a selection by time of arrival, the earliest first."""
    grain = (Reservation.service_date, Reservation.starts_at)
    counts = (sa.func.count(), sa.func.sum(Reservation.covers))
    rows = db.session.execute(query.with_only_columns(*grain, *counts).group_by(*grain).order_by(Reservation.starts_at))
    return [Arrivals(day, starts_at, number, int(covers)) for day, starts_at, number, covers in rows]


def seated_on(actor: Actor, establishment_id: UUID, service_date: date) -> list[Reservation]:
    """Give the visible reservations of a service date that have or had tables, with them, by time."""
    query = visible_to(actor).where(
        Reservation.establishment_id == establishment_id,
        Reservation.service_date == service_date,
        Reservation.state.in_(EXPECTED),
    )
    return listed(query, limit=1000)
