"""Offering a place that became free: to the first it fits, held until an instant, then to the next.

Everything here goes under the writers' lock of the service date, and looks at what is due and not yet done: whatever
is repeated, late or killed half-way does no harm.
"""

from datetime import date, datetime, time, timedelta

from app.booking.models import OfferState, Reservation, WaitingEntry, WaitingOffer
from app.booking.models import ReservationState as R
from app.booking.models import WaitingState as S
from app.booking.opening import slot_at
from app.booking.queries import House, day_in_transaction, house_of, lock_day
from app.booking.seating import GUEST, STAFF, Permit, StillUndecided
from app.booking.service import TimeTaken, Wish, promise_held, release_hold
from app.booking.service.rows import new_reservation, place
from app.booking.waiting import queries
from app.booking.waiting.events import (
    OfferAccepted,
    OfferLapsed,
    OfferTakenBack,
    OfferUndone,
    PlaceOffered,
    WaitingWithdrawn,
)
from app.booking.waiting.joining import close_entry, details_of, first_fit, lead_of, leave, permit_of, touch
from app.booking.waiting.permissions import KEEP_WAITING
from app.booking.waiting.settings import OFFER_MINUTES, QUIET_FROM, QUIET_UNTIL, SHORTEST_LEAD
from app.booking.waiting.states import LIFECYCLE
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor, system
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require

LIST = system("waiting_list")
SHORTEST_OFFER = timedelta(minutes=10)
TEAM_FIRST = timedelta(minutes=10)


def offer_places(establishment: Establishment, service_date: date) -> int:
    """Settle what has run out or can no longer be, then offer what is free, in order; give how many were offered.

    Nothing is offered in the quiet hours, nor just after the team took a place back for its own use.
    """
    house = house_of(establishment, version=lock_day(establishment.id, service_date))
    now = clock.now()
    _lapse_overdue(establishment, service_date, now)
    _undo_impossible(house, service_date, now)
    earliest = now + lead_of(establishment.id)
    waiting = queries.waiting_on(establishment.id, service_date)
    for entry in waiting:
        if entry.closes_at < earliest:
            close_entry(entry, actor=LIST)
    if is_quiet(establishment, now) or queries.was_taken_back_since(establishment.id, service_date, now - TEAM_FIRST):
        return 0
    return _offer_in_order(house, [entry for entry in waiting if entry.state is S.WAITING], earliest)


def _offer_in_order(house: House, waiting: list[WaitingEntry], earliest: datetime) -> int:
    made, day = 0, None
    for entry in waiting:
        day = day or day_in_transaction(house, entry.service_date)
        slot = first_fit(day, entry, earliest)
        if slot is not None:
            made += _try_offer(entry, house, slot.local_time)
            day = None  # the room is no longer what it was
    return made


def _try_offer(entry: WaitingEntry, house: House, at: time) -> bool:
    try:
        with db.session.begin_nested():
            _offer(entry, house, at, actor=LIST, permit=permit_of(entry))
    except (TimeTaken, StillUndecided):  # the rows know better than the book: the next run asks again
        return False
    return True


def offer_by_hand(entry: WaitingEntry, at: time, *, actor: Actor) -> WaitingOffer:
    """Offer a place out of turn, as the team decides. Raises TimeTaken when there is none."""
    require(actor, KEEP_WAITING, entry)
    house = lock_entry(entry)
    return _offer(entry, house, at, actor=actor, permit=STAFF)


def accept_offer(entry: WaitingEntry, *, actor: Actor) -> Reservation:
    """Make the place offered a reservation. Accepting again gives the reservation already made.

    Raises RuleBroken when the offer has run out or was taken back.
    """
    house, offer = lock_entry(entry), queries.last_offer(entry)
    held = offer.reservation if offer is not None else None
    if entry.state is S.ACCEPTED and held is not None:
        return held
    if offer is None or held is None or not queries.is_kept(offer, clock.now()) or not _is_open_for(house, held):
        raise RuleBroken(_("Cette place n’est plus gardée pour vous : le délai est passé, ou la maison l’a reprise."))
    LIFECYCLE.apply("accept", entry, actor)
    leave(entry)
    reservation = promise_held(
        held, details_of(entry), actor=actor, guest_id=entry.guest_id, consent_at=entry.consent_at
    )
    _answer(offer, OfferState.ACCEPTED)
    publish(OfferAccepted(entry, actor, reservation.reference))
    return reservation


def withdraw_entry(entry: WaitingEntry, *, actor: Actor) -> bool:
    """Take a party off the list; a place offered to it is declined. Gives False when it had left already."""
    lock_entry(entry)
    if entry.state is S.WITHDRAWN:
        return False
    LIFECYCLE.apply("withdraw", entry, actor)
    leave(entry)
    _give_up_offer(entry, OfferState.DECLINED)
    publish(WaitingWithdrawn(entry, actor))
    touch(entry)
    return True


def take_offer_back(entry: WaitingEntry, *, actor: Actor) -> None:
    """Take back the place offered; the party waits again at its rank, and the team has ten minutes to use the place."""
    lock_entry(entry)
    LIFECYCLE.apply("take_back", entry, actor)
    _give_up_offer(entry, OfferState.TAKEN_BACK)
    entry.changed_at = clock.now()
    publish(OfferTakenBack(entry, actor))
    touch(entry)


def lock_entry(entry: WaitingEntry) -> House:
    """Take the writers' lock of the entry's day, then read it as it now stands."""
    house = house_of(entry.establishment, version=lock_day(entry.establishment_id, entry.service_date))
    db.session.refresh(entry)
    db.session.expire(entry, ["offers"])
    return house


def is_quiet(establishment: Establishment, now: datetime) -> bool:
    """Tell whether the house offers nothing at this hour."""
    holder = str(establishment.id)
    start, end = QUIET_FROM.value(establishment=holder), QUIET_UNTIL.value(establishment=holder)
    hour = clock.local(now, establishment.timezone).hour
    return start <= hour < end if start <= end else hour >= start or hour < end


def offer_expiry(now: datetime, starts_at: datetime, usual: timedelta) -> datetime:
    """Give until when an offer is good: the usual time, a third of what is left when the seating is near."""
    return now + max(SHORTEST_OFFER, min(usual, (starts_at - now) / 3))


# --- one offer --------------------------------------------------------------------------------------------------


def _offer(entry: WaitingEntry, house: House, at: time, *, actor: Actor, permit: Permit) -> WaitingOffer:
    LIFECYCLE.apply("offer", entry, actor)
    now = clock.now()
    hold = new_reservation(entry.establishment, entry.origin)
    slot = slot_at(house.opening, entry.service_date, at)
    if slot is not None and slot.instant - now < timedelta(minutes=SHORTEST_LEAD):
        raise RuleBroken(_("Cette heure est trop proche pour attendre une réponse."), "time")
    usual = timedelta(minutes=OFFER_MINUTES.value(establishment=str(entry.establishment_id)))
    expires_at = offer_expiry(now, slot.instant if slot else now, usual)
    hold.state, hold.held_until = R.HELD, expires_at
    place(hold, house, Wish(entry.service_date, at, entry.covers, entry.area_wish), permit=permit)
    offer = WaitingOffer(
        entry=entry, reservation=hold, state=OfferState.OPEN, made_at=now, expires_at=expires_at, answered_at=None
    )
    db.session.add(offer)
    entry.changed_at = now
    db.session.flush()
    db.session.expire(hold, ["seatings"])
    publish(PlaceOffered(entry, actor, at, hold.table_codes(), tuple(hold.overridden)))
    touch(entry)
    return offer


def _lapse_overdue(establishment: Establishment, service_date: date, now: datetime) -> None:
    for offer in queries.overdue_offers(establishment.id, service_date, now):
        entry = offer.entry
        LIFECYCLE.apply("lapse", entry, LIST)
        leave(entry)
        _give_up_offer(entry, OfferState.EXPIRED)
        publish(OfferLapsed(entry, LIST))
        touch(entry)


def _undo_impossible(house: House, service_date: date, now: datetime) -> None:
    """Take back the places the house can no longer give; whoever they were offered to waits again, first in line."""
    for offer in queries.open_offers(house.establishment_id, service_date):
        if not can_be_given(offer, house, now):
            entry = offer.entry
            LIFECYCLE.apply("take_back", entry, LIST)
            _give_up_offer(entry, OfferState.UNDONE)
            entry.changed_at = now
            publish(OfferUndone(entry, LIST))
            touch(entry)


def can_be_given(offer: WaitingOffer, house: House, now: datetime) -> bool:
    """Tell whether the house as it now is can still give the place of an open offer.

    A change of the house lets go of the holds it breaks: its day or hour closed, its table retired or closed. A table
    kept for the telephone and the door is no longer for who came online.
    """
    held = offer.reservation
    if held is None or not held.is_held(now) or not _is_open_for(house, held):
        return False
    tables = {seating.table_id.hex for seating in held.seatings}
    return permit_of(offer.entry) != GUEST or not tables & house.kept


def _give_up_offer(entry: WaitingEntry, outcome: OfferState) -> None:
    """Let the held table go and write what became of the offer, where there is an open one."""
    offer = queries.last_offer(entry)
    if offer is None or offer.state is not OfferState.OPEN:
        return
    if offer.reservation is not None:
        release_hold(offer.reservation)
    _answer(offer, outcome)


def _is_open_for(house: House, held: Reservation) -> bool:
    """Tell whether the house still receives at the time held: it may have closed that day since the offer."""
    return slot_at(house.opening, held.service_date, held.local_time) is not None


def _answer(offer: WaitingOffer, outcome: OfferState) -> None:
    offer.state, offer.answered_at = outcome, clock.now()
    db.session.flush()
