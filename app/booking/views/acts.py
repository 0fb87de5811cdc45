"""The acts upon a reservation, from a request confirmed to a party gone, each with its way back; and cancelling."""

from typing import Any

from flask import Response

from app.booking import permissions as may
from app.booking import service
from app.booking.forms import StaffCancellationForm
from app.booking.guarantees.desk_presentation import absence_proposed, cancellation_foreseen
from app.booking.models import Reservation
from app.booking.views.desk import back_to, bp, head
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.forms import tidy
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import page

ACTS: dict[str, Any] = {
    "confirm": service.confirm_reservation,
    "arrive": service.note_arrival,
    "seat": service.seat_party,
    "finish": service.finish_reservation,
    "miss": service.note_missed_party,
    "withdraw": service.withdraw_absence,
    "withdraw_arrival": service.withdraw_arrival,
    "withdraw_seating": service.withdraw_seating,
    "resume": service.resume_party,
}


@bp.post("/<uuid:id>/confirmation")
@requires(may.WELCOME, on=Reservation)
def confirmation_create(reservation: Reservation) -> Response:
    """Say yes to a request."""
    return _act(reservation, "confirm", _("La demande est confirmée ; le client en est averti."))


@bp.post("/<uuid:id>/arrivee")
@requires(may.WELCOME, on=Reservation)
def arrival_create(reservation: Reservation) -> Response:
    """Note that the guests are in the house."""
    return _act(reservation, "arrive", _("L’arrivée est notée."))


@bp.post("/<uuid:id>/arrivee/retrait")
@requires(may.WELCOME, on=Reservation)
def arrival_delete(reservation: Reservation) -> Response:
    """Take an arrival back."""
    return _act(reservation, "withdraw_arrival", _("L’arrivée est retirée ; la table reste gardée."))


@bp.post("/<uuid:id>/installation")
@requires(may.WELCOME, on=Reservation)
def installation_create(reservation: Reservation) -> Response:
    """Note that the guests sit at their table."""
    return _act(reservation, "seat", _("Les convives sont installés."))


@bp.post("/<uuid:id>/installation/retrait")
@requires(may.WELCOME, on=Reservation)
def installation_delete(reservation: Reservation) -> Response:
    """Take a seating back."""
    return _act(reservation, "withdraw_seating", _("L’installation est retirée ; les convives attendent."))


@bp.post("/<uuid:id>/depart")
@requires(may.WELCOME, on=Reservation)
def departure_create(reservation: Reservation) -> Response:
    """Note that the guests have left."""
    return _act(reservation, "finish", _("La réservation est terminée ; la table est libre."))


@bp.post("/<uuid:id>/depart/retrait")
@requires(may.WELCOME, on=Reservation)
def departure_delete(reservation: Reservation) -> Response:
    """Take a leaving back."""
    return _act(reservation, "resume", _("Les convives ont de nouveau leur table."))


@bp.post("/<uuid:id>/absence")
@requires(may.WELCOME, on=Reservation)
def absence_create(reservation: Reservation) -> Response:
    """Note that nobody came."""
    return _act(reservation, "miss", _("L’absence est notée ; la table est libre."))


@bp.post("/<uuid:id>/absence/retrait")
@requires(may.WELCOME, on=Reservation)
def absence_delete(reservation: Reservation) -> Response:
    """Take an absence back."""
    with transaction():
        why = service.withdraw_absence(reservation, actor=acting())
    message = _("L’absence est retirée ; la table %(tables)s est gardée de nouveau.", tables=reservation.table_codes())
    return back_to(reservation, f"{why} {message}".strip())


def _act(reservation: Reservation, name: str, message: str) -> Response:
    with transaction():
        ACTS[name](reservation, actor=acting())
    return back_to(reservation, f"{message} {absence_proposed(reservation)}".strip())


@bp.get("/<uuid:id>/annulation")
@requires(may.CANCEL, on=Reservation)
def cancellation_new(reservation: Reservation) -> Response:
    """Ask for the reason before cancelling."""
    return _cancellation_page(reservation, StaffCancellationForm())


@bp.post("/<uuid:id>/annulation")
@requires(may.CANCEL, on=Reservation)
def cancellation_create(reservation: Reservation) -> Response:
    """Cancel, with the reason the guest will read."""
    form = StaffCancellationForm()
    if not form.validate_on_submit():
        return _cancellation_page(reservation, form, status=422)
    with transaction():
        service.cancel_reservation(
            reservation, actor=acting(), reason=tidy(form.reason.data), by_guest=form.by_guest.data
        )
    return back_to(reservation, _("La réservation est annulée ; le client en est averti."))


def _cancellation_page(reservation: Reservation, form: StaffCancellationForm, status: int = 200) -> Response:
    money = cancellation_foreseen(reservation)
    return page("booking/cancellation_new.html", status=status, form=form, money=money, **head(reservation))
