"""Questions of the figures: what was promised, refused, looked for and offered over some days, already added up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa

from app.booking import permissions as may
from app.booking.models import (
    ENGINE_STEPS,
    FunnelCount,
    FunnelStep,
    OfferState,
    RefusedSearch,
    Reservation,
    ReservationOrigin,
    Seating,
    Stay,
    Table,
    WaitingOffer,
)
from app.booking.models import ReservationState as S
from app.booking.queries.houses import house_versions
from app.directory.models import Establishment
from app.directory.queries import establishments
from app.kernel.access import Actor
from app.kernel.db import db

NEVER_PROMISED = (S.HELD, S.EXPIRED)
NOT_RECEIVED = (*NEVER_PROMISED, S.CANCELLED, S.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Tally:
    """The reservations of one house, date, time, state and size, added up."""

    establishment_id: UUID
    service_date: date
    local_time: time
    state: S
    covers: int
    count: int
    cover_minutes: int

    @property
    def is_received(self) -> bool:
        """Tell whether these guests came, or are awaited."""
        return self.state not in NOT_RECEIVED


@dataclass(frozen=True, slots=True)
class Taking:
    """One promise, when it was made and undone: for how far ahead people book."""

    establishment_id: UUID
    service_date: date
    covers: int
    state: S
    created_at: datetime
    cancelled_at: datetime | None

    @property
    def is_received(self) -> bool:
        """Tell whether these guests came, or are awaited."""
        return self.state not in NOT_RECEIVED


@dataclass(frozen=True, slots=True)
class Stayed:
    """How many minutes a party was at its table."""

    establishment_id: UUID
    service_date: date
    local_time: time
    covers: int
    minutes: float


def houses_counted_by(actor: Actor) -> list[Establishment]:
    """Give the establishments that take bookings and whose figures this actor may read."""
    taking_bookings = house_versions()
    return [house for house in establishments() if house.id in taking_bookings and actor.may(may.VIEW_DEMAND, house)]


def tallies(houses: list[UUID], first: date, last: date) -> list[Tally]:
    """Add up the reservations of some days by time, state and size: found by house and date, whatever their number."""
    rows = db.session.execute(
        sa.select(
            Reservation.establishment_id,
            Reservation.service_date,
            Reservation.local_time,
            Reservation.state,
            Reservation.covers,
            sa.func.count(),
            sa.func.sum(Reservation.covers * Reservation.duration_minutes),
        )
        .where(*_of_days(houses, first, last))
        .group_by(
            Reservation.establishment_id,
            Reservation.service_date,
            Reservation.local_time,
            Reservation.state,
            Reservation.covers,
        )
    )
    return [Tally(*row[:6], int(row[6])) for row in rows]


def takings(houses: list[UUID], first: date, last: date) -> Iterator[Taking]:
    """Give the promises of some days with the instants at which they were made and undone."""
    rows = db.session.execute(
        sa.select(
            Reservation.establishment_id,
            Reservation.service_date,
            Reservation.covers,
            Reservation.state,
            Reservation.created_at,
            Reservation.cancelled_at,
        ).where(*_of_days(houses, first, last))
    )
    return (Taking(*row) for row in rows)


def _of_days(houses: list[UUID], first: date, last: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Reservation.establishment_id.in_(houses),
        Reservation.service_date.between(first, last),
        Reservation.state.not_in(NEVER_PROMISED),
    )


@dataclass(frozen=True, slots=True)
class Coming:
    """The reservations of one day that came in one way; `waited` where a place was offered to the waiting list."""

    service_date: date
    origin: ReservationOrigin
    waited: bool
    count: int


def comings(houses: list[UUID], first: date, last: date) -> list[Coming]:
    """Count the reservations of some days, received or awaited, by how they came in."""
    is_its_offer = sa.and_(WaitingOffer.reservation_id == Reservation.id, WaitingOffer.state == OfferState.ACCEPTED)
    grain = (Reservation.service_date, Reservation.origin, WaitingOffer.state)
    rows = db.session.execute(
        sa.select(*grain, sa.func.count())
        .select_from(Reservation)
        .outerjoin(WaitingOffer, is_its_offer)
        .where(*_of_days(houses, first, last), Reservation.state.not_in(NOT_RECEIVED))
        .group_by(*grain)
    )
    return [Coming(day, origin, offer is not None, count) for day, origin, offer, count in rows]


def parties_by_table(houses: list[UUID], first: date, last: date) -> list[tuple[date, int, str, int]]:
    """Count the parties of some days at each table, as (date, place of the table in its house, its code, parties)."""
    grain = (Reservation.service_date, Table.position, Table.code)
    rows = db.session.execute(
        sa.select(*grain, sa.func.count())
        .join(Seating, Seating.reservation_id == Reservation.id)
        .join(Table, Table.id == Seating.table_id)
        .where(*_of_days(houses, first, last), Reservation.state.not_in(NOT_RECEIVED))
        .group_by(*grain)
    )
    return [(day, position, code, parties) for day, position, code, parties in rows]


def refusals(houses: list[UUID], first: date, last: date) -> list[tuple[date, str, int, int]]:
    """Count the searches refused for some days, as (date, reason, how many, their covers)."""
    rows = db.session.execute(
        sa.select(RefusedSearch.service_date, RefusedSearch.reason, sa.func.count(), sa.func.sum(RefusedSearch.covers))
        .where(RefusedSearch.establishment_id.in_(houses), RefusedSearch.service_date.between(first, last))
        .group_by(RefusedSearch.service_date, RefusedSearch.reason)
    )
    return [(day, reason, count, int(covers)) for day, reason, count, covers in rows if day]


def steps_between(houses: list[UUID], first: date, last: date, *, of_engine: bool = False) -> Mapping[FunnelStep, int]:
    """Count each step of a booking over some days; `of_engine`, what the engine of seating could not do instead."""
    rows = db.session.execute(
        sa.select(FunnelCount.step, sa.func.sum(FunnelCount.count))
        .where(FunnelCount.establishment_id.in_(houses), FunnelCount.day.between(first, last))
        .group_by(FunnelCount.step)
    )
    counted = {step: int(count) for step, count in rows}
    return {step: counted.get(step, 0) for step in FunnelStep if (step in ENGINE_STEPS) is of_engine}


def stays_between(houses: list[UUID], first: date, last: date) -> list[Stayed]:
    """Give the stays of some days that are over."""
    rows = db.session.execute(
        sa.select(
            Stay.establishment_id, Stay.service_date, Stay.local_time, Stay.covers, Stay.seated_at, Stay.left_at
        ).where(Stay.establishment_id.in_(houses), Stay.service_date.between(first, last), Stay.left_at.is_not(None))
    )
    return [Stayed(*row[:4], (row[5] - row[4]).total_seconds() / 60) for row in rows if row[5] is not None]
