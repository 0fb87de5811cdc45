"""Questions about reservations."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.booking import permissions as may
from app.booking.models import COMING, OpenWish, Reservation, Seating, WishState
from app.booking.models import ReservationState as S
from app.directory.models import Establishment, normalised_email
from app.directory.queries import establishments as all_establishments
from app.kernel import audit
from app.kernel.access import Actor
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.scopes import Scope


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the reservations this actor may see: all, those of their establishments, the day's, or their links'."""
    query = sa.select(Reservation).where(Reservation.state.not_in((S.HELD, S.EXPIRED)))
    scopes = actor.scopes(may.VIEW)
    if Scope() in scopes:
        return query
    establishments = [UUID(scope.id) for scope in scopes if scope.kind == "establishment"]
    tonight = {scope.id for scope in scopes if scope.kind == may.TONIGHT}
    borne = [
        right.record_id
        for right in actor.links
        if right.scope == may.GUEST_LINK and right.record_kind == Reservation.kind()
    ]
    return query.where(
        sa.or_(
            Reservation.establishment_id.in_(establishments),
            Reservation.id.in_(borne),
            *(_of_the_day(house) for house in _houses_seen(tonight)),
        )
    )


def _houses_seen(tonight: set[str]) -> list[Establishment]:
    """Give the establishments whose day alone is seen; "" stands for all of them."""
    if not tonight:
        return []
    return [house for house in all_establishments() if {"", str(house.id)} & tonight]


def _of_the_day(house: Establishment) -> sa.ColumnElement[bool]:
    return sa.and_(Reservation.establishment_id == house.id, Reservation.service_date == may.day_under_way(house))


UNDECIDED = "undecided"


OWN = sa.select(Reservation).where(
    Reservation.guest_id == sa.bindparam("guest", type_=sa.Uuid()), Reservation.state.not_in((S.HELD, S.EXPIRED))
)


def own_reservations(guest_id: UUID, now: datetime, past: int = 10) -> tuple[list[Reservation], list[Reservation]]:
    """Give a person's reservations still to come, the next one first, and the last ones that are over."""
    coming = OWN.where(Reservation.starts_at >= now, Reservation.state.in_(COMING)).order_by(Reservation.starts_at)
    over = OWN.where(sa.or_(Reservation.starts_at < now, Reservation.state.not_in(COMING)))
    over = over.order_by(Reservation.starts_at.desc(), Reservation.id).limit(past)
    return (
        list(db.session.scalars(coming.limit(50), {"guest": guest_id})),
        list(db.session.scalars(over, {"guest": guest_id})),
    )


def reservation_with_reference(reference: str, email: str) -> Reservation | None:
    """Give the reservation bearing this reference, if this is the e-mail typed for it."""
    found = db.session.scalars(
        sa.select(Reservation).where(Reservation.reference == reference.replace(" ", "").upper())
    ).first()
    if found is None or normalised_email(found.email) != normalised_email(email):
        return None
    return found


LIVE_HOLD = sa.select(Reservation).where(
    Reservation.visitor == sa.bindparam("by"),
    Reservation.state == S.HELD,
    Reservation.held_until > sa.bindparam("now"),
)
LOCKED_HOLD = LIVE_HOLD.with_for_update(of=Reservation).execution_options(populate_existing=True)


def hold_of(visitor: str, now: datetime, *, lock: bool = False) -> Reservation | None:
    """Give the one live hold of a visitor; locked, it can neither run out nor be confirmed twice meanwhile."""
    return db.session.scalars(LOCKED_HOLD if lock else LIVE_HOLD, {"by": visitor, "now": now}).first()


PROMISES_TO = sa.select(Reservation).where(
    Reservation.visitor == sa.bindparam("by"),
    Reservation.establishment_id == sa.bindparam("establishment"),
    Reservation.service_date == sa.bindparam("day"),
    Reservation.local_time == sa.bindparam("at"),
    Reservation.state.in_(COMING),
)


def promise_of(
    visitor: str, establishment_id: UUID, service_date: date, local_time: time, email: str
) -> Reservation | None:
    """Give the promise this visitor already has for this very time under this address."""
    asked = {"by": visitor, "establishment": establishment_id, "day": service_date, "at": local_time}
    found = db.session.scalars(PROMISES_TO, asked)
    return next((one for one in found if normalised_email(one.email) == normalised_email(email)), None)


HOLDS_FROM = sa.select(sa.func.count()).where(
    Reservation.held_until > sa.bindparam("now"),
    Reservation.network == sa.bindparam("network"),
    Reservation.state == S.HELD,
)


def live_holds_from(network: str, now: datetime) -> int:
    """Count the live holds asked for from one address."""
    return db.session.scalar(HOLDS_FROM, {"network": network, "now": now}) or 0


EXPIRED_HOLDS = (
    sa.select(Reservation)
    .where(Reservation.held_until <= sa.bindparam("now"), Reservation.state == S.HELD)
    .order_by(Reservation.held_until, Reservation.id)
    .limit(200)
)
EXPIRED_HOLDS_HERE = EXPIRED_HOLDS.where(Reservation.establishment_id == sa.bindparam("establishment"))


def expired_holds(now: datetime, establishment_id: UUID | None = None) -> list[Reservation]:
    """Give the holds that ran out and still occupy rows, some at a time."""
    if establishment_id is None:
        return list(db.session.scalars(EXPIRED_HOLDS, {"now": now}))
    return list(db.session.scalars(EXPIRED_HOLDS_HERE, {"now": now, "establishment": establishment_id}))


def reservations_due_a_reminder(now: datetime, limit: int = 200) -> list[UUID]:
    """Give the reservations whose reminder is due and not yet sent."""
    query = sa.select(Reservation.id).where(Reservation.reminder_due_at <= now)
    return list(db.session.scalars(query.order_by(Reservation.reminder_due_at).limit(limit)))


def coming_reservations(establishment_id: UUID, now: datetime) -> list[Reservation]:
    """Give the reservations still to come, with their tables (for checking a change of room or hours)."""
    query = sa.select(Reservation).where(
        Reservation.establishment_id == establishment_id,
        Reservation.state.in_(COMING),
        Reservation.starts_at >= now,
    )
    return list(db.session.scalars(query.order_by(Reservation.starts_at).options(selectinload(Reservation.seatings))))


def next_arrivals(establishment_id: UUID, after: datetime, *, actor: Actor, limit: int = 8) -> list[Reservation]:
    """Give the next parties expected that this actor may see, with their tables."""
    query = visible_to(actor).where(
        Reservation.establishment_id == establishment_id,
        Reservation.state.in_(COMING),
        Reservation.starts_at >= after,
    )
    query = query.order_by(Reservation.starts_at, Reservation.id).limit(limit)
    with_tables = joinedload(Reservation.seatings).joinedload(Seating.table)
    return list(db.session.scalars(query.options(with_tables)).unique())


@dataclass(frozen=True)
class DayFigures:
    """What one service date amounts to; and how many questions of the house still wait for the engine's answer."""

    reservations: int
    covers: int
    to_confirm: int
    seated: int
    missed: int
    cancelled: int
    undecided: int


def figures_of(establishment_id: UUID, service_date: date) -> DayFigures:
    """Count one service date by state, and what waits for an answer whatever its date, in one query."""
    of_the_day = (
        sa.select(sa.cast(Reservation.state, sa.String), sa.func.count(), sa.func.sum(Reservation.covers))
        .where(Reservation.establishment_id == establishment_id, Reservation.service_date == service_date)
        .group_by(Reservation.state)
    )
    waiting = sa.select(sa.literal(UNDECIDED), sa.func.count(), sa.literal(0)).where(
        OpenWish.establishment_id == establishment_id, OpenWish.state == WishState.CHECKING
    )
    rows = db.session.execute(sa.union_all(of_the_day, waiting))
    counts = {state: (number, int(covers or 0)) for state, number, covers in rows}
    expected = (S.REQUESTED, S.CONFIRMED, S.ARRIVED, S.SEATED, S.FINISHED)

    def number(state: str) -> int:
        return counts.get(state, (0, 0))[0]

    return DayFigures(
        reservations=sum(number(state) for state in expected),
        covers=sum(counts.get(state, (0, 0))[1] for state in expected),
        to_confirm=number(S.REQUESTED),
        seated=number(S.SEATED),
        missed=number(S.NO_SHOW),
        cancelled=number(S.CANCELLED),
        undecided=number(UNDECIDED),
    )


def timeline_of(reservation: Reservation) -> list[AuditEntry]:
    """Give the audit entries about a reservation, newest first."""
    return audit.entries_on(Reservation.kind(), reservation.id)


def reservations_of(person_id: UUID) -> list[Reservation]:
    """Give all that was ever promised to a person, oldest first."""
    query = sa.select(Reservation).where(Reservation.guest_id == person_id).options(selectinload(Reservation.notes))
    return list(db.session.scalars(query.order_by(Reservation.starts_at)))


def consents_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the reservations made with a consent, among those this actor may see."""
    return visible_to(actor).where(Reservation.consent_at.is_not(None))


def named_reservations_before(before: datetime) -> sa.Select[Any]:
    """Select the reservations of before an instant that still bear a name or an address."""
    texts = (Reservation.first_name, Reservation.last_name, Reservation.email, Reservation.phone)
    return sa.select(Reservation.id).where(Reservation.starts_at < before, sa.or_(*(text != "" for text in texts)))
