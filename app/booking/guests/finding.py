"""What booking lets the search of the back office find: guests, reservations, and the houses they come to."""

from flask import url_for

from app.booking.datasets import RESERVATIONS
from app.booking.guests.datasets import GUESTS
from app.booking.models import Reservation
from app.booking.permissions import VIEW_CONTACT
from app.booking.presentation.promises import promise_sentence
from app.directory.models import Person
from app.directory.permissions import MANAGE_ESTABLISHMENT
from app.directory.queries import establishments
from app.kernel.access import Actor
from app.kernel.datasets.finding import findable
from app.kernel.finding import Hit, search_source
from app.kernel.formats import phone
from app.kernel.languages import N_
from app.kernel.personal import masked_email, masked_phone
from app.kernel.search import normalised


def _guest(person: Person, actor: Actor) -> str:
    """Tell one guest from another of the same name by what reaches them, masked to who may not read it."""
    if GUESTS.opens(VIEW_CONTACT, actor):
        lines = (phone(person.phone) if person.phone else "", person.email)
    else:
        lines = (masked_phone(person.phone) if person.phone else "", masked_email(person.email) if person.email else "")
    return " · ".join(line for line in lines if line)


def _reservation(reservation: Reservation, _actor: Actor) -> str:
    return f"{promise_sentence(reservation)} · {reservation.state.label}"


def _houses(actor: Actor, typed: str, most: int) -> list[Hit]:
    words = normalised(typed).split()
    return [
        Hit(house.name, ", ".join(house.address_lines), url_for("booking.choice_show", slug=house.slug))
        for house in establishments()
        if words
        and actor.may(MANAGE_ESTABLISHMENT, house)
        and all(word in normalised(f"{house.name} {house.city} {house.address_line1}") for word in words)
    ][:most]


findable(GUESTS, icon="users", detail=_guest, order=10)
findable(RESERVATIONS, icon="calendar", detail=_reservation, order=20)
search_source(N_("Établissements"), MANAGE_ESTABLISHMENT, _houses, icon="building", order=40)
