"""What booking shows on the page of a person, to themselves, and on that of a reservation."""

from typing import Any

from flask import url_for

from app.booking import queries
from app.booking.models import Reservation
from app.booking.permissions import SEE, VIEW
from app.booking.presentation.promises import promise_sentence
from app.booking.presentation.rearrangements import rearrangements_of
from app.directory.models import Person
from app.directory.queries import are_several
from app.kernel import clock
from app.kernel.languages import _
from app.kernel.navigation import panel
from app.traces.permissions import ANSWER


def own_reservations_panel(person: Person) -> dict[str, Any]:
    """Give what is to come and what is over, each with its sentence."""
    coming, over = queries.own_reservations(person.id, clock.now())
    return {
        "coming": [(reservation, _sentence(reservation)) for reservation in coming],
        "over": [(reservation, _sentence(reservation)) for reservation in over],
    }


def _sentence(reservation: Reservation) -> str:
    """Write when and for how many; also where, if there is more than one house."""
    sentence = promise_sentence(reservation)
    if not are_several():
        return sentence
    return _("%(house)s, %(promise)s", house=reservation.establishment.name, promise=sentence)


def _data_panel(reservation: Reservation) -> dict[str, Any]:
    return {"url": url_for("person_data.data_show", id=reservation.guest_id)}


panel(Person.kind(), "booking/_own_reservations_panel.html", SEE, own_reservations_panel)
panel(Reservation.kind(), "traces/_person_panel.html", ANSWER, _data_panel)
panel(Reservation.kind(), "booking/_rearrangement_panel.html", VIEW, rearrangements_of)
