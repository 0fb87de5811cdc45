"""The levers of a refusal on the desk's forms: shown beside the sentence, read from the form, pulled."""

from uuid import UUID

from flask import abort, request

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.forms import MoveForm, StaffReservationForm, TableMoveForm
from app.booking.models import Reservation
from app.booking.presentation.levers import ROOM_IS_FULL, LeverShown, Pulled, levers_shown, pulled
from app.booking.seating import FORCE, STAFF, Permit
from app.booking.service import NotSeated, TimeTaken
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.formats import clock_time


def levers_around(
    establishment: Establishment,
    form: StaffReservationForm | MoveForm,
    refusal: NotSeated | None,
    leaving_out: UUID | None = None,
) -> list[LeverShown]:
    """Give what would make a yes, where the room said no."""
    if not isinstance(refusal, TimeTaken) or refusal.reason not in ROOM_IS_FULL:
        return []
    wish = form.wish(unit=form.unit.data or None)
    house = queries.house_of(establishment)
    return levers_shown(establishment, house, wish, acting(), leaving_out=leaving_out)


def pulled_on(form: StaffReservationForm | MoveForm | TableMoveForm) -> Pulled:
    """Read the lever that was pulled, and write into the form what it changes of the wish."""
    try:
        lever = pulled(request.form.get("lever", ""))
    except ValueError:
        abort(422)
    if lever.on is not None:
        form.date.data = lever.on.isoformat()
    if lever.at is not None:
        form.time.data = clock_time(lever.at)
    if lever.unit is not None or lever.drops_unit:
        form.unit.data = lever.unit or ""
    return lever


def permit_of(lever: Pulled, reservation: Reservation | None = None) -> Permit:
    """Give which rules of the house this act sets aside: none beyond the team's own without the right."""
    if not acting().may(may.FORCE, reservation):
        return STAFF
    return FORCE if request.form.get("force") else lever.permit


def unlock(lever: Pulled) -> None:
    """Take back the table chosen for another reservation, where the lever asks for it."""
    if lever.unlocks is not None:
        held = Reservation.get(lever.unlocks)
        if held is None:
            abort(404)
        service.unlock_table(held, actor=acting())
