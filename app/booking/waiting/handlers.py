"""What follows on the waiting list: from what frees a place, from what happens to an entry."""

from datetime import date
from uuid import UUID

from app.booking.events import (
    PartyMissed,
    ReservationCancelled,
    ReservationFinished,
    ReservationMoved,
    RoomChanged,
    TablesGiven,
)
from app.booking.models import Reservation, WaitingEntry
from app.booking.waiting import notices, queries
from app.booking.waiting.events import (
    OfferLapsed,
    OfferUndone,
    PlaceOffered,
    WaitingClosed,
    WaitingJoined,
    WaitingWithdrawn,
)
from app.booking.waiting.jobs import offer_places_on
from app.directory.models import Establishment
from app.kernel.db import new_id
from app.kernel.events import Event, on


def offer_what_is_free(event: Event) -> None:
    """Look again at the day of a reservation that gave something back, or of a party that left the list."""
    subject: Reservation | WaitingEntry = event.subject
    _look_at(subject.establishment_id, subject.service_date)


for fact in (ReservationCancelled, PartyMissed, ReservationFinished, TablesGiven, WaitingWithdrawn):
    on(fact)(offer_what_is_free)


@on(ReservationMoved)
def offer_what_was_left(event: ReservationMoved) -> None:
    """Look again at both days of a reservation that moved, or took fewer seats."""
    reservation: Reservation = event.subject
    before, _after = event.changes.get("service_date", (reservation.service_date, None))
    for day in {before, reservation.service_date}:
        _look_at(reservation.establishment_id, day)


@on(RoomChanged)
def offer_what_opened(event: RoomChanged) -> None:
    """Look again at every day somebody waits for: a table unlocked, an hour opened, a rule relaxed."""
    house: Establishment = event.subject
    for house_id, day in queries.waited_days(house.id):
        _look_at(house_id, day)


@on(WaitingJoined)
def welcome(event: WaitingJoined) -> None:
    """Say that the party is on the list."""
    notices.welcome(event.subject)


@on(PlaceOffered)
def offer_by_message(event: PlaceOffered) -> None:
    """Tell the guest of the place kept for them, and look again when the offer runs out."""
    entry = event.subject
    notices.offer(entry, actor=event.actor)
    made = queries.last_offer(entry)
    if made is not None:
        offer_places_on.later(
            key=f"waiting-offer:{made.id}",
            due_at=made.expires_at,
            establishment_id=entry.establishment_id,
            service_date=entry.service_date.isoformat(),
        )


@on(OfferUndone)
def regret_the_place(event: OfferUndone) -> None:
    """Say that the place offered can no longer be given, and that the party is first in line."""
    notices.regret(event.subject)


def tell_the_end(event: Event) -> None:
    """Say that nothing more will come."""
    notices.end(event.subject)


for ending in (OfferLapsed, WaitingClosed):
    on(ending)(tell_the_end)


def _look_at(establishment_id: UUID, service_date: date) -> None:
    """Promise to look at a day once this is committed, where somebody waits for it."""
    if queries.has_live(establishment_id, service_date):
        offer_places_on.later(
            key=f"waiting:{new_id()}", establishment_id=establishment_id, service_date=service_date.isoformat()
        )
