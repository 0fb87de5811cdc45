"""Questions asked while somebody calls: who bears this name, who is awaited today, who often did not come."""

from collections.abc import Collection
from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa

from app.booking.guests.permissions import VIEW_GUESTS, houses_of, received_at
from app.booking.models import COMING, Reservation
from app.booking.models import ReservationState as S
from app.booking.permissions import VIEW_CONTACT
from app.booking.queries.reservations import visible_to
from app.directory.models import Establishment, Person
from app.directory.queries import merged_people
from app.kernel.access import Actor
from app.kernel.datasets.searching import Search, matching
from app.kernel.db import db
from app.kernel.scopes import Scope

MOST_NAMED = 5


def guests_named(actor: Actor, name: str) -> list[Person]:
    """Give the first few guests whom this actor may see in whose name every word typed stands.

    The people are read through, as by any search; of the reservations, only those of who bears the name.
    """
    scopes = actor.scopes(VIEW_GUESTS)
    booked = sa.select(Reservation.id).where(
        Reservation.guest_id == Person.id, Reservation.state.not_in((S.HELD, S.EXPIRED))
    )
    query = sa.select(Person).where(
        Person.erased_at.is_(None),
        Person.id.not_in(merged_people()),
        booked.correlate(Person).exists() if Scope() in scopes else received_at(houses_of(scopes)),
        *matching([Search(Person.search_text)], name),
    )
    return list(db.session.scalars(query.order_by(Person.last_name, Person.first_name, Person.id).limit(MOST_NAMED)))


def absences_of(person_ids: Collection[UUID], since: datetime) -> dict[UUID, int]:
    """Count how often each of these guests was awaited in vain since an instant; who always came is left out."""
    query = (
        sa.select(Reservation.guest_id, sa.func.count())
        .where(Reservation.guest_id.in_(person_ids), Reservation.state == S.NO_SHOW, Reservation.starts_at >= since)
        .group_by(Reservation.guest_id)
    )
    return {person_id: count for person_id, count in db.session.execute(query) if person_id is not None}


def awaited_on(house: Establishment, day: date, person_ids: Collection[UUID], actor: Actor) -> dict[UUID, time]:
    """Give when each of these guests is first awaited in a house on a day, as far as this actor may see it."""
    query = visible_to(actor).where(
        Reservation.guest_id.in_(person_ids),
        Reservation.establishment_id == house.id,
        Reservation.service_date == day,
        Reservation.state.in_(COMING),
    )
    found: dict[UUID, time] = {}
    for reservation in db.session.scalars(query.order_by(Reservation.starts_at, Reservation.id)):
        if reservation.guest_id is not None:
            found.setdefault(reservation.guest_id, reservation.local_time)
    return found


def reachable_by(actor: Actor, person_ids: Collection[UUID]) -> set[UUID]:
    """Give those of these guests whose number and address this actor may read."""
    scopes = actor.scopes(VIEW_CONTACT)
    if Scope() in scopes:
        return set(person_ids)
    query = sa.select(Person.id).where(Person.id.in_(person_ids), received_at(houses_of(scopes)))
    return set(db.session.scalars(query))
