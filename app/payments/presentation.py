"""How lines, sums and refunds are said on pages."""

from typing import Any

from flask import url_for

from app.kernel.formats import euros, full_date, instant
from app.kernel.languages import N_, _
from app.kernel.telling import record_url
from app.payments.models import (
    Dispute,
    DisputeState,
    Movement,
    Payable,
    Payment,
    Receivable,
    ReceivableState,
    RefundRequest,
    RefundState,
)

TONES = {
    ReceivableState.OPEN: "warning",
    ReceivableState.SETTLED: "success",
    RefundState.ASKED: "warning",
    RefundState.PROMISED: "info",
    RefundState.DONE: "success",
    RefundState.FAILED: "danger",
    DisputeState.TO_ANSWER: "warning",
    DisputeState.REVIEWED: "info",
    DisputeState.WON: "success",
    DisputeState.LOST: "danger",
}
REASONS = {
    "fraudulent": N_("le porteur de la carte ne reconnaît pas ce paiement"),
    "unrecognized": N_("le porteur de la carte ne reconnaît pas ce paiement"),
    "duplicate": N_("débité deux fois"),
    "credit_not_processed": N_("un remboursement était attendu"),
    "product_not_received": N_("la prestation n’a pas eu lieu"),
    "product_unacceptable": N_("la prestation ne convenait pas"),
    "subscription_canceled": N_("la réservation était annulée"),
}
AT_STRIPE = "https://dashboard.stripe.com/disputes/"


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


def correction_line(movement: Movement) -> dict[str, str]:
    """Say a line that follows from another: what it is, how much, when, with its page."""
    nature = movement.nature.label
    return {
        "nature": nature,
        "what": _("%(nature)s n° %(number)s", nature=nature, number=movement.number),
        "amount": euros(movement.amount),
        "day": full_date(movement.booked_on),
        "url": url_for("payments.movement_show", id=movement.id),
    }


def standing_of(payment: Payment, left: int, disputes: list[Dispute]) -> tuple[str, str] | None:
    """Say in a word how a payment stands, with its tone, where anything happened to it."""
    if any(dispute.is_open for dispute in disputes):
        return _("Contesté"), "warning"
    if left < payment.amount:
        return (_("Rendu en partie"), "info") if left else (_("Plus rien à la maison"), "neutral")
    return None


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


def dispute_lines(dispute: Dispute) -> list[tuple[str, str]]:
    """Say what is contested, as pairs of label and value."""
    zone = dispute.establishment.timezone
    return [
        (_("Montant contesté"), euros(dispute.amount)),
        (_("Motif donné à la banque"), contested_because(dispute)),
        (_("Contesté le"), instant(dispute.opened_at, zone)),
        *([(_("Répondre avant"), instant(dispute.answer_by, zone))] if dispute.is_open and dispute.answer_by else []),
        *([(_("Terminée le"), instant(dispute.closed_at, zone))] if dispute.closed_at else []),
        (_("Référence"), dispute.reference),
    ]


def contested_because(dispute: Dispute) -> str:
    """Say why, in words where the bank's code has some."""
    return _(REASONS[dispute.reason]) if dispute.reason in REASONS else _("sans motif précis")


def dispute_line(dispute: Dispute) -> dict[str, Any]:
    """Say a dispute in one line, with its page."""
    return {
        "amount": euros(dispute.amount),
        "label": dispute.payment.label,
        "reason": contested_because(dispute),
        "state": dispute.state.label,
        "tone": TONES.get(dispute.state, "neutral"),
        "url": url_for("payments.dispute_show", id=dispute.id),
    }
