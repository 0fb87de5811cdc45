"""Wishes that the engine could not decide upon while the guest waited: kept, then granted, refused, or given up."""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from app.booking import queries
from app.booking.events import WishGranted, WishLeftOpen, WishRefused, WishUnanswered
from app.booking.models import OpenWish, Reservation, ReservationOrigin, WishState
from app.booking.queries.seaters import Foreseen
from app.booking.service.funnel import log_refused_search
from app.booking.service.promises import reserve
from app.booking.service.wishes import Details, TimeTaken, Wish
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import Event, publish

ANSWERED_WITHIN = timedelta(minutes=10)
KEPT_AFTER_ANSWER = timedelta(days=2)


def keep_open_wish(
    establishment: Establishment,
    wish: Wish,
    details: Details,
    *,
    visitor: str,
    actor: Actor,
    origin: ReservationOrigin = ReservationOrigin.ONLINE,
) -> OpenWish:
    """Keep what could not be decided, to be asked again with more time; the same wish sent twice is kept once."""
    known = queries.open_wish_like(establishment.id, wish.service_date, wish.local_time, wish.covers, visitor)
    if known is not None:
        return known
    now = clock.now()
    kept = OpenWish(
        establishment_id=establishment.id,
        establishment=establishment,
        service_date=wish.service_date,
        local_time=wish.local_time,
        covers=wish.covers,
        state=WishState.CHECKING,
        visitor=visitor,
        origin=origin,
        asked_at=now,
        expires_at=now + ANSWERED_WITHIN,
        **vars(details),
    )
    db.session.add(kept)
    db.session.flush()
    publish(WishLeftOpen(kept, actor, wish.service_date, wish.local_time, wish.covers))
    return kept


def grant_open_wish(kept: OpenWish, *, actor: Actor, foreseen: Foreseen | None = None) -> Reservation:
    """Promise the table, as to any guest. Raises TimeTaken when there is none, LeftOpen while nobody can tell.

    Who booked the same in the meantime has what they asked for; sent again, it is this very promise.
    """
    asked = Wish(kept.service_date, kept.local_time, kept.covers)
    typed = Details(
        kept.first_name, kept.last_name, kept.email, kept.phone, kept.special_requests, language=kept.language
    )
    reservation: Reservation = queries.promise_of(
        kept.visitor, kept.establishment_id, kept.service_date, kept.local_time, kept.email
    ) or reserve(kept.establishment, asked, typed, actor=actor, foreseen=foreseen, origin=kept.origin)
    reservation.visitor = kept.visitor
    settle_open_wish(kept, reservation, actor=actor)
    return reservation


def settle_open_wish(kept: OpenWish, reservation: Reservation, *, actor: Actor) -> None:
    """Say that its guest has a table: the one wished for, or the one they took meanwhile in its stead."""
    kept.reservation_id = reservation.id
    _answer(kept, WishState.GRANTED, WishGranted(kept, actor, reservation.reference))


def refuse_open_wish(kept: OpenWish, refusal: TimeTaken, *, actor: Actor) -> None:
    """Say no, because it is proved: nobody can be seated so."""
    log_refused_search(
        kept.establishment,
        service_date=kept.service_date,
        local_time=kept.local_time,
        covers=kept.covers,
        reason=refusal.reason.value,
    )
    _answer(kept, WishState.REFUSED, WishRefused(kept, actor, refusal.reason.value))


def give_up_open_wish(kept: OpenWish, *, actor: Actor) -> None:
    """Say that no answer was found in time, which is no refusal."""
    _answer(kept, WishState.UNANSWERED, WishUnanswered(kept, actor))


def forget_answered_wishes() -> int:
    """Forget wishes some days after their answer: what was promised is a reservation by then."""
    old = sa.delete(OpenWish).where(OpenWish.asked_at < clock.now() - KEPT_AFTER_ANSWER)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def forget_wishes_from(addresses: Collection[str]) -> None:
    """Forget what was asked under some addresses."""
    db.session.execute(sa.delete(OpenWish).where(OpenWish.email.in_(list(addresses))))


def _answer(kept: OpenWish, state: WishState, fact: Event) -> None:
    kept.state, kept.answered_at = state, clock.now()
    publish(fact)
