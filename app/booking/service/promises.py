"""Promises to guests: held, made, opened to their visitor. Each claims its tables in the writing transaction."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from app.booking import queries
from app.booking.events import (
    LinkRequested,
    ReservationMade,
    ReservationRequested,
)
from app.booking.models import FunnelStep, Reservation, ReservationOrigin, Seating
from app.booking.models import ReservationState as S
from app.booking.permissions import GUEST_LINK
from app.booking.queries import House
from app.booking.queries.seaters import Foreseen
from app.booking.seating import GUEST, Permit
from app.booking.service import seats
from app.booking.service.funnel import count_step
from app.booking.service.preferring import prefer_seats
from app.booking.service.rows import fill_details, is_same, new_reservation, place, reminder_instant, touch
from app.booking.service.wishes import Details, Wish
from app.booking.settings import CONFIRMATION, HOLDS_PER_ADDRESS, LINK_DAYS
from app.directory.models import Establishment, Person
from app.kernel import clock, links
from app.kernel.access import Actor
from app.kernel.db import after_commit, db, take_turn
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, TooOften


def hold_table(
    establishment: Establishment,
    wish: Wish,
    *,
    visitor: str,
    network: str,
    origin: ReservationOrigin = ReservationOrigin.ONLINE,
) -> Reservation:
    """Keep a real table for the few minutes in which a guest types their details.

    A visitor has one live hold: the earlier one is given back. Raises TimeTaken, or TooOften over the cap of
    holds from one address.
    """
    now = clock.now()
    earlier, house = _lock_with_hold(establishment, wish, visitor, now)
    if earlier is not None:
        if is_same(earlier, establishment, wish):
            return earlier
        release_hold(earlier)
    if queries.live_holds_from(network, now) >= HOLDS_PER_ADDRESS.value():
        raise TooOften(_("Trop de tables sont retenues depuis votre adresse. Réessayez dans quelques minutes."))
    held_until = now + timedelta(minutes=house.hold_minutes)
    reservation = new_reservation(establishment, origin)
    reservation.state, reservation.held_until = S.HELD, held_until
    reservation.visitor, reservation.network = visitor, network
    place(reservation, house, wish, permit=GUEST)
    after_commit(partial(count_step, establishment, FunnelStep.CHOSEN))
    return reservation


def reserve(  # noqa: PLR0913 - every way of promising a table, each by name
    establishment: Establishment,
    wish: Wish,
    details: Details,
    *,
    actor: Actor,
    visitor: str | None = None,
    permit: Permit = GUEST,
    origin: ReservationOrigin = ReservationOrigin.ONLINE,
    foreseen: Foreseen | None = None,
    guest: Person | None = None,
) -> Reservation:
    """Promise a table: from the visitor's live hold when it is for this very wish, else by asking the room anew.

    The same wish sent again by the same visitor (double click, page reloaded) gives the reservation already made.
    Raises TimeTaken when the house cannot seat it. `permit` is what staff set aside, named in the fact;
    `foreseen` what was decided at length before; `guest` whom staff know it to be for, whatever was typed. Raises
    LeftOpen when the engine cannot tell in time.
    """
    now = clock.now()
    hold, house = _lock_with_hold(establishment, wish, visitor, now)
    twin = promised_already(establishment, wish, details, visitor=visitor)
    if twin is not None:
        return twin
    online = permit == GUEST
    held = hold if hold is not None and is_same(hold, establishment, wish) else None
    if hold is not None and held is None:
        release_hold(hold)
    reservation = held or new_reservation(establishment, origin if online else ReservationOrigin.STAFF)
    reservation.visitor = visitor
    reservation.state = _state_promised(establishment) if online else S.CONFIRMED
    reservation.consent_at = now if online else None
    if guest is not None:
        reservation.guest_id = guest.id
    fill_details(reservation, details)
    if held is not None:
        _keep_what_is_held(reservation, now)
    else:
        place(reservation, house, wish, permit=permit, foreseen=foreseen)
        reservation.reminder_due_at = reminder_instant(reservation, now)
    _conclude(reservation, house, actor=actor, is_online=online)
    return reservation


def promised_already(
    establishment: Establishment, wish: Wish, details: Details, *, visitor: str | None
) -> Reservation | None:
    """Give what this visitor was promised by sending this very wish before; None for who is unknown."""
    if not visitor:
        return None
    twin = queries.promise_of(visitor, establishment.id, wish.service_date, wish.local_time, details.email)
    return twin if twin is not None and twin.covers == wish.covers else None


def _state_promised(establishment: Establishment) -> S:
    """Give the state an online booking begins in: confirmed, or requested where the house answers each by hand."""
    return S.REQUESTED if CONFIRMATION.value(establishment=str(establishment.id)) == "manual" else S.CONFIRMED


def _conclude(reservation: Reservation, house: House, *, actor: Actor, is_online: bool) -> None:
    """Prefer the tables this guest likes, say what is promised, and count who came by the pages."""
    db.session.flush()
    prefer_seats(reservation, house)
    _publish_made(reservation, actor)
    if is_online:
        after_commit(partial(count_step, reservation.establishment, FunnelStep.CONFIRMED))
    touch(reservation)


def _publish_made(reservation: Reservation, actor: Actor) -> None:
    promise = (reservation.service_date, reservation.local_time, reservation.covers)
    if reservation.state is S.REQUESTED:
        publish(ReservationRequested(reservation, actor, *promise))
    else:
        publish(ReservationMade(reservation, actor, *promise, tuple(reservation.overridden)))


def release_hold(hold: Reservation) -> None:
    """Give back a hold that its visitor no longer wants, or that ran out."""
    queries.lock_day(hold.establishment_id, hold.service_date)
    is_a_visitors = hold.visitor is not None
    if seats.expire_hold(hold) and is_a_visitors:
        after_commit(partial(count_step, hold.establishment, FunnelStep.ABANDONED))


def expire_holds() -> int:
    """Let go of every hold that ran out; give how many."""
    holds = queries.expired_holds(clock.now())
    queries.lock_days((hold.establishment_id, hold.service_date) for hold in holds)
    for hold in holds:
        release_hold(hold)
    return len(holds)


def open_to_visitor(reservation: Reservation) -> None:
    """Let the visitor who just booked see and manage the reservation, without waiting for the mail."""
    expires_at = link_expiry(reservation)
    link, _secret = links.mint(GUEST_LINK, reservation, person_id=reservation.guest_id, expires_at=expires_at)
    db.session.flush()
    links.remember(link)


def link_expiry(reservation: Reservation) -> datetime:
    """Give until when a management link of this reservation is good."""
    return reservation.ends_at + timedelta(days=LINK_DAYS.value())


def request_link(reservation: Reservation, *, actor: Actor) -> None:
    """Send the management link again, by mail only, to the address kept on the reservation."""
    publish(LinkRequested(reservation, actor))


def _lock_with_hold(
    establishment: Establishment, wish: Wish, visitor: str | None, now: datetime
) -> tuple[Reservation | None, House]:
    """Take the locks of the wished day and of the visitor's hold, in the one order; give both as they now stand."""
    if visitor:
        take_turn(f"visitor {visitor}")
    hold = queries.hold_of(visitor, now) if visitor else None
    days = {(establishment.id, wish.service_date)}
    if hold is not None:
        days.add((hold.establishment_id, hold.service_date))
    versions = queries.lock_days(days)
    locked = queries.hold_of(visitor, now, lock=True) if visitor and hold is not None else None
    return locked, queries.house_of(establishment, version=versions[establishment.id])


def _keep_what_is_held(reservation: Reservation, now: datetime) -> None:
    reservation.held_until, reservation.network = None, None
    reservation.reminder_due_at = reminder_instant(reservation, now)
    db.session.execute(sa.update(Seating).where(Seating.reservation_id == reservation.id).values(held_until=None))


def promise_held(
    hold: Reservation, details: Details, *, actor: Actor, guest_id: UUID | None, consent_at: datetime | None
) -> Reservation:
    """Promise a table that is held for a guest already known. Under the lock of its day.

    Raises RuleBroken when the hold has run out meanwhile.
    """
    now = clock.now()
    db.session.refresh(hold, with_for_update={"of": Reservation})
    if not hold.is_held(now):
        raise RuleBroken(_("Cette table n’est plus gardée."))
    hold.state, hold.guest_id, hold.consent_at, hold.changed_at = S.CONFIRMED, guest_id, consent_at, now
    fill_details(hold, details)
    _keep_what_is_held(hold, now)
    db.session.flush()
    _publish_made(hold, actor)
    touch(hold)
    return hold


def promise_guaranteed(reservation: Reservation, *, actor: Actor) -> None:
    """Promise a table whose guarantee is there: the one that is held, or, where that ran out, one asked for anew.

    Under the lock of its day. Raises NotSeated when the house can no longer seat the guest at that time.
    """
    now, establishment = clock.now(), reservation.establishment
    house = queries.house_of(establishment)
    if reservation.state is S.EXPIRED:
        wish = Wish(reservation.service_date, reservation.local_time, reservation.covers, reservation.area_wish)
        with db.session.begin_nested():
            place(reservation, house, wish, permit=GUEST)
    reservation.state = _state_promised(establishment)
    _keep_what_is_held(reservation, now)
    _conclude(reservation, house, actor=actor, is_online=True)


def keep_until(hold: Reservation, instant: datetime) -> None:
    """Keep a held table longer: while its guest pays."""
    hold.held_until = instant
    db.session.execute(sa.update(Seating).where(Seating.reservation_id == hold.id).values(held_until=instant))
