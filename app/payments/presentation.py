"""How lines, sums and refunds are said on pages."""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from app.kernel.formats import euros, full_date, instant
from app.kernel.languages import N_, _
from app.kernel.telling import record_url
from app.payments import queries
from app.payments.models import (
    Dispute,
    DisputeState,
    Movement,
    Payable,
    Payment,
    Payout,
    PayoutLine,
    PayoutState,
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
    PayoutState.ON_ITS_WAY: "info",
    PayoutState.PAID: "success",
    PayoutState.FAILED: "danger",
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
CARRIED = {
    "charge": N_("Encaissement"),
    "payment": N_("Encaissement"),
    "refund": N_("Remboursement"),
    "payment_refund": N_("Remboursement"),
    "refund_failure": N_("Remboursement échoué"),
    "adjustment": N_("Contestation"),
    "payout_failure": N_("Versement rejeté"),
    "stripe_fee": N_("Frais de Stripe"),
}
BANK_REASONS = {
    "account_closed": N_("le compte est fermé"),
    "account_frozen": N_("le compte est bloqué"),
    "bank_account_restricted": N_("le compte ne reçoit pas de tels virements"),
    "could_not_process": N_("la banque n’a pas pu le traiter"),
    "incorrect_account_holder_name": N_("le nom du titulaire n’est pas le bon"),
    "invalid_account_number": N_("le numéro de compte n’est pas le bon"),
    "no_account": N_("le compte n’existe pas"),
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
        "reason": _(request.reason) if request.reason else "",
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


def payout_lines(payout: Payout) -> list[tuple[str, str]]:
    """Say what was sent to the bank, as pairs of label and value."""
    is_there = payout.state is PayoutState.PAID
    return [
        (_("Montant"), euros(payout.amount)),
        *([(_("Sur un virement de"), euros(payout.whole))] if payout.whole != payout.amount else []),
        (_("À la banque le") if is_there else _("Attendu à la banque le"), full_date(payout.arrives_on)),
        *([(_("Rejeté parce que"), failed_because(payout))] if payout.failure else []),
        (_("Référence"), payout.reference),
    ]


def failed_because(payout: Payout) -> str:
    """Say why the bank did not take it, in words where we know the code."""
    return _(BANK_REASONS[payout.failure]) if payout.failure in BANK_REASONS else payout.failure


def remitted_lines(payout: Payout) -> list[dict[str, str]]:
    """Say the lines of the books by which it left Stripe, and came back."""
    sent = queries.movement_with_key(queries.remittance_key(payout))
    return [correction_line(line) for line in (sent, *queries.corrections_of(sent))] if sent else []


def carried_rows(carried: Iterable[PayoutLine]) -> list[dict[str, str]]:
    """Say what a payout carries, line by line, each with its page where the books know it."""
    return [
        {
            "what": _(CARRIED[line.stripe_type]) if line.stripe_type in CARRIED else line.stripe_type,
            "label": line.movement.label if line.movement else line.reference,
            "url": url_for("payments.movement_show", id=line.movement.id) if line.movement else "",
            "amount": euros(line.amount),
            "fee": euros(-line.fee) if line.fee else "",
            "net": euros(line.net),
        }
        for line in carried
    ]


def carried_sums(payout: Payout, carried: Iterable[PayoutLine]) -> dict[str, str]:
    """Sum up what a payout carries; `unsaid` is what Stripe does not say line by line."""
    carried = list(carried)
    amount, fee = sum(line.amount for line in carried), sum(line.fee for line in carried)
    unsaid = payout.amount - amount + fee
    return {
        "amount": euros(amount),
        "fee": euros(-fee),
        "net": euros(payout.amount),
        "unsaid": euros(unsaid) if unsaid else "",
    }


def payout_link(payout: Payout) -> dict[str, str]:
    """Name the payout by which a line went to the bank, with its page."""
    return {
        "label": _("%(amount)s, %(day)s", amount=euros(payout.amount), day=full_date(payout.arrives_on)),
        "url": url_for("payments.payout_show", id=payout.id),
        "state": payout.state.label,
        "tone": TONES[payout.state],
    }
