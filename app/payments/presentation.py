"""How lines, sums and refunds are said on pages."""

from typing import Any

from flask import url_for

from app.kernel.formats import euros, full_date, instant
from app.kernel.languages import _
from app.kernel.telling import record_url
from app.payments.models import Movement, Payable, Receivable, ReceivableState, RefundRequest, RefundState

TONES = {
    ReceivableState.OPEN: "warning",
    ReceivableState.SETTLED: "success",
    RefundState.ASKED: "warning",
    RefundState.PROMISED: "info",
    RefundState.DONE: "success",
    RefundState.FAILED: "danger",
}


def movement_lines(movement: Movement) -> list[tuple[str, str]]:
    """Say what a line is, as pairs of label and value."""
    return [
        (_("Montant"), euros(movement.amount)),
        (_("Moyen"), movement.method.label),
        (_("Date"), full_date(movement.booked_on)),
        (_("Écrit le"), instant(movement.at, movement.establishment.timezone)),
        (_("Libellé"), movement.label),
        *([(_("Référence"), movement.reference)] if movement.reference else []),
    ]


def receivable_lines(receivable: Receivable) -> list[tuple[str, str]]:
    """Say what is asked, as pairs of label and value."""
    zone = receivable.establishment.timezone
    return [
        (_("À titre de"), receivable.purpose.label),
        (_("Montant"), written_sum(receivable)),
        (_("Libellé"), receivable.label),
        *([(_("À payer avant"), instant(receivable.expires_at, zone))] if receivable.expires_at else []),
    ]


def written_sum(receivable: Receivable) -> str:
    """Write what is asked; of an imprint, the most that may be taken."""
    amount = euros(receivable.amount)
    return _("%(amount)s au plus", amount=amount) if receivable.takes_a_card else amount


def payable_link(payable: Payable) -> dict[str, str]:
    """Give the name of what was paid for, and its page where it has one."""
    return {"label": payable.label, "url": record_url(payable.kind, payable.id) or ""}


def refund_line(request: RefundRequest) -> dict[str, Any]:
    """Say a refund in one line, with its page."""
    return {
        "id": request.id,
        "amount": euros(request.amount),
        "reason": request.reason,
        "state": request.state.label,
        "tone": TONES.get(request.state, "neutral"),
        "asked": instant(request.asked_at, request.payment.establishment.timezone),
        "error": _(request.last_error) if request.state is RefundState.FAILED else "",
        "label": request.payment.label,
        "url": url_for("payments.refundrequest_show", id=request.id),
    }
