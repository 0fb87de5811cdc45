"""What booking shows on the page of a person: their own reservations, to themselves."""

from typing import Any

from app.booking import queries
from app.booking.models import Reservation
from app.booking.permissions import SEE
from app.booking.presentation import promise_sentence
from app.directory.models import Person
from app.directory.queries import are_several
from app.kernel import clock
from app.kernel.languages import _
from app.kernel.navigation import panel


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


panel(Person.kind(), "booking/_own_reservations_panel.html", SEE, own_reservations_panel)
