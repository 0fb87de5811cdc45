"""The books: the journal, one line with what corrects it, giving back, undoing."""

from typing import Any

from flask import Response, url_for

from app.kernel import datasets, navigation
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
from app.payments.datasets import JOURNAL
from app.payments.forms import ReasonForm, RefundForm
from app.payments.models import CORRECTABLE, Movement, Payment, RefundRequest, RefundState
from app.payments.presentation import (
    correction_line,
    dispute_line,
    movement_lines,
    payable_link,
    payout_link,
    refund_line,
    standing_of,
)
from app.payments.states import REFUNDS
from app.payments.views.blueprint import bp

DECISIONS: dict[str, Any] = {
    "approve": (".approval_create", service.approve_refund),
    "decline": (".refusal_create", service.decline_refund),
    "retry": (".new_attempt_create", service.retry_refund),
    "give_up": (".renunciation_create", service.give_up_refund),
}


@bp.get("")
@requires(may.VIEW)
def movement_list() -> Response:
    """Show the books, and what waits for a decision above them."""
    actor = acting()
    waiting = [refund_line(request) for request in queries.refunds_to_decide(actor)]
    return datasets.list_page(
        JOURNAL,
        "payments/movement_list.html",
        waiting=waiting,
        disputes=[dispute_line(dispute) for dispute in queries.disputes_to_answer(actor)],
        may_export=actor.may(may.EXPORT),
    )


@bp.get("/<uuid:id>")
@requires(may.VIEW, on=Movement)
def movement_show(movement: Movement) -> Response:
    """Show one line: what it is, what corrects it, what may be done with it."""
    return _movement_page(movement)


@bp.get("/<uuid:id>/remboursement")
@requires(may.REFUND, on=Movement)
def refund_new(movement: Movement) -> Response:
    """Ask how much goes back, and why."""
    left = queries.refundable_of(movement) if isinstance(movement, Payment) else 0
    return _refund_page(movement, RefundForm(amount=left))


@bp.post("/<uuid:id>/remboursement")
@requires(may.REFUND, on=Movement)
def refund_create(movement: Movement) -> Response:
    """Give back, or ask a second person to decide."""
    form = RefundForm()
    if not form.validate_on_submit():
        return _refund_page(movement, form, 422)
    if not isinstance(movement, Payment):
        raise RuleBroken(_("Seul un encaissement se rembourse."))
    try:
        with transaction():
            request = service.refund_payment(
                movement,
                amount=form.amount.data,
                reason=form.reason.data or "",
                key=f"{movement.id}:{form.key.data}",
                actor=acting(),
            )
    except RuleBroken as refusal:
        return _refund_page(movement, form, put(refusal, form, beside="amount"))
    return done(None, message=_told(request), fallback=url_for(".movement_show", id=movement.id))


@bp.get("/<uuid:id>/contre-passation")
@requires(may.CLOSE, on=Movement)
def reversal_new(movement: Movement) -> Response:
    """Ask why a line is undone."""
    return _reversal_page(movement, ReasonForm())


@bp.post("/<uuid:id>/contre-passation")
@requires(may.CLOSE, on=Movement)
def reversal_create(movement: Movement) -> Response:
    """Undo a line by another."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _reversal_page(movement, form, 422)
    with transaction():
        service.reverse_movement(movement, reason=form.reason.data or "", actor=acting())
    return done(None, message=_("L’écriture est contre-passée."), fallback=url_for(".movement_show", id=movement.id))


# --- refunds that wait ------------------------------------------------------------------------------------------


@bp.get("/remboursements/<uuid:id>")
@requires(may.VIEW, on=RefundRequest)
def refundrequest_show(refundrequest: RefundRequest) -> Response:
    """Show a refund somebody asked for, who may decide, and whether the money is still there to go back."""
    waits = refundrequest.state in (RefundState.ASKED, RefundState.FAILED)
    left = queries.refundable_for(refundrequest) if waits else None
    is_short = left is not None and left < refundrequest.amount
    acts = [
        {"label": transition.label, "url": url_for(DECISIONS[transition.name][0], id=refundrequest.id)}
        for transition in REFUNDS.available(refundrequest, acting())
        if transition.name in DECISIONS and not (is_short and transition.target is RefundState.PROMISED)
    ]
    return page(
        "payments/refundrequest_show.html",
        request_shown=refund_line(refundrequest),
        movement=refundrequest.payment,
        left=None if left is None else euros(left),
        is_short=is_short,
        acts=acts,
        entries=history_of(refundrequest.kind(), refundrequest.id, refundrequest.payment.establishment.timezone),
    )


@bp.post("/remboursements/<uuid:id>/acceptation")
@requires(may.REFUND, on=RefundRequest)
def approval_create(refundrequest: RefundRequest) -> Response:
    """Agree as the second person."""
    return _decided("approve", refundrequest)


@bp.post("/remboursements/<uuid:id>/refus")
@requires(may.REFUND, on=RefundRequest)
def refusal_create(refundrequest: RefundRequest) -> Response:
    """Refuse."""
    return _decided("decline", refundrequest)


@bp.post("/remboursements/<uuid:id>/nouvel-essai")
@requires(may.REFUND, on=RefundRequest)
def new_attempt_create(refundrequest: RefundRequest) -> Response:
    """Try once more what failed."""
    return _decided("retry", refundrequest)


@bp.post("/remboursements/<uuid:id>/abandon")
@requires(may.REFUND, on=RefundRequest)
def renunciation_create(refundrequest: RefundRequest) -> Response:
    """Leave what failed."""
    return _decided("give_up", refundrequest)


def _decided(name: str, request: RefundRequest) -> Response:
    with transaction():
        DECISIONS[name][1](request, actor=acting())
    return done(None, message=_told(request), fallback=url_for(".refundrequest_show", id=request.id))


def _told(request: RefundRequest) -> str:
    said = {
        RefundState.ASKED: _("Le remboursement attend la décision d’une seconde personne."),
        RefundState.PROMISED: _("Le remboursement part à l’instant vers la carte."),
        RefundState.DONE: _("Le remboursement est noté : rendez la somme."),
    }
    return said.get(request.state, _("C’est noté."))


# --- pages ------------------------------------------------------------------------------------------------------


def _movement_page(movement: Movement) -> Response:
    actor = acting()
    is_payment = isinstance(movement, Payment)
    left = queries.refundable_of(movement) if isinstance(movement, Payment) else 0
    disputes = queries.disputes_on(movement) if is_payment else []
    standing = None
    if isinstance(movement, Payment):
        standing = standing_of(movement, queries.remaining_of(movement), disputes)
    may_undo = movement.nature in CORRECTABLE and actor.may(may.CLOSE, movement)
    return page(
        "payments/movement_show.html",
        movement=movement,
        lines=[*movement_lines(movement), *_cost(movement)],
        subject=payable_link(movement.payable),
        corrected=movement.corrects,
        payouts=[payout_link(payout) for payout in queries.payouts_carrying(movement)],
        corrections=[correction_line(line) for line in queries.corrections_of(movement)],
        disputes=[dispute_line(dispute) for dispute in disputes],
        standing=standing,
        refunds=[refund_line(each) for each in queries.refunds_of(movement)] if is_payment else [],
        refund_url=url_for(".refund_new", id=movement.id) if left and actor.may(may.REFUND, movement) else "",
        receipt_url=url_for(".receipt_show", id=movement.id)
        if isinstance(movement, Payment) and not queries.is_reversed(movement)
        else "",
        reversal_url=url_for(".reversal_new", id=movement.id) if may_undo and (left or not is_payment) else "",
        entries=history_of(movement.kind(), movement.id, movement.establishment.timezone),
        panels=navigation.panels_on(movement, actor),
    )


def _cost(movement: Movement) -> list[tuple[str, str]]:
    kept = queries.fees_on(movement)
    return [(_("Frais bancaires"), euros(kept)), (_("Net de frais"), euros(movement.amount - kept))] if kept else []


def _refund_page(movement: Movement, form: RefundForm, status: int = 200) -> Response:
    return page("payments/refund_new.html", status=status, movement=movement, form=form, lines=movement_lines(movement))


def _reversal_page(movement: Movement, form: ReasonForm, status: int = 200) -> Response:
    return page(
        "payments/reversal_new.html", status=status, movement=movement, form=form, lines=movement_lines(movement)
    )
