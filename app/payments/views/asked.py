"""What is asked of people: the list, one sum with what may be done with it."""

from typing import Any

from flask import Response, url_for

from app.kernel import datasets
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import euros, instant
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.telling import history_of
from app.kernel.web import done, page
from app.payments import permissions as may
from app.payments import queries, service
from app.payments.datasets import RECEIVABLES
from app.payments.forms import ReasonForm, ReceiptForm, typed_euros
from app.payments.models import Receivable, ReceivableState
from app.payments.presentation import TONES, payable_link, receivable_lines
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
    return _page(receivable, ReceiptForm(amount=typed_euros(_left(receivable))), ReasonForm())


@bp.post("/sommes/<uuid:id>/encaissement")
@requires(may.RECORD, on=Receivable)
def receipt_create(receivable: Receivable) -> Response:
    """Note money received by hand."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return _page(receivable, form, ReasonForm(formdata=None), 422)
    try:
        with transaction():
            service.record_payment(
                receivable,
                amount=form.cents(),
                method=form.chosen(),
                reference=form.reference.data or "",
                key=form.key.data or "",
                actor=acting(),
            )
    except NotAllowed:
        raise
    except RuleBroken as refusal:
        form.amount.errors = [refusal.message]
        return _page(receivable, form, ReasonForm(formdata=None), 409)
    return done(None, message=_("L’encaissement est noté."), fallback=url_for(".receivable_show", id=receivable.id))


@bp.post("/sommes/<uuid:id>/remise")
@requires(may.RECORD, on=Receivable)
def forgiveness_create(receivable: Receivable) -> Response:
    """Forgo what is owed."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(receivable, ReceiptForm(formdata=None), form, 422)
    with transaction():
        service.forgive(receivable, reason=form.reason.data or "", actor=acting())
    return done(None, message=_("La somme est remise."), fallback=url_for(".receivable_show", id=receivable.id))


def _left(receivable: Receivable) -> int:
    return receivable.amount - queries.paid_on(receivable)


def _page(receivable: Receivable, receipt: ReceiptForm, reason: ReasonForm, status: int = 200) -> Response:
    may_record = acting().may(may.RECORD, receivable)
    is_open = receivable.state is ReceivableState.OPEN
    return page(
        "payments/receivable_show.html",
        status=status,
        receivable=receivable,
        tone=TONES.get(receivable.state, "neutral"),
        lines=receivable_lines(receivable),
        subject=payable_link(receivable.payable),
        paid=euros(queries.paid_on(receivable)),
        cards=_cards(receivable),
        payments=[
            movement for movement in queries.movements_of(receivable.payable) if movement.label == receivable.label
        ],
        receipt=receipt if may_record and is_open and not receivable.takes_a_card else None,
        forgiving=reason if may_record and ASKED.allows("forgive", receivable) else None,
        entries=history_of(receivable.kind(), receivable.id, receivable.establishment.timezone),
    )


def _cards(receivable: Receivable) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{card.brand.title()} •••• {card.last_digits}",
            "saved": instant(card.saved_at, receivable.establishment.timezone),
        }
        for card in queries.cards_for(receivable.payable)
        if card.receivable_id == receivable.id
    ]
