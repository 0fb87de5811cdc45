"""What booking shows on the page of a person: their own reservations, to themselves."""

from typing import Any

from app.booking import queries
from app.booking.permissions import SEE
from app.booking.presentation import promise_sentence
from app.directory.models import Person
from app.kernel import clock
from app.kernel.navigation import panel


def own_reservations_panel(person: Person) -> dict[str, Any]:
    """Give what is to come and what is over, each with its sentence."""
    coming, over = queries.own_reservations(person.id, clock.now())
    return {
        "coming": [(reservation, promise_sentence(reservation)) for reservation in coming],
        "over": [(reservation, promise_sentence(reservation)) for reservation in over],
    }


panel(Person.kind(), "booking/_own_reservations_panel.html", SEE, own_reservations_panel)
