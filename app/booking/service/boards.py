"""Moves made on a board that several people look at: the calendar, the timeline."""

from app.booking.models import Reservation
from app.booking.seating import Permit
from app.booking.service.changes import move_reservation
from app.booking.service.rows import lock_reservation
from app.booking.service.wishes import Wish
from app.kernel.access import Actor
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken


def move_seen_reservation(
    reservation: Reservation, wish: Wish, *, actor: Actor, permit: Permit, seen: str = ""
) -> bool:
    """Move a reservation as it was seen; `seen` is its sequence then, "" for whoever does not say.

    Raises RuleBroken when somebody moved it in the meantime, and all that `move_reservation` raises.
    """
    lock_reservation(reservation, wish.service_date)
    if seen and seen != str(reservation.sequence):
        raise RuleBroken(
            _(
                "Quelqu’un vient de déplacer cette réservation : rien n’a été changé. "
                "Voyez où elle est maintenant, puis recommencez s’il le faut."
            )
        )
    return move_reservation(reservation, wish, actor=actor, permit=permit)
