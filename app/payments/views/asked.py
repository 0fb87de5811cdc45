"""What is asked of people: the list, one sum with what may be done with it."""

from typing import Any

from flask import Response, url_for

from app.kernel import clock, datasets
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.formats import euros
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.telling import history_of
from app.kernel.web import done, page
from app.payments import permissions as may
from app.payments import queries, service
from app.payments.datasets import RECEIVABLES
from app.payments.forms import ChargeForm, ReasonForm, ReceiptForm
from app.payments.models import Receivable, ReceivableState
from app.payments.presentation import TONES, payable_link, receivable_lines
from app.payments.provider.client import is_connected
from app.payments.states import ASKED
from app.payments.views.blueprint import bp


@bp.get("/sommes")
@requires(may.VIEW)
def receivable_list() -> Response:
    """Show what is asked."""
    return datasets.list_page(RECEIVABLES, "payments/receivable_list.html")


@bp.get("/sommes/<uuid:id>")
@requires(may.VIEW, on=Receivable)
def receivable_show(receivable: Receivable) -> Response:
    """Show one sum: what was paid of it, and what may be done."""
    return _page(receivable)


@bp.post("/sommes/<uuid:id>/encaissement")
@requires(may.RECORD, on=Receivable)
def receipt_create(receivable: Receivable) -> Response:
    """Note money received by hand."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return _page(receivable, status=422, receipt=form)
    try:
        with transaction():
            service.record_payment(
                receivable,
                amount=form.amount.data,
                method=form.chosen(),
                reference=form.reference.data or "",
                key=f"{receivable.id}:{form.key.data}",
                actor=acting(),
            )
    except RuleBroken as refusal:
        return _page(receivable, status=put(refusal, form, beside="amount"), receipt=form)
    return done(None, message=_("L’encaissement est noté."), fallback=url_for(".receivable_show", id=receivable.id))


@bp.post("/sommes/<uuid:id>/remise")
@requires(may.RECORD, on=Receivable)
def forgiveness_create(receivable: Receivable) -> Response:
    """Forgo what is owed."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(receivable, status=422, forgiving=form)
    with transaction():
        service.forgive(receivable, reason=form.reason.data or "", actor=acting())
    return done(None, message=_("La somme est remise."), fallback=url_for(".receivable_show", id=receivable.id))


@bp.post("/sommes/<uuid:id>/debit")
@requires(may.CHARGE, on=Receivable)
def charge_create(receivable: Receivable) -> Response:
    """Take a sum on the card that was kept."""
    form, card = ChargeForm(), queries.card_of(receivable)
    if card is None or not is_connected():
        raise RuleBroken(_("Aucune carte n’est gardée."))
    if not form.validate_on_submit():
        return _page(receivable, status=422, charge=form)
    try:
        with transaction():
            charged = service.charge_saved_card(
                card,
                amount=form.amount.data,
                label=form.reason.data or "",
                key=f"{receivable.id}:{form.key.data}",
                actor=acting(),
            )
    except RuleBroken as refusal:
        return _page(receivable, status=put(refusal, form, beside="amount"), charge=form)
    return done(
        None,
        message=_("La banque est interrogée : rechargez cette page dans un instant."),
        fallback=url_for(".receivable_show", id=charged.id),
    )


@bp.post("/sommes/<uuid:id>/lien")
@requires(may.RECORD, on=Receivable)
def payment_link_create(receivable: Receivable) -> Response:
    """Write to the payer, with a link of their own."""
    with transaction():
        service.send_link(receivable, actor=acting())
    return done(None, message=_("Le lien est envoyé."), fallback=url_for(".receivable_show", id=receivable.id))


def _left(receivable: Receivable) -> int:
    return receivable.amount - queries.paid_on(receivable)


def _page(receivable: Receivable, *, status: int = 200, **typed: Any) -> Response:
    """Show the page with whichever of its forms was typed, and the others as they begin."""
    actor, now = acting(), clock.now()
    may_record = actor.may(may.RECORD, receivable)
    is_open = receivable.state is ReceivableState.OPEN
    card = queries.card_of(receivable)
    may_charge = card is not None and card.released_at is None and is_connected() and actor.may(may.CHARGE, receivable)
    receipt = typed.get("receipt") or ReceiptForm(formdata=None, amount=_left(receivable))
    return page(
        "payments/receivable_show.html",
        status=status,
        receivable=receivable,
        tone=TONES.get(receivable.state, "neutral"),
        lines=receivable_lines(receivable),
        subject=payable_link(receivable.payable),
        paid=euros(queries.paid_on(receivable)),
        card=_card(receivable),
        payments=queries.payments_of(receivable),
        receipt=receipt if may_record and is_open and not receivable.takes_a_card else None,
        forgiving=(typed.get("forgiving") or ReasonForm(formdata=None))
        if may_record and ASKED.allows("forgive", receivable)
        else None,
        charge=(typed.get("charge") or ChargeForm(formdata=None)) if may_charge else None,
        link_url=url_for(".payment_link_create", id=receivable.id)
        if may_record and receivable.payer_email and receivable.is_payable(now)
        else "",
        entries=history_of(receivable.kind(), receivable.id, receivable.establishment.timezone),
    )


def _card(receivable: Receivable) -> str:
    card = queries.card_of(receivable)
    if card is None:
        return ""
    name = f"{card.brand.title()} •••• {card.last_digits}"
    return name if card.released_at is None else _("%(card)s, qui n’est plus gardée", card=name)
