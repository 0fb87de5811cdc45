"""What is changed of a promise: moved, corrected, cancelled, by whom and until when."""

from dataclasses import fields
from datetime import timedelta

from app.booking import permissions as may
from app.booking import queries
from app.booking.events import (
    GuestDetailsChanged,
    ReservationCancelled,
    ReservationMoved,
)
from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.booking.seating import GUEST, Permit
from app.booking.service import seats
from app.booking.service.rows import (
    fill_details,
    is_same,
    lock_reservation,
    promise_line,
    promise_values,
    reminder_instant,
    seat_or_refuse,
    touch,
    write_promise,
)
from app.booking.service.wishes import Details, TimeTaken, Wish
from app.booking.states import LIFECYCLE
from app.kernel import clock
from app.kernel.access import Actor, Permission
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.formats import delay_in_words
from app.kernel.formats import phone as written_phone
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require
from app.kernel.masks import hidden, masked_email, masked_phone, masked_text

MASKS = {"email": masked_email, "phone": masked_phone, "special_requests": hidden}


def move_reservation(reservation: Reservation, wish: Wish, *, actor: Actor, permit: Permit = GUEST) -> bool:
    """Change date, time, covers or table of the same reservation; its own tables count as free.

    A refused move leaves it as it was. Gives False when the wish is what stands already. Raises TimeTaken,
    NotAllowed, or RuleBroken when it is too late or over.
    """
    check_still_open(reservation, actor, may.CHANGE)
    establishment = reservation.establishment
    if is_same(reservation, establishment, wish) and wish.unit is None:
        return False
    lock_reservation(reservation, wish.service_date)
    house = queries.house_of(establishment)
    check_still_open(reservation, actor, may.CHANGE)
    before, stood = promise_line(reservation), promise_values(reservation)
    slot, placement = seat_or_refuse(reservation, house, wish, permit)
    seats.give_back(reservation)
    write_promise(reservation, slot, placement, wish)
    refusal = seats.claim(reservation, slot, placement, None)
    if refusal is not None:
        raise TimeTaken(refusal, house)
    reservation.sequence += 1
    reservation.reminder_due_at = reminder_instant(reservation, clock.now())
    db.session.flush()
    db.session.expire(reservation, ["seatings"])
    overridden = tuple(override.value for override in placement.overridden)
    stands = promise_values(reservation)
    changes = {name: (stood[name], value) for name, value in stands.items() if stood[name] != value}
    publish(ReservationMoved(reservation, actor, before, promise_line(reservation), overridden, changes=changes))
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
    changes = {
        name: (
            MASKS.get(name, masked_text)(getattr(reservation, name)),
            MASKS.get(name, masked_text)(getattr(details, name)),
        )
        for name in changed
    }
    fill_details(reservation, details, keep_person=True)
    reservation.changed_at = clock.now()
    publish(GuestDetailsChanged(reservation, actor, changed, changes=changes))
    touch(reservation)
    return True


def cancel_reservation(reservation: Reservation, *, actor: Actor, reason: str, by_guest: bool = False) -> None:
    """Give the table back, for good. A guest may until the house's limit, staff at any time.

    `by_guest`: staff note what a guest wants; otherwise it is the house that calls off.
    """
    check_still_open(reservation, actor, may.CANCEL)
    lock_reservation(reservation)
    LIFECYCLE.apply("cancel", reservation, actor)
    reservation.cancelled_at = reservation.changed_at = clock.now()
    seats.give_back(reservation)
    reservation.cancellation_reason = reason
    reservation.reminder_due_at = None
    reservation.sequence += 1
    publish(ReservationCancelled(reservation, actor, reason, by_guest))
    touch(reservation)


def check_still_open(reservation: Reservation, actor: Actor, permission: Permission) -> None:
    """Refuse whoever may not (NotAllowed), what is over, and a guest who comes too late (RuleBroken)."""
    require(actor, permission, reservation)
    if reservation.state not in (S.REQUESTED, S.CONFIRMED):
        raise RuleBroken(
            _("Cette réservation ne se modifie plus : son état est « %(state)s ».", state=reservation.state.label)
        )
    if not actor.scopes(permission) and is_too_late(reservation):
        house = queries.house_of(reservation.establishment)
        raise RuleBroken(
            _(
                "En ligne, une réservation se modifie ou s’annule jusqu’à %(delay)s avant l’heure prévue. "
                "Appelez-nous au %(phone)s.",
                delay=delay_in_words(house.cancel_until_minutes),
                phone=written_phone(reservation.establishment.phone),
            )
        )


def is_too_late(reservation: Reservation) -> bool:
    """Tell whether the guest's own time to change or cancel has run out."""
    house = queries.house_of(reservation.establishment)
    return reservation.starts_within(timedelta(minutes=house.cancel_until_minutes), clock.now())
