"""Promises to guests: hold, reserve, move, change, cancel. Each claims its tables in the writing transaction."""

import secrets
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.booking import permissions as may
from app.booking import queries
from app.booking.events import (
    GuestDetailsChanged,
    LinkRequested,
    ReservationCancelled,
    ReservationMade,
    ReservationMoved,
    ReservationRequested,
)
from app.booking.models import FunnelStep, Reservation, ReservationOrigin, Seating
from app.booking.models import ReservationState as S
from app.booking.opening import QUARTER_MINUTES, Slot
from app.booking.permissions import GUEST_LINK
from app.booking.queries import House
from app.booking.refusals import explained
from app.booking.seating import GUEST, Permit, Placement, Reason, Refusal
from app.booking.service import seats
from app.booking.service.funnel import count_step
from app.booking.settings import CONFIRMATION, HOLDS_PER_ADDRESS, LINK_DAYS, REMINDER_HOUR
from app.booking.states import LIFECYCLE
from app.directory.models import Establishment
from app.directory.service import known_or_new_person, new_person
from app.kernel import clock, links, search, topics
from app.kernel.access import Actor, Permission
from app.kernel.db import db, new_id
from app.kernel.events import publish
from app.kernel.formats import clock_time, delay_in_words
from app.kernel.formats import phone as written_phone
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken

REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 7


@dataclass(frozen=True)
class Wish:
    """When and how many; `area` must be met, `unit` names the one table or combination wanted."""

    service_date: date
    local_time: time
    covers: int
    area: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Details:
    """Who comes, as typed for this reservation."""

    first_name: str
    last_name: str
    email: str
    phone: str
    special_requests: str = ""
    language: str = "fr"


class TimeTaken(RuleBroken):
    """The house cannot seat this wish; `reason` is the engine's."""

    def __init__(self, refusal: Refusal, house: House) -> None:
        """Keep the engine's reason beside the sentence."""
        field = "covers" if refusal.reason in (Reason.PARTY_TOO_LARGE, Reason.PARTY_TOO_SMALL) else "time"
        super().__init__(explained(refusal, house), field)
        self.reason = refusal.reason


def hold_table(establishment: Establishment, wish: Wish, *, visitor: str, network: str) -> Reservation:
    """Keep a real table for the few minutes in which a guest types their details.

    A visitor has one live hold: the earlier one is given back. Raises TimeTaken, or RuleBroken over the cap of
    holds from one address.
    """
    now = clock.now()
    earlier = _lock_with_hold(establishment, wish, visitor, now)
    house = queries.house_of(establishment)
    if earlier is not None:
        if _is_same(earlier, establishment, wish):
            return earlier
        release_hold(earlier)
    if queries.live_holds_from(network, now) >= HOLDS_PER_ADDRESS.value():
        raise RuleBroken(_("Trop de tables sont retenues depuis votre adresse. Réessayez dans quelques minutes."))
    held_until = now + timedelta(minutes=house.hold_minutes)
    reservation = _new_reservation(establishment, ReservationOrigin.ONLINE)
    reservation.state, reservation.held_until = S.HELD, held_until
    reservation.visitor, reservation.network = visitor, network
    _place(reservation, house, wish, permit=GUEST)
    count_step(establishment, FunnelStep.CHOSEN)
    return reservation


def reserve(
    establishment: Establishment, wish: Wish, details: Details, *, actor: Actor, visitor: str | None = None,
    permit: Permit = GUEST,
) -> Reservation:
    """Promise a table: from the visitor's live hold when it is for this very wish, else by asking the room anew.

    The same wish sent again by the same visitor (double click, page reloaded) gives the reservation already made.
    Raises TimeTaken when the house cannot seat it. `permit` is what staff set aside, named in the fact.
    """
    now = clock.now()
    hold = _lock_with_hold(establishment, wish, visitor, now)
    house = queries.house_of(establishment)
    if visitor:
        count_step(establishment, FunnelStep.TYPED)
        twin = queries.promise_of(visitor, establishment.id, wish.service_date, wish.local_time, details.email)
        if twin is not None and twin.covers == wish.covers:
            return twin
    if hold is not None and _is_same(hold, establishment, wish):
        reservation = hold
        _fill(reservation, details)
        _confirm_hold(reservation)
    else:
        if hold is not None:
            release_hold(hold)
        origin = ReservationOrigin.ONLINE if permit == GUEST else ReservationOrigin.STAFF
        reservation = _new_reservation(establishment, origin)
        reservation.visitor = visitor
        _fill(reservation, details)
        _place(reservation, house, wish, permit=permit)
    online = reservation.origin is ReservationOrigin.ONLINE
    reservation.consent_at = now if online else None
    manual = online and CONFIRMATION.value(establishment=str(establishment.id)) == "manual"
    reservation.state = S.REQUESTED if manual else S.CONFIRMED
    reservation.reminder_due_at = reminder_instant(reservation, now)
    db.session.flush()
    _publish_made(reservation, actor)
    if online:
        count_step(establishment, FunnelStep.CONFIRMED)
    touch(reservation)
    return reservation


def _publish_made(reservation: Reservation, actor: Actor) -> None:
    promise = (reservation.service_date, reservation.local_time, reservation.covers)
    if reservation.state is S.REQUESTED:
        publish(ReservationRequested(reservation, actor, *promise))
    else:
        publish(ReservationMade(reservation, actor, *promise, tuple(reservation.overridden)))


def move_reservation(
    reservation: Reservation, wish: Wish, *, actor: Actor, permit: Permit = GUEST
) -> bool:
    """Change date, time, covers or table of the same reservation; its own tables count as free.

    A refused move leaves it as it was. Gives False when the wish is what stands already. Raises TimeTaken,
    NotAllowed, or RuleBroken when it is too late or over.
    """
    check_still_open(reservation, actor, may.CHANGE)
    establishment = reservation.establishment
    if _is_same(reservation, establishment, wish) and wish.unit is None:
        return False
    lock_reservation(reservation, wish.service_date)
    seats.free_expired_holds(establishment.id, clock.now())
    house = queries.house_of(establishment)
    check_still_open(reservation, actor, may.CHANGE)
    before = promise_line(reservation)
    slot, placement = _seat_or_refuse(reservation, house, wish, permit)
    seats.give_back(reservation)
    _promise(reservation, slot, placement, wish)
    refusal = seats.claim(reservation, slot, placement, None)
    if refusal is not None:
        raise TimeTaken(refusal, house)
    reservation.sequence += 1
    reservation.reminder_due_at = reminder_instant(reservation, clock.now())
    db.session.flush()
    db.session.expire(reservation, ["seatings"])
    overridden = tuple(override.value for override in placement.overridden)
    publish(ReservationMoved(reservation, actor, before, promise_line(reservation), overridden))
    touch(reservation)
    return True


def change_details(reservation: Reservation, details: Details, *, actor: Actor) -> bool:
    """Change names, contact or requests of this reservation; the person's own record stays as it is."""
    check_still_open(reservation, actor, may.CHANGE)
    changed = tuple(
        field.name
        for field in fields(Details)
        if field.name != "language" and getattr(reservation, field.name) != getattr(details, field.name)
    )
    if not changed:
        return False
    _fill(reservation, details, keep_person=True)
    reservation.changed_at = clock.now()
    publish(GuestDetailsChanged(reservation, actor, changed))
    touch(reservation)
    return True


def cancel_reservation(reservation: Reservation, *, actor: Actor, reason: str) -> None:
    """Give the table back, for good. A guest may until the house's limit, staff at any time."""
    check_still_open(reservation, actor, may.CANCEL)
    lock_reservation(reservation)
    LIFECYCLE.apply("cancel", reservation, actor)
    reservation.cancelled_at = reservation.changed_at = clock.now()
    seats.give_back(reservation)
    reservation.cancellation_reason = reason
    reservation.reminder_due_at = None
    reservation.sequence += 1
    publish(ReservationCancelled(reservation, actor, reason))
    touch(reservation)


def request_link(reservation: Reservation, *, actor: Actor) -> None:
    """Send the management link again, by mail only, to the address kept on the reservation."""
    publish(LinkRequested(reservation, actor))


def open_to_visitor(reservation: Reservation) -> None:
    """Let the visitor who just booked see and manage the reservation, without waiting for the mail."""
    expires_at = link_expiry(reservation)
    link, _secret = links.mint(GUEST_LINK, reservation, person_id=reservation.guest_id, expires_at=expires_at)
    db.session.flush()
    links.remember(link)


def link_expiry(reservation: Reservation) -> datetime:
    """Give until when a management link of this reservation is good."""
    return reservation.ends_at + timedelta(days=LINK_DAYS.value())


def release_hold(hold: Reservation) -> None:
    """Give back a hold that its visitor no longer wants, or that ran out."""
    queries.lock_day(hold.establishment_id, hold.service_date)
    if seats.expire_hold(hold):
        count_step(hold.establishment, FunnelStep.ABANDONED)


def expire_holds() -> int:
    """Let go of every hold that ran out; give how many."""
    holds = queries.expired_holds(clock.now())
    queries.lock_days((hold.establishment_id, hold.service_date) for hold in holds)
    for hold in holds:
        release_hold(hold)
    return len(holds)


# --- rules ----------------------------------------------------------------------------------------------------


def check_still_open(reservation: Reservation, actor: Actor, permission: Permission) -> None:
    """Refuse whoever may not, what is over, and a guest who comes too late."""
    if not actor.may(permission, reservation):
        raise NotAllowed(_("Vous n’avez pas le droit de faire cela."))
    if reservation.state not in (S.REQUESTED, S.CONFIRMED):
        raise RuleBroken(
            _("Cette réservation ne se modifie plus : son état est « %(state)s ».", state=reservation.state.label)
        )
    if not actor.scopes(permission) and is_too_late(reservation):
        house = queries.house_of(reservation.establishment)
        raise RuleBroken(
            _("En ligne, une réservation se modifie ou s’annule jusqu’à %(delay)s avant l’heure prévue. "
              "Appelez-nous au %(phone)s.",
              delay=delay_in_words(house.cancel_until_minutes), phone=written_phone(reservation.establishment.phone))
        )


def is_too_late(reservation: Reservation) -> bool:
    """Tell whether the guest's own time to change or cancel has run out."""
    house = queries.house_of(reservation.establishment)
    return reservation.starts_within(timedelta(minutes=house.cancel_until_minutes), clock.now())


def reminder_instant(reservation: Reservation, now: datetime) -> datetime | None:
    """Give when to remind: the day before at the house's hour, or never when that has passed."""
    establishment = reservation.establishment
    hour = REMINDER_HOUR.value(establishment=str(establishment.id))
    eve = reservation.service_date - timedelta(days=1)
    instant = datetime.combine(eve, time(hour), ZoneInfo(establishment.timezone)).astimezone(now.tzinfo)
    return instant if instant > now else None


def promise_line(reservation: Reservation) -> str:
    """Write the promise for the audit trail: "2026-03-14 19:30, 4 (T4)"."""
    moment = f"{reservation.service_date.isoformat()} {clock_time(reservation.local_time)}"
    return f"{moment}, {reservation.covers} ({reservation.table_codes()})"


# --- building -------------------------------------------------------------------------------------------------


def lock_reservation(reservation: Reservation, *dates: date) -> None:
    """Take the writers' lock of a reservation's day, and of others, then read it as it now stands.

    Raises RuleBroken when somebody moved it to another day in the meantime.
    """
    known = reservation.service_date
    queries.lock_day(reservation.establishment_id, known, *dates)
    db.session.refresh(reservation)
    if reservation.service_date != known:
        raise RuleBroken(_("Cette réservation vient de changer. Rechargez la page pour voir ce qu’il en est."))


def _lock_with_hold(
    establishment: Establishment, wish: Wish, visitor: str | None, now: datetime
) -> Reservation | None:
    """Take the locks of the wished day and of the visitor's hold, in the one order; give the hold as it now stands."""
    hold = queries.hold_of(visitor, now) if visitor else None
    days = {(establishment.id, wish.service_date)}
    if hold is not None:
        days.add((hold.establishment_id, hold.service_date))
    queries.lock_days(days)
    seats.free_expired_holds(establishment.id, now)
    return queries.hold_of(visitor, now, lock=True) if visitor else None


def _is_same(reservation: Reservation, establishment: Establishment, wish: Wish) -> bool:
    return (
        reservation.establishment_id == establishment.id
        and reservation.service_date == wish.service_date
        and reservation.local_time == wish.local_time
        and reservation.covers == wish.covers
        and (wish.area is None or reservation.area_wish == wish.area)
    )


def _new_reservation(establishment: Establishment, origin: ReservationOrigin) -> Reservation:
    now = clock.now()
    return Reservation(
        id=new_id(), establishment_id=establishment.id, establishment=establishment, origin=origin,
        reference="".join(secrets.choice(REFERENCE_LETTERS) for _n in range(REFERENCE_LENGTH)),
        created_at=now, changed_at=now, overridden=[],
    )


def _seat_or_refuse(
    reservation: Reservation, house: House, wish: Wish, permit: Permit
) -> tuple[Slot, Placement]:
    slot, verdict = seats.ask(
        house, wish.service_date, wish.local_time, wish.covers, area=wish.area, lock=wish.unit, permit=permit,
        leaving_out=reservation.id,
    )
    if isinstance(verdict, Refusal) or slot is None:
        raise TimeTaken(verdict if isinstance(verdict, Refusal) else Refusal(Reason.NOT_OFFERED), house)
    return slot, verdict


def _place(reservation: Reservation, house: House, wish: Wish, *, permit: Permit) -> None:
    slot, placement = _seat_or_refuse(reservation, house, wish, permit)
    _promise(reservation, slot, placement, wish)
    db.session.add(reservation)
    refusal = seats.claim(reservation, slot, placement, reservation.held_until)
    if refusal is not None:
        raise TimeTaken(refusal, house)


def _promise(reservation: Reservation, slot: Slot, placement: Placement, wish: Wish) -> None:
    reservation.service_date, reservation.local_time = slot.service_date, slot.local_time
    reservation.starts_at, reservation.quarter = slot.instant, slot.quarter
    reservation.covers, reservation.area_wish, reservation.locked_unit = wish.covers, wish.area, wish.unit
    reservation.duration_minutes = placement.stay * QUARTER_MINUTES
    reservation.overridden = [override.value for override in placement.overridden]
    reservation.changed_at = clock.now()


def _confirm_hold(reservation: Reservation) -> None:
    reservation.state, reservation.held_until, reservation.network = S.CONFIRMED, None, None
    db.session.execute(sa.update(Seating).where(Seating.reservation_id == reservation.id).values(held_until=None))


def _fill(reservation: Reservation, details: Details, *, keep_person: bool = False) -> None:
    for field in fields(Details):
        setattr(reservation, field.name, getattr(details, field.name))
    reservation.search_text = search.normalised(
        f"{reservation.reference} {details.first_name} {details.last_name}"
    )
    national = written_phone(details.phone).replace(" ", "") if details.phone else ""
    reservation.search_contact = search.normalised(f"{details.email} {details.phone} {national}")
    if not keep_person:
        _attach_guest(reservation)


def _attach_guest(reservation: Reservation) -> None:
    if reservation.guest_id is not None:
        return
    names = {"first_name": reservation.first_name, "last_name": reservation.last_name}
    phone, language = reservation.phone or None, reservation.language
    with db.session.no_autoflush:
        person = (
            known_or_new_person(**names, email=reservation.email, phone=phone, language=language)
            if reservation.email
            else new_person(**names, phone=phone, language=language)
        )
    reservation.guest, reservation.guest_id = person, person.id


def touch(reservation: Reservation) -> None:
    """Tell the live parts of the back office that this establishment's reservations changed."""
    topics.touch(f"reservations:{reservation.establishment_id}")


