"""The guest's own reservation, reached by its link: see, change, correct, cancel."""

from typing import Any

from flask import Response, current_app, request, url_for

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.calendar_file import calendar_file
from app.booking.forms import CancellationForm, ContactForm, WishForm, parsed_covers, parsed_date, parsed_time
from app.booking.guarantees.paying import open_what_is_due
from app.booking.guarantees.presentation import (
    change_in_words,
    consent_wanted,
    if_called_off,
    own_guarantee,
    paid_lines,
)
from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.booking.permissions import GUEST_LINK
from app.booking.presentation.promises import promise_lines, promise_sentence
from app.booking.service import NotSeated, TimeTaken, Wish
from app.booking.views.choosing import choice_context
from app.booking.views.public import bp
from app.kernel import documents, links
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import clock_time, typed_phone
from app.kernel.formats import phone as written_phone
from app.kernel.forms import tidy
from app.kernel.guards import public, requires
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.web import done, error_page, page, redirect_to

PROMISED = (S.CONFIRMED, S.ARRIVED, S.SEATED, S.FINISHED)


@bp.get("/reservations/<string(length=43):secret>")
@bp.get("/r/<string(length=16):secret>")
@public
@limiter.limit(write_limit)
def link_show(secret: str) -> Response:
    """Trade the link's secret for a cookie, and go on to a clean address."""
    link = links.exchange(secret, GUEST_LINK)
    if link is None:
        return error_page(
            404, _("Ce lien n’est plus valable. Retrouvez votre réservation avec sa référence et votre adresse e-mail.")
        )
    follow = "cancellation_new" if request.args.get("suite") == "annulation" else "own_reservation_show"
    return redirect_to(url_for(f".{follow}", id=link.record_id))


@bp.get("/reservations/<uuid:id>")
@requires(may.SEE, on=Reservation)
def own_reservation_show(reservation: Reservation) -> Response:
    """Show the guest their reservation and what they may do with it."""
    return page("booking/own_reservation_show.html", **own_context(reservation))


@bp.get("/reservations/<uuid:id>/confirmation")
@requires(may.SEE, on=Reservation)
def confirmation_show(reservation: Reservation) -> Response:
    """Say that the table is promised, with everything to keep."""
    return page("booking/confirmation_show.html", **own_context(reservation))


@bp.get("/reservations/<uuid:id>/modification")
@requires(may.CHANGE, on=Reservation)
def move_new(reservation: Reservation) -> Response:
    """Show covers, calendar and times, the reservation's own table counted as free."""
    return _move_page(reservation)


@bp.post("/reservations/<uuid:id>/modification")
@requires(may.CHANGE, on=Reservation)
@limiter.limit(write_limit)
def move_create(reservation: Reservation) -> Response:
    """Move the reservation."""
    form = WishForm()
    if not form.validate_on_submit():
        return _move_page(reservation, problems=[error for field in form for error in field.errors], status=422)
    if request.form.get("accepted", "") != consent_wanted(reservation, form.wish()):
        return _move_page(reservation, problems=[_("Lisez ce que devient la garantie, puis confirmez.")], status=422)
    try:
        with transaction():
            moved = service.move_reservation(reservation, form.wish(), actor=acting())
            pay_url = open_what_is_due(reservation) if moved else None
    except NotSeated as refusal:
        return _move_page(reservation, refusal=refusal, status=refusal.status)
    if pay_url:
        return redirect_to(pay_url)
    return done(
        None,
        message=_("Votre réservation est modifiée.") if moved else _("Rien n’a changé."),
        fallback=url_for(".own_reservation_show", id=reservation.id),
    )


@bp.get("/reservations/<uuid:id>/coordonnees")
@requires(may.CHANGE, on=Reservation)
def contact_edit(reservation: Reservation) -> Response:
    """Show names, contact and requests, to be corrected."""
    form = ContactForm(obj=reservation)
    form.phone.data = typed_phone(reservation.phone)
    return page("booking/contact_edit.html", form=form, **own_context(reservation))


@bp.post("/reservations/<uuid:id>/coordonnees")
@requires(may.CHANGE, on=Reservation)
@limiter.limit(write_limit)
def contact_update(reservation: Reservation) -> Response:
    """Correct names, contact and requests."""
    form = ContactForm()
    if not form.validate_on_submit():
        return page("booking/contact_edit.html", status=422, form=form, **own_context(reservation))
    with transaction():
        service.change_details(reservation, form.details(reservation.language), actor=acting())
    return done(None, message=_("C’est noté."), fallback=url_for(".own_reservation_show", id=reservation.id))


@bp.get("/reservations/<uuid:id>/annulation")
@requires(may.CANCEL, on=Reservation)
def cancellation_new(reservation: Reservation) -> Response:
    """Ask before cancelling."""
    return _cancellation_page(reservation, CancellationForm())


@bp.post("/reservations/<uuid:id>/annulation")
@requires(may.CANCEL, on=Reservation)
@limiter.limit(write_limit)
def cancellation_create(reservation: Reservation) -> Response:
    """Cancel the reservation."""
    form = CancellationForm()
    if not form.validate_on_submit():
        return _cancellation_page(reservation, form, status=422)
    with transaction():
        service.cancel_reservation(
            reservation, actor=acting(), reason=tidy(form.reason.data) or _("annulée par le client")
        )
    return done(
        None,
        message=_("Votre réservation est annulée. Au plaisir de vous recevoir une autre fois."),
        fallback=url_for(".own_reservation_show", id=reservation.id),
    )


@bp.get("/reservations/<uuid:id>/invitation.ics")
@requires(may.SEE, on=Reservation)
def invitation_show(reservation: Reservation) -> Response:
    """Give the calendar file."""
    return invitation(reservation)


@bp.get("/reservations/<uuid:id>/confirmation.pdf")
@requires(may.SEE, on=Reservation)
def document_show(reservation: Reservation) -> Response:
    """Give the confirmation as a PDF, or say that it is being prepared."""
    stored = documents.latest("booking.confirmation", reservation)
    if stored is None or not stored.is_ready:
        return error_page(
            503, _("Le PDF est en préparation. Rechargez cette page dans un instant."), {"Retry-After": "5"}
        )
    return documents.send(stored)


def invitation(reservation: Reservation) -> Response:
    """Answer with the calendar file of a reservation."""
    url = current_app.config["PUBLIC_URL"] + url_for("booking.own_reservation_show", id=reservation.id)
    filename = f"reservation-{reservation.reference}.ics"
    return Response(
        calendar_file(reservation, url),
        mimetype="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


# --- pages ----------------------------------------------------------------------------------------------------


def own_context(reservation: Reservation) -> dict[str, Any]:
    """Give what the guest's own pages say of a reservation, and where its acts lead."""
    house, id_ = queries.house_of(reservation.establishment), reservation.id
    open_ = reservation.state in (S.REQUESTED, S.CONFIRMED) and not service.is_too_late(reservation)
    lines = [
        *promise_lines(house, reservation.service_date, reservation.local_time, reservation.covers),
        (_("Au nom de"), reservation.guest_name),
    ]
    if reservation.special_requests:
        lines.append((_("Votre demande"), reservation.special_requests))
    lines += paid_lines(reservation)
    return {
        "reservation": reservation,
        "sentence": promise_sentence(reservation),
        "lines": lines,
        "rule": queries.cancelling_rule(house, reservation.establishment) if open_ else "",
        "change_url": url_for("booking.move_new", id=id_) if open_ else None,
        "details_url": url_for("booking.contact_edit", id=id_) if open_ else None,
        "cancel_url": url_for("booking.cancellation_new", id=id_) if open_ else None,
        "own_url": url_for("booking.own_reservation_show", id=id_),
        "ics_url": url_for("booking.invitation_show", id=id_),
        "pdf_url": url_for("booking.document_show", id=id_) if reservation.state in PROMISED else None,
        "is_cancelled": reservation.state is S.CANCELLED,
        "booking_url": url_for("booking.choice_show", slug=reservation.establishment.slug),
        "closed_reason": _closed_reason(reservation),
        "house": reservation.establishment,
        "party": ngettext("%(num)s couvert", "%(num)s couverts", reservation.covers),
        "guarantee": own_guarantee(reservation),
    }


def _closed_reason(reservation: Reservation) -> str:
    if reservation.state is S.CANCELLED:
        return _("Cette réservation est annulée.")
    if reservation.is_terminal or reservation.state in (S.ARRIVED, S.SEATED):
        return _("Cette réservation ne se modifie plus.")
    return _(
        "L’heure est trop proche pour modifier ou annuler en ligne : appelez-nous au %(phone)s.",
        phone=written_phone(reservation.establishment.phone),
    )


def _move_page(
    reservation: Reservation,
    *,
    problems: list[str] | None = None,
    refusal: RuleBroken | None = None,
    status: int = 200,
) -> Response:
    establishment = reservation.establishment
    house, asked = queries.house_of(establishment), request.values
    covers, day, at = reservation.covers, reservation.service_date, reservation.local_time
    problems = list(problems or [])
    try:
        covers = parsed_covers(asked["covers"]) if asked.get("covers") else covers
        day = parsed_date(asked["date"]) if asked.get("date") else day
        at = parsed_time(asked["time"]) if asked.get("time") else at
    except ValueError as error:
        problems = problems or [str(error)]
        status = 422
    url = url_for(".move_new", id=reservation.id)
    context = choice_context(
        establishment, house, covers, day, url, chosen=at if asked.get("time") else None, leaving_out=reservation
    )
    context["chosen_time"] = clock_time(at)
    wished = Wish(day, at, covers)
    context |= {"money": change_in_words(reservation, wished), "accepted": consent_wanted(reservation, wished)}
    if refusal is not None and context["refusal"] is None:
        is_taken = isinstance(refusal, TimeTaken)
        title = _("Cet horaire n’est pas libre") if is_taken else _("Cet horaire reste à vérifier")
        context["refusal"] = {"title": title, "detail": refusal.message}
    return page(
        "booking/move_new.html",
        fragment="booking/_choice.html",
        status=status,
        problems=problems,
        reservation=reservation,
        sentence=promise_sentence(reservation),
        moving=True,
        **context,
    )


def _cancellation_page(reservation: Reservation, form: CancellationForm, status: int = 200) -> Response:
    money = if_called_off(reservation) or _("Rien ne vous sera demandé.")
    return page(
        "booking/own_cancellation_new.html",
        status=status,
        form=form,
        url=url_for(".cancellation_create", id=reservation.id),
        back_url=url_for(".own_reservation_show", id=reservation.id),
        consequence=_("La table sera rendue à d’autres aussitôt. %(money)s", money=money),
        lines=promise_lines(
            queries.house_of(reservation.establishment),
            reservation.service_date,
            reservation.local_time,
            reservation.covers,
        ),
        house=reservation.establishment,
    )
