"""The team's pages: the list, one reservation, taking one by telephone, moving it, and the acts of the evening."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.datasets import RESERVATIONS
from app.booking.forms import MoveForm, NoteForm, StaffCancellationForm, StaffReservationForm
from app.booking.guests.permissions import VIEW_GUESTS
from app.booking.models import Reservation
from app.booking.presentation import promise_sentence
from app.booking.refusals import rules_in_words
from app.booking.service import NotSeated
from app.booking.states import LIFECYCLE
from app.booking.timeline import history_of
from app.booking.views.desk_times import call_refused, refused_call, times_around
from app.booking.views.levers import levers_around, permit_of, pulled_on, unlock
from app.booking.waiting.permissions import KEEP_WAITING
from app.directory.models import Establishment, Person
from app.kernel import datasets, navigation
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import clock_time, phone
from app.kernel.forms import tidy
from app.kernel.guards import refuse, requires
from app.kernel.languages import _
from app.kernel.lifecycle import Transition
from app.kernel.personal import masked_email, masked_phone, shown_to
from app.kernel.web import done, page

bp = Blueprint("desk", __name__, url_prefix="/admin/reservations")

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


@bp.before_request
def refuse_guests() -> ResponseReturnValue | None:
    """Keep the desk to the team: a guest's link opens the guest's own pages, under the guest's own rules."""
    return None if acting().is_staff else refuse()


@bp.get("")
@requires(may.VIEW)
def reservation_list() -> Response:
    """Show the reservations as the list that everything in the house is shown by."""
    return datasets.list_page(
        RESERVATIONS,
        template="booking/reservation_list.html",
        new_url=url_for(".reservation_new"),
        may_create=acting().may(may.CREATE),
    )


@bp.get("/<uuid:id>")
@requires(may.VIEW, on=Reservation)
def reservation_show(reservation: Reservation) -> Response:
    """Show one reservation whole."""
    return _reservation_page(reservation, NoteForm())


@bp.get("/nouvelle")
@requires(may.CREATE)
def reservation_new() -> Response:
    """Ask for what a caller says."""
    establishment = _establishment()
    form = StaffReservationForm(_units(establishment))
    form.date.data = request.args.get("date") or establishment.today().isoformat()
    form.covers.data = request.args.get("covers") or "2"
    form.time.data = request.args.get("time") or ""
    _name_guest(form)
    return _new_page(establishment, form)


@bp.get("/_horaires")
@requires(may.CREATE)
def times_fragment() -> Response:
    """Show the times of the day and for the number being typed, while the caller speaks."""
    establishment = _establishment()
    form = StaffReservationForm([], formdata=request.args)
    return page("booking/_free_times.html", **times_around(establishment, form))


@bp.post("")
@requires(may.CREATE)
def reservation_create() -> Response:
    """Take a reservation for a caller; setting a rule aside needs the right to, and is named in the trail."""
    establishment = _establishment()
    form = StaffReservationForm(_units(establishment))
    if not form.validate_on_submit():
        return _new_page(establishment, form, status=422)
    lever = pulled_on(form)
    try:
        with transaction():
            unlock(lever)
            reservation = service.reserve(
                establishment,
                form.wish(unit=form.unit.data or None),
                form.details("fr"),
                actor=acting(),
                permit=permit_of(lever),
            )
            service.forget_refused_search(establishment, refused_call())
    except NotSeated as refusal:
        return _new_page(establishment, form, status=409, refusal=refusal)
    return done(None, message=_("La table est réservée."), fallback=url_for(".reservation_show", id=reservation.id))


@bp.get("/<uuid:id>/modification")
@requires(may.CHANGE, on=Reservation)
def move_new(reservation: Reservation) -> Response:
    """Ask for another date, time, number or table."""
    form = MoveForm(_units(reservation.establishment))
    form.date.data = reservation.service_date.isoformat()
    form.time.data, form.covers.data = clock_time(reservation.local_time), str(reservation.covers)
    form.unit.data = reservation.locked_unit or ""
    return _move_page(reservation, form)


@bp.post("/<uuid:id>/modification")
@requires(may.CHANGE, on=Reservation)
def move_create(reservation: Reservation) -> Response:
    """Move a reservation."""
    form = MoveForm(_units(reservation.establishment))
    if not form.validate_on_submit():
        return _move_page(reservation, form, status=422)
    lever = pulled_on(form)
    try:
        with transaction():
            unlock(lever)
            service.move_reservation(
                reservation, form.wish(unit=form.unit.data or None), actor=acting(), permit=permit_of(lever)
            )
    except NotSeated as refusal:
        return _move_page(reservation, form, status=409, refusal=refusal)
    return done(
        None, message=_("La réservation est modifiée."), fallback=url_for(".reservation_show", id=reservation.id)
    )


@bp.get("/<uuid:id>/annulation")
@requires(may.CANCEL, on=Reservation)
def cancellation_new(reservation: Reservation) -> Response:
    """Ask for the reason before cancelling."""
    return page("booking/cancellation_new.html", form=StaffCancellationForm(), **_head(reservation))


@bp.post("/<uuid:id>/annulation")
@requires(may.CANCEL, on=Reservation)
def cancellation_create(reservation: Reservation) -> Response:
    """Cancel, with the reason the guest will read."""
    form = StaffCancellationForm()
    if not form.validate_on_submit():
        return page("booking/cancellation_new.html", status=422, form=form, **_head(reservation))
    with transaction():
        service.cancel_reservation(reservation, actor=acting(), reason=tidy(form.reason.data))
    return _back_to(reservation, _("La réservation est annulée ; le client en est averti."))


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
    return _act(reservation, "withdraw", _("L’absence est retirée ; une table est gardée de nouveau."))


@bp.post("/<uuid:id>/notes")
@requires(may.NOTE, on=Reservation)
def note_create(reservation: Reservation) -> Response:
    """Keep a note for the team."""
    form = NoteForm()
    if not form.validate_on_submit():
        return _reservation_page(reservation, form, status=422)
    with transaction():
        service.write_note(reservation, tidy(form.text.data), actor=acting())
    return _back_to(reservation, _("La note est gardée."))


# --- pages ----------------------------------------------------------------------------------------------------


def _act(reservation: Reservation, name: str, message: str) -> Response:
    with transaction():
        ACTS[name](reservation, actor=acting())
    return _back_to(reservation, message)


def _back_to(reservation: Reservation, message: str) -> Response:
    return done(None, message=message, fallback=url_for(".reservation_show", id=reservation.id))


def _establishment() -> Establishment:
    establishment: Establishment = navigation.current_house()
    if not acting().may(may.CREATE, establishment):
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    return establishment


def _units(establishment: Establishment) -> list[tuple[str, str]]:
    return queries.unit_choices(establishment)


def _name_guest(form: StaffReservationForm) -> None:
    """Fill in the guest for whom a table is asked, as far as this actor may know them."""
    guest_id = request.args.get("guest", type=UUID)
    guest = Person.get(guest_id) if guest_id else None
    if guest is not None and acting().may(VIEW_GUESTS, guest):
        form.first_name.data, form.last_name.data = guest.first_name, guest.last_name
        if acting().may(may.VIEW_CONTACT, guest):
            form.email.data, form.phone.data = guest.email or "", phone(guest.phone) if guest.phone else ""


def _head(reservation: Reservation) -> dict[str, Any]:
    available = [
        transition
        for transition in LIFECYCLE.available(reservation, acting())
        if service.has_come(transition.name, reservation)
    ]
    acts = [_button(reservation, transition, first=index == 0) for index, transition in enumerate(available)]
    plain = [act for act in acts if not act["danger"]]
    return {
        "reservation": reservation,
        "sentence": promise_sentence(reservation),
        "acts": plain,
        "cancel_url": url_for(".cancellation_new", id=reservation.id)
        if any(transition.name == "cancel" for transition in available)
        else None,
        "move_url": url_for(".move_new", id=reservation.id)
        if not reservation.is_terminal and acting().may(may.CHANGE, reservation)
        else None,
        "list_url": url_for(".reservation_list"),
        "show_url": url_for(".reservation_show", id=reservation.id),
    }


def _button(reservation: Reservation, transition: Transition, *, first: bool) -> dict[str, Any]:
    danger = transition.name == "cancel"
    endpoint = {
        "confirm": ".confirmation_create",
        "arrive": ".arrival_create",
        "seat": ".installation_create",
        "finish": ".departure_create",
        "miss": ".absence_create",
        "withdraw": ".absence_delete",
        "withdraw_arrival": ".arrival_delete",
        "withdraw_seating": ".installation_delete",
        "resume": ".departure_delete",
        "cancel": ".cancellation_new",
    }[transition.name]
    url = url_for(endpoint, id=reservation.id)
    return {"label": transition.label, "url": url, "primary": first, "danger": danger}


def _reservation_page(reservation: Reservation, form: NoteForm, status: int = 200) -> Response:
    actor = acting()
    return page(
        "booking/reservation_show.html",
        status=status,
        note_form=form,
        note_url=url_for(".note_create", id=reservation.id) if actor.may(may.NOTE, reservation) else None,
        entries=history_of(reservation),
        notes=reservation.notes,
        sees_contact=actor.may(may.VIEW_CONTACT, reservation),
        shown_phone=shown_to(
            actor, may.VIEW_CONTACT, reservation.phone, mask=masked_phone, record=reservation, write=phone
        ),
        shown_email=shown_to(actor, may.VIEW_CONTACT, reservation.email, mask=masked_email, record=reservation),
        rules_set_aside=rules_in_words(reservation.overridden),
        panels=navigation.panels_on(reservation, actor),
        history=navigation.panels_on(reservation, actor, "history"),
        **_head(reservation),
    )


def _new_page(
    establishment: Establishment, form: StaffReservationForm, status: int = 200, refusal: NotSeated | None = None
) -> Response:
    return page(
        "booking/reservation_new.html",
        status=status,
        form=form,
        url=url_for(".reservation_create"),
        list_url=url_for(".reservation_list"),
        refusal=refusal,
        refused_call=call_refused(establishment, form, refusal),
        may_force=acting().may(may.FORCE),
        levers=levers_around(establishment, form, refusal),
        waiting_url=_waiting_url(form) if refusal and acting().may(KEEP_WAITING, establishment) else None,
        **times_around(establishment, form, refusal),
    )


def _waiting_url(form: StaffReservationForm) -> str:
    """Give the address where a caller for whom there is no table is put on the waiting list."""
    return url_for("waiting_desk.entry_new", date=form.date.data, covers=form.covers.data)


def _move_page(
    reservation: Reservation, form: MoveForm, status: int = 200, refusal: NotSeated | None = None
) -> Response:
    return page(
        "booking/move_edit.html",
        status=status,
        form=form,
        refusal=refusal,
        may_force=acting().may(may.FORCE),
        url=url_for(".move_create", id=reservation.id),
        levers=levers_around(reservation.establishment, form, refusal, leaving_out=reservation.id),
        **_head(reservation),
        **times_around(reservation.establishment, form, refusal),
    )
