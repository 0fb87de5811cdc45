"""What the team does with a reservation on its day: welcome, seat, follow, finish; and take back what was a mistake.

Who did not come is the business of `absences`.
"""

from datetime import timedelta

from app.booking import permissions as may
from app.booking.events import (
    ArrivalWithdrawn,
    NoteWritten,
    PartyArrived,
    PartyResumed,
    PartySeated,
    ReservationConfirmed,
    ReservationFinished,
    SeatingWithdrawn,
    StageNoted,
)
from app.booking.models import Reservation, ReservationNote, Stage
from app.booking.models import ReservationState as S
from app.booking.queries.floor import still_seated_at
from app.booking.service import early, seats
from app.booking.service.rows import lock_reservation, reminder_instant, touch
from app.booking.states import LIFECYCLE
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require

TIME_TO_RESUME = timedelta(minutes=30)


class TableStillTaken(RuleBroken):
    """Other guests still sit where these are to be seated."""

    def __init__(self, table: str, other: Reservation) -> None:
        """Name the table, and who has it."""
        super().__init__(
            _(
                "La table %(table)s est encore à %(guest)s. Notez leur départ, ou donnez une autre table.",
                table=table,
                guest=other.guest_name,
            )
        )


def confirm_reservation(reservation: Reservation, *, actor: Actor) -> None:
    """Say yes to a request."""
    lock_reservation(reservation)
    LIFECYCLE.apply("confirm", reservation, actor)
    reservation.changed_at = clock.now()
    reservation.reminder_due_at = reminder_instant(reservation, clock.now())
    publish(ReservationConfirmed(reservation, actor))
    touch(reservation)


def has_come(act: str, reservation: Reservation) -> bool:
    """Tell whether the day or hour of an act has come: nobody is seated on another day, or missed before the hour."""
    if act in ("arrive", "seat"):
        return reservation.establishment.today() >= reservation.service_date
    return act != "miss" or reservation.has_started()


def note_arrival(reservation: Reservation, *, actor: Actor) -> None:
    """Note that the guests are in the house and wait for their table. Raises RuleBroken before their day."""
    if not has_come("arrive", reservation):
        raise RuleBroken(_("Ces convives ne sont attendus qu’un autre jour."))
    lock_reservation(reservation)
    LIFECYCLE.apply("arrive", reservation, actor)
    reservation.arrived_at = reservation.changed_at = clock.now()
    reservation.reminder_due_at = None
    publish(PartyArrived(reservation, actor))
    touch(reservation)


def withdraw_arrival(reservation: Reservation, *, actor: Actor) -> None:
    """Take an arrival back: the guests are expected again."""
    lock_reservation(reservation)
    LIFECYCLE.apply("withdraw_arrival", reservation, actor)
    reservation.arrived_at, reservation.changed_at = None, clock.now()
    publish(ArrivalWithdrawn(reservation, actor))
    touch(reservation)


def seat_party(reservation: Reservation, *, actor: Actor) -> None:
    """Note that the guests are at their table.

    Raises TableStillTaken while others sit there, RuleBroken before the day they are expected.
    """
    if not has_come("seat", reservation):
        raise RuleBroken(_("Ces convives ne sont attendus qu’un autre jour."))
    lock_reservation(reservation)
    LIFECYCLE.apply("seat", reservation, actor)
    still_there = still_seated_at(reservation)
    if still_there:
        raise TableStillTaken(*still_there[0])
    early.hold_from_now(reservation, clock.now())
    reservation.seated_at = reservation.changed_at = clock.now()
    reservation.arrived_at = reservation.arrived_at or reservation.seated_at
    reservation.reminder_due_at = None
    publish(PartySeated(reservation, actor))
    touch(reservation)


def seat_in_turn(reservation: Reservation, *, actor: Actor) -> None:
    """Note that those who sat at the table have left, and that these guests are there now."""
    lock_reservation(reservation)
    for _table, other in still_seated_at(reservation):
        finish_reservation(other, actor=actor)
    seat_party(reservation, actor=actor)


def withdraw_seating(reservation: Reservation, *, actor: Actor) -> None:
    """Take a seating back: the guests wait again for their table."""
    lock_reservation(reservation)
    LIFECYCLE.apply("withdraw_seating", reservation, actor)
    early.hold_from_its_hour(reservation)
    reservation.seated_at, reservation.stage, reservation.changed_at = None, None, clock.now()
    publish(SeatingWithdrawn(reservation, actor))
    touch(reservation)


def note_stage(reservation: Reservation, stage: Stage | None, *, actor: Actor) -> bool:
    """Note a course, or the bill; None takes them back to having sat down. Gives False when it is noted already.

    Raises RuleBroken for guests who are not at their table, NotAllowed without the right.
    """
    require(actor, may.SERVE, reservation)
    lock_reservation(reservation)
    if reservation.state is not S.SEATED:
        raise RuleBroken(
            _("Ces convives ne sont pas à table : l’état est « %(state)s ».", state=reservation.state.label)
        )
    if reservation.stage is stage:
        return False
    reservation.stage, reservation.changed_at = stage, clock.now()
    publish(StageNoted(reservation, actor, stage.value if stage else ""))
    touch(reservation)
    return True


def finish_reservation(reservation: Reservation, *, actor: Actor) -> None:
    """Note that the guests have left; the rest of their time is free again."""
    lock_reservation(reservation)
    LIFECYCLE.apply("finish", reservation, actor)
    seats.give_back_rest(reservation, clock.now())
    reservation.left_at = reservation.changed_at = clock.now()
    publish(ReservationFinished(reservation, actor))
    touch(reservation)


def resume_party(reservation: Reservation, *, actor: Actor) -> None:
    """Take a leaving back. Raises RuleBroken when it is no longer fresh, or the table was given to others."""
    lock_reservation(reservation)
    LIFECYCLE.apply("resume", reservation, actor)
    if reservation.left_at is None or clock.now() - reservation.left_at > TIME_TO_RESUME:
        raise RuleBroken(_("Ces convives sont partis depuis trop longtemps pour reprendre leur table."))
    if not seats.take_again(reservation, clock.now()):
        raise RuleBroken(
            _("La table %(tables)s a été donnée à d’autres entre-temps.", tables=reservation.table_codes())
        )
    reservation.left_at, reservation.changed_at = None, clock.now()
    publish(PartyResumed(reservation, actor))
    touch(reservation)


def write_note(reservation: Reservation, text: str, *, actor: Actor) -> ReservationNote:
    """Keep a note for the team."""
    note = ReservationNote(reservation_id=reservation.id, text=text, author=actor.label, written_at=clock.now())
    db.session.add(note)
    publish(NoteWritten(reservation, actor))
    return note
