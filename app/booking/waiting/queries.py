"""Questions about the waiting list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.booking.models import LIVE, OfferState, Reservation, Shift, WaitingEntry, WaitingOffer
from app.booking.models import WaitingState as S
from app.booking.waiting.permissions import VIEW_WAITING
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.scopes import Scope

LOST_A_PLACE = (
    sa.exists()
    .where(WaitingOffer.entry_id == WaitingEntry.id, WaitingOffer.state == OfferState.UNDONE)
    .correlate(WaitingEntry)
)
IN_ORDER = (sa.case((LOST_A_PLACE, 0), else_=1), WaitingEntry.created_at, WaitingEntry.id)
"""First whoever the house had to take a place back from, then by the time of joining."""


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the entries this actor may see: all, or those of their establishments."""
    query = sa.select(WaitingEntry)
    scopes = actor.scopes(VIEW_WAITING)
    if Scope() in scopes:
        return query
    houses = [UUID(scope.id) for scope in scopes if scope.kind == "establishment"]
    return query.where(WaitingEntry.establishment_id.in_(houses))


def shift_names() -> list[str]:
    """Give the names of the shifts of all houses."""
    return list(db.session.scalars(sa.select(Shift.name).distinct().order_by(Shift.name)))


def live_entry(claim: str) -> WaitingEntry | None:
    """Give the live entry of somebody for a shift."""
    return db.session.scalars(sa.select(WaitingEntry).where(WaitingEntry.claim == claim)).first()


def count_live(establishment_id: UUID, service_date: date, shift: str) -> int:
    """Count who waits for a shift, those with a place offered included."""
    query = sa.select(sa.func.count()).where(
        WaitingEntry.establishment_id == establishment_id,
        WaitingEntry.service_date == service_date,
        WaitingEntry.shift == shift,
        WaitingEntry.state.in_(LIVE),
    )
    return db.session.scalar(query) or 0


def rank_of(entry: WaitingEntry) -> int:
    """Give the place of a live entry among those of its shift: 1 for the first."""
    live = sa.select(WaitingEntry.id).where(
        WaitingEntry.establishment_id == entry.establishment_id,
        WaitingEntry.service_date == entry.service_date,
        WaitingEntry.shift == entry.shift,
        WaitingEntry.state.in_(LIVE),
    )
    return 1 + list(db.session.scalars(live.order_by(*IN_ORDER))).index(entry.id)


def waiting_on(establishment_id: UUID, service_date: date) -> list[WaitingEntry]:
    """Give who waits for a place on a service date, in order."""
    query = sa.select(WaitingEntry).where(
        WaitingEntry.establishment_id == establishment_id,
        WaitingEntry.service_date == service_date,
        WaitingEntry.state == S.WAITING,
    )
    return list(db.session.scalars(query.order_by(*IN_ORDER).execution_options(populate_existing=True)))


def waited_days(establishment_id: UUID | None = None) -> list[tuple[UUID, date]]:
    """Give the days, by establishment, for which somebody waits or has a place offered."""
    query = sa.select(WaitingEntry.establishment_id, WaitingEntry.service_date).where(WaitingEntry.state.in_(LIVE))
    if establishment_id is not None:
        query = query.where(WaitingEntry.establishment_id == establishment_id)
    days = db.session.execute(query.distinct().order_by(WaitingEntry.establishment_id, WaitingEntry.service_date))
    return [(house, day) for house, day in days]


def has_live(establishment_id: UUID, service_date: date) -> bool:
    """Tell whether anybody waits on a service date."""
    query = sa.select(WaitingEntry.id).where(
        WaitingEntry.establishment_id == establishment_id,
        WaitingEntry.service_date == service_date,
        WaitingEntry.state.in_(LIVE),
    )
    return db.session.scalar(query.limit(1)) is not None


def _offers_on(establishment_id: UUID, service_date: date) -> sa.Select[Any]:
    return (
        sa.select(WaitingOffer)
        .join(WaitingEntry, WaitingEntry.id == WaitingOffer.entry_id)
        .where(WaitingEntry.establishment_id == establishment_id, WaitingEntry.service_date == service_date)
        .execution_options(populate_existing=True)
    )


def overdue_offers(establishment_id: UUID, service_date: date, now: datetime) -> list[WaitingOffer]:
    """Give the offers of a service date that nobody answered in time."""
    overdue = _offers_on(establishment_id, service_date).where(
        WaitingOffer.state == OfferState.OPEN, WaitingOffer.expires_at <= now
    )
    return list(db.session.scalars(overdue.order_by(WaitingOffer.made_at)))


def open_offers(establishment_id: UUID, service_date: date) -> list[WaitingOffer]:
    """Give the offers of a service date that wait for an answer, with the tables held for them."""
    query = _offers_on(establishment_id, service_date).where(WaitingOffer.state == OfferState.OPEN)
    query = query.options(joinedload(WaitingOffer.reservation).selectinload(Reservation.seatings))
    return list(db.session.scalars(query.order_by(WaitingOffer.made_at)))


def was_taken_back_since(establishment_id: UUID, service_date: date, since: datetime) -> bool:
    """Tell whether the team took a place back lately, to use it as it likes."""
    taken = _offers_on(establishment_id, service_date).where(
        WaitingOffer.state == OfferState.TAKEN_BACK, WaitingOffer.answered_at > since
    )
    return db.session.scalars(taken.limit(1)).first() is not None


def last_offer(entry: WaitingEntry) -> WaitingOffer | None:
    """Give the last place offered to a party, as the database has it."""
    query = sa.select(WaitingOffer).where(WaitingOffer.entry_id == entry.id).order_by(WaitingOffer.made_at.desc())
    return db.session.scalars(query.limit(1).execution_options(populate_existing=True)).first()


@dataclass(frozen=True)
class Waited:
    """How many wait on a service date, and the places offered with the parties they are held for."""

    waiting: int
    offers: list[WaitingOffer]


def waited_on(establishment_id: UUID, service_date: date, now: datetime) -> Waited:
    """Give what a room has to know of its waiting list: one query, one more where places are offered."""
    rows = db.session.execute(
        sa.select(WaitingEntry, WaitingOffer)
        .outerjoin(
            WaitingOffer, sa.and_(WaitingOffer.entry_id == WaitingEntry.id, WaitingOffer.state == OfferState.OPEN)
        )
        .where(
            WaitingEntry.establishment_id == establishment_id,
            WaitingEntry.service_date == service_date,
            WaitingEntry.state.in_(LIVE),
        )
        .options(joinedload(WaitingOffer.reservation).selectinload(Reservation.seatings))
        .order_by(*IN_ORDER)
    ).all()
    found: list[WaitingOffer | None] = [offer for _entry_id, offer in rows]
    offers = [offer for offer in found if offer is not None and offer.is_open(now)]
    return Waited(len(rows) - len(offers), offers)


def entries_of(person_id: UUID) -> list[WaitingEntry]:
    """Give every entry of a person, oldest first."""
    query = sa.select(WaitingEntry).where(WaitingEntry.guest_id == person_id)
    return list(db.session.scalars(query.order_by(WaitingEntry.created_at, WaitingEntry.id)))


def own_entries(person_id: UUID, most: int = 20) -> list[tuple[WaitingEntry, WaitingOffer | None]]:
    """Give the last entries of a person that became no reservation, the latest first, each with its open offer."""
    query = (
        sa.select(WaitingEntry, WaitingOffer)
        .outerjoin(
            WaitingOffer, sa.and_(WaitingOffer.entry_id == WaitingEntry.id, WaitingOffer.state == OfferState.OPEN)
        )
        .where(WaitingEntry.guest_id == person_id, WaitingEntry.state != S.ACCEPTED)
        .order_by(WaitingEntry.closes_at.desc(), WaitingEntry.id)
        .limit(most)
    )
    return [(entry, offer) for entry, offer in db.session.execute(query)]


def named_entries_before(before: datetime) -> sa.Select[Any]:
    """Select the entries of before an instant that still bear a name or an address."""
    texts = (WaitingEntry.first_name, WaitingEntry.last_name, WaitingEntry.email, WaitingEntry.phone)
    return sa.select(WaitingEntry.id).where(
        WaitingEntry.closes_at < before, WaitingEntry.state.not_in(LIVE), sa.or_(*(text != "" for text in texts))
    )


def outcomes(houses: Iterable[UUID], first: date, last: date) -> list[tuple[date, S, int]]:
    """Count the entries of some houses by service date and state."""
    query = (
        sa.select(WaitingEntry.service_date, WaitingEntry.state, sa.func.count())
        .where(WaitingEntry.establishment_id.in_(list(houses)), WaitingEntry.service_date.between(first, last))
        .group_by(WaitingEntry.service_date, WaitingEntry.state)
        .order_by(WaitingEntry.service_date)
    )
    return [(day, state, count) for day, state, count in db.session.execute(query)]


def answers(houses: Iterable[UUID], first: date, last: date) -> list[tuple[date, OfferState, int]]:
    """Count the offers of some houses that a guest answered or let pass, by service date and answer."""
    query = (
        sa.select(WaitingEntry.service_date, WaitingOffer.state, sa.func.count())
        .join(WaitingOffer, WaitingOffer.entry_id == WaitingEntry.id)
        .where(
            WaitingEntry.establishment_id.in_(list(houses)),
            WaitingEntry.service_date.between(first, last),
            WaitingOffer.state.not_in((OfferState.OPEN, OfferState.TAKEN_BACK, OfferState.UNDONE)),
        )
        .group_by(WaitingEntry.service_date, WaitingOffer.state)
        .order_by(WaitingEntry.service_date)
    )
    return [(day, state, count) for day, state, count in db.session.execute(query)]


def is_kept(offer: WaitingOffer, now: datetime) -> bool:
    """Tell whether an offer can be accepted: open, and its table still held."""
    reservation: Reservation | None = offer.reservation
    return offer.is_open(now) and reservation is not None and reservation.is_held(now)
