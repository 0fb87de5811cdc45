"""The team's acts on a guarantee: ask by hand, charge an absence, note what the house owes."""

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_wtf import FlaskForm

from app.booking.guarantees import settling
from app.booking.guarantees.asking import ask_by_hand, terms_wanted, waive
from app.booking.guarantees.forms import AbsenceForm, DebtForm, HandForm
from app.booking.guarantees.permissions import GUARANTEE
from app.booking.guarantees.terms import Terms
from app.booking.guarantees.wordings import asked_in_words
from app.booking.models import GuaranteeKind, Reservation
from app.booking.presentation.promises import promise_sentence
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.answers import Answer, answered, put
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, page
from app.payments.models import Purpose

bp = Blueprint("guarantee_desk", __name__, url_prefix="/admin/reservations")


@bp.get("/<uuid:id>/garantie")
@requires(GUARANTEE, on=Reservation)
def guarantee_new(reservation: Reservation) -> Response:
    """Ask what to ask for; the rule of the house is proposed."""
    return _hand_page(reservation, HandForm(data=_proposed(reservation)))


@bp.post("/<uuid:id>/garantie")
@requires(GUARANTEE, on=Reservation)
def guarantee_create(reservation: Reservation) -> Response:
    """Ask the guest for a guarantee, and send them the link."""
    form = HandForm()
    if not form.validate_on_submit():
        return _hand_page(reservation, form, status=422)
    until = min(clock.now() + timedelta(minutes=int(form.minutes.data)), reservation.starts_at)
    try:
        with transaction():
            ask_by_hand(reservation, _terms(reservation, form), until=until, actor=acting())
    except RuleBroken as refusal:
        return _hand_page(reservation, form, status=put(refusal, form, beside="amount"))
    return _back_to(reservation, _asked_message(reservation))


@bp.post("/<uuid:id>/garantie/sans")
@requires(GUARANTEE, on=Reservation)
def waiver_create(reservation: Reservation) -> Response:
    """Keep the reservation without the guarantee its rule asks for; it is named in the trail."""
    terms = terms_wanted(reservation)
    if terms is not None:
        with transaction():
            waive(reservation, terms, actor=acting())
    return _back_to(reservation, _("La réservation reste sans garantie ; c’est noté à son historique."))


@bp.post("/<uuid:id>/garantie/absence")
@requires(GUARANTEE, on=Reservation)
def absence_charge_create(reservation: Reservation) -> Response:
    """Charge the card of a guest who did not come."""
    form = AbsenceForm()
    return answered(
        form,
        Answer(
            act=lambda: settling.charge_absence(reservation, amount=form.amount.data, actor=acting()),
            show=partial(_act_again, reservation, form, _("Débiter l’absence")),
            message=_("La banque est interrogée : la réponse sera sur cette page dans un instant."),
            fallback=url_for("desk.reservation_show", id=reservation.id),
        ),
    )


@bp.post("/<uuid:id>/garantie/reste")
@requires(GUARANTEE, on=Reservation)
def absence_refund_create(reservation: Reservation) -> Response:
    """Give back what the rule does not keep of a guest who did not come."""
    with transaction():
        settling.repay_absence(reservation, actor=acting())
    return _back_to(reservation, _("Le reste est rendu au client."))


@bp.post("/<uuid:id>/garantie/du")
@requires(GUARANTEE, on=Reservation)
def debt_create(reservation: Reservation) -> Response:
    """Note that the house owes the double of arrhes."""
    form = DebtForm()
    return answered(
        form,
        Answer(
            act=lambda: settling.record_debt(reservation, reason=form.reason.data or "", actor=acting()),
            show=partial(_act_again, reservation, form, _("Noter cette dette")),
            message=_("Ce que la maison doit est noté."),
            fallback=url_for("desk.reservation_show", id=reservation.id),
        ),
    )


@bp.post("/<uuid:id>/garantie/du/paiement")
@requires(GUARANTEE, on=Reservation)
def debt_payment_create(reservation: Reservation) -> Response:
    """Note that what the house owed is paid."""
    with transaction():
        settling.pay_debt(reservation, actor=acting())
    return _back_to(reservation, _("C’est noté."))


def _terms(reservation: Reservation, form: HandForm) -> Terms:
    purpose = Purpose(form.purpose.data)
    return Terms(
        basis=GuaranteeKind.IMPRINT if purpose is Purpose.IMPRINT else GuaranteeKind.PER_COVER,
        purpose=purpose,
        unit_amount=form.amount.data,
        covers=reservation.covers,
        free_hours=form.free_hours.data,
        free_until=reservation.starts_at - timedelta(hours=form.free_hours.data),
        kept_percent=form.kept_percent.data,
    )


def _proposed(reservation: Reservation) -> dict[str, Any]:
    terms = terms_wanted(reservation)
    if terms is None or terms.basis not in (GuaranteeKind.PER_COVER, GuaranteeKind.IMPRINT):
        return {"free_hours": 48, "kept_percent": 100}
    return {
        "purpose": terms.purpose.value,
        "amount": terms.unit_amount,
        "free_hours": terms.free_hours,
        "kept_percent": terms.kept_percent,
    }


def _asked_message(reservation: Reservation) -> str:
    if reservation.email:
        return _("La garantie est demandée : le lien de paiement part par courrier électronique.")
    return _("La garantie est demandée. Sans adresse, réglez-la avec le client depuis la somme demandée.")


def _hand_page(reservation: Reservation, form: HandForm, status: int = 200) -> Response:
    return page(
        "booking/guarantees/guarantee_new.html",
        status=status,
        form=form,
        url=url_for(".guarantee_create", id=reservation.id),
        reservation=reservation,
        sentence=promise_sentence(reservation),
        show_url=url_for("desk.reservation_show", id=reservation.id),
        wanted=_wanted(reservation),
        waiver_url=url_for(".waiver_create", id=reservation.id),
    )


def _act_again(reservation: Reservation, form: FlaskForm, title: str, status: int) -> Response:
    """Show an act of the panel by itself, as it was typed, with what stands in its way."""
    return page(
        "booking/guarantees/guarantee_act.html",
        status=status,
        form=form,
        title=title,
        url=request.path,
        sentence=promise_sentence(reservation),
        show_url=url_for("desk.reservation_show", id=reservation.id),
    )


def _wanted(reservation: Reservation) -> str:
    terms = terms_wanted(reservation)
    return asked_in_words(terms) if terms else ""


def _back_to(reservation: Reservation, message: str) -> Response:
    return done(None, message=message, fallback=url_for("desk.reservation_show", id=reservation.id))
