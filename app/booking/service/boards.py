"""Moves made on a board that several people look at: the calendar, the timeline."""

from app.booking.events import ReservationMoved
from app.booking.models import Reservation
from app.booking.permissions import day_under_way
from app.booking.queries.reservations import timeline_of
from app.booking.seating import Permit
from app.booking.service.changes import move_reservation
from app.booking.service.rows import lock_reservation
from app.booking.service.wishes import Wish
from app.kernel.access import Actor
from app.kernel.formats import near_date, spoken_time
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
        raise RuleBroken(_overtaken_words(reservation))
    return move_reservation(reservation, wish, actor=actor, permit=permit)


def _overtaken_words(reservation: Reservation) -> str:
    """Say who was quicker, and where the party is now."""
    moves = (entry for entry in timeline_of(reservation) if entry.fact == ReservationMoved.code)
    last = next(moves, None)
    return _(
        "%(who)s vient de déplacer cette réservation : %(day)s à %(time)s, table %(table)s. "
        "Votre geste n’a rien changé ; recommencez s’il le faut.",
        who=last.actor_label if last else _("Quelqu’un"),
        day=near_date(reservation.service_date, day_under_way(reservation.establishment)),
        time=spoken_time(reservation.local_time),
        table=reservation.table_codes() or "–",
    )
