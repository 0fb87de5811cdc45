"""The team's reservations: the list, one of them whole, its notes."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.booking import permissions as may
from app.booking import service
from app.booking.datasets import RESERVATIONS
from app.booking.forms import NoteForm
from app.booking.models import Reservation
from app.booking.presentation.history import history_of
from app.booking.presentation.promises import promise_sentence
from app.booking.refusals import rules_in_words
from app.booking.states import LIFECYCLE
from app.kernel import datasets, navigation
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import phone
from app.kernel.forms import tidy
from app.kernel.guards import refuse, requires
from app.kernel.languages import _
from app.kernel.lifecycle import Transition
from app.kernel.personal import masked_email, masked_phone, shown_to
from app.kernel.web import done, page

bp = Blueprint("desk", __name__, url_prefix="/admin/reservations")


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


@bp.post("/<uuid:id>/notes")
@requires(may.NOTE, on=Reservation)
def note_create(reservation: Reservation) -> Response:
    """Keep a note for the team."""
    form = NoteForm()
    if not form.validate_on_submit():
        return _reservation_page(reservation, form, status=422)
    with transaction():
        service.write_note(reservation, tidy(form.text.data), actor=acting())
    return back_to(reservation, _("La note est gardée."))


# --- pages ----------------------------------------------------------------------------------------------------


def back_to(reservation: Reservation, message: str) -> Response:
    return done(None, message=message, fallback=url_for(".reservation_show", id=reservation.id))


def head(reservation: Reservation) -> dict[str, Any]:
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
        **head(reservation),
    )
