"""A full evening, those who wait for it, and what must be true of them whatever happens."""

from datetime import date, time

import sqlalchemy as sa

from app.booking.models import LIVE, OfferState, Reservation, ReservationState, WaitingEntry, WaitingOffer, WaitingState
from app.booking.seating import GUEST
from app.booking.service import Details
from app.booking.waiting.jobs import offer_places_on
from app.booking.waiting.joining import Hope, join_list
from app.kernel import links
from app.kernel.access import ANONYMOUS, Actor
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, WHO
from tests.harness.visitors import forget_readings

S = WaitingState
DAY = date.fromisoformat(SATURDAY)


def hope(first="19:30", last=None, covers=2, area=None, day=DAY):
    return Hope(day, time.fromisoformat(first), time.fromisoformat(last or first), covers, area)


def waits(
    house, name="Eve", *, actor=ANONYMOUS, permit=GUEST, visitor=None, phone="+33612000001", email=None, **wanted
):
    """Somebody on the list of Saturday's dinner."""
    email = f"{name.lower()}@example.org" if email is None else email
    who = Details(**{**WHO, "first_name": name, "email": email, "phone": phone})
    with transaction():
        entry = join_list(house, hope(**wanted), who, actor=actor, visitor=visitor, permit=permit)
    return db.session.get_one(WaitingEntry, entry.id)


def look(house, day=DAY):
    """What the job does once a place may have become free."""
    return offer_places_on(establishment_id=str(house.id), service_date=day.isoformat())


def bearer(entry) -> Actor:
    """The guest, come by the entry's own link."""
    with transaction():
        link, _secret = links.mint("booking.waiting", entry, person_id=entry.guest_id, expires_at=entry.closes_at)
    return Actor("link", str(link.id), "Client, par son lien", entry.guest_id, links=(link.right(),))


def offers():
    return list(db.session.scalars(sa.select(WaitingOffer).order_by(WaitingOffer.made_at, WaitingOffer.id)))


def amiss() -> list[str]:
    """Everything that is wrong with the list's rows; [] when each offer has its hold, and each entry its one state."""
    forget_readings()
    problems = []
    for offer in offers():
        held = offer.reservation
        if offer.state is OfferState.OPEN and offer.entry.state is not S.OFFERED:
            problems.append(f"an open offer of a party that is {offer.entry.state}")
        if offer.state is OfferState.ACCEPTED and (held is None or held.state is ReservationState.HELD):
            problems.append("an accepted offer without a reservation")
        if (
            offer.state not in (OfferState.OPEN, OfferState.ACCEPTED)
            and held
            and held.state is not ReservationState.EXPIRED
        ):
            problems.append(f"an offer {offer.state} whose table is {held.state}")
        if offer.reservation and offer.reservation.covers != offer.entry.covers:
            problems.append("an offer for another number of guests")
    for entry in db.session.scalars(sa.select(WaitingEntry)):
        open_ones = [each for each in entry.offers if each.state is OfferState.OPEN]
        if len(open_ones) != (entry.state is S.OFFERED):
            problems.append(f"a party {entry.state} with {len(open_ones)} open offers")
        if (entry.claim is not None) != (entry.state in LIVE):
            problems.append(f"a party {entry.state} with claim {entry.claim}")
    holds = db.session.scalars(sa.select(Reservation.id).where(Reservation.state == ReservationState.HELD))
    offered = {each.reservation_id for each in offers()}
    return problems + [f"hold {hold} belongs to no offer" for hold in holds if hold not in offered]
