"""What the waiting list does by itself: offering what became free, and settling what has run out."""

from datetime import date
from uuid import UUID

from app.booking.queries import day_of, house_of
from app.booking.waiting import queries
from app.booking.waiting.joining import first_fit, lead_of
from app.booking.waiting.offering import can_be_given, offer_places
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_


@job("booking.offer_places", N_("Proposer les places libérées à la liste d’attente"))
def offer_places_on(establishment_id: str, service_date: str) -> int:
    """Offer what is free on a service date. It looks at what is free now: run late, twice or twice at once, it does no
    harm.
    """
    return _offer_on(UUID(establishment_id), date.fromisoformat(service_date))


@job("booking.tend_waiting_list", N_("Tenir la liste d’attente"), cron="* * * * *")
def tend_waiting_list() -> int:
    """Settle and offer on every day somebody waits for: holds run out and rules change without a word."""
    days = [(house, day) for house, day in queries.waited_days() if _calls_for_something(house, day)]
    return sum(_offer_on(house, day) for house, day in days)


def _offer_on(establishment_id: UUID, service_date: date) -> int:
    with transaction():
        house = db.session.get(Establishment, establishment_id)
        return offer_places(house, service_date) if house else 0


def _calls_for_something(establishment_id: UUID, service_date: date) -> bool:
    """Tell, without taking the day's lock, whether an offer has run out or can no longer be, or somebody fits."""
    now = clock.now()
    house = house_of(db.session.get_one(Establishment, establishment_id))
    if any(not can_be_given(offer, house, now) for offer in queries.open_offers(establishment_id, service_date)):
        return True
    day, earliest = day_of(house, service_date), now + lead_of(establishment_id)
    waiting = queries.waiting_on(establishment_id, service_date)
    return any(entry.closes_at < earliest or first_fit(day, entry, earliest) is not None for entry in waiting)
