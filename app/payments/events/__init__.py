"""What happens to money. Amounts are said in the facts as they are written; the subject names the record."""

from app.kernel.events import subject_kind
from app.kernel.languages import N_
from app.payments.events.asked import (
    CardCharged,
    CardForgotten,
    CardNotForgotten,
    CardReleased,
    ChargeUnanswered,
    PaymentArrivedLate,
    PaymentAsked,
    PaymentDeclined,
    PaymentExpired,
    PaymentForgiven,
    PaymentLinkSent,
    PaymentReceived,
    PaymentReleased,
    PaymentSettled,
)
from app.payments.events.books import (
    BooksExported,
    ChargebackBooked,
    DayClosed,
    DifferencesFound,
    DisputeClosed,
    DisputeOpened,
    FeeBooked,
    MovementReversed,
    PaymentRefunded,
    PaymentRulesChanged,
    PayoutArrived,
    PayoutFailed,
    PayoutSent,
    RefundAsked,
    RefundDecided,
    RefundFailed,
    RefundFound,
    RefundPromised,
    RemittanceBooked,
)

__all__ = [
    "BooksExported", "CardCharged", "CardForgotten", "CardNotForgotten", "CardReleased", "ChargeUnanswered",
    "ChargebackBooked", "DayClosed", "DifferencesFound", "DisputeClosed", "DisputeOpened", "FeeBooked",
    "MovementReversed", "PaymentArrivedLate", "PaymentAsked", "PaymentDeclined", "PaymentExpired",
    "PaymentForgiven", "PaymentLinkSent", "PaymentReceived", "PaymentRefunded", "PaymentReleased",
    "PaymentRulesChanged", "PaymentSettled", "PayoutArrived", "PayoutFailed", "PayoutSent", "RefundAsked",
    "RefundDecided", "RefundFailed", "RefundFound", "RefundPromised", "RemittanceBooked", "written_amount",
]  # fmt: skip

subject_kind("Establishment", N_("Établissement"))
subject_kind("Receivable", N_("Somme demandée"))
subject_kind("Payment", N_("Encaissement"))
subject_kind("Refund", N_("Remboursement"))
subject_kind("Reversal", N_("Contre-passation"))
subject_kind("Chargeback", N_("Reprise par la banque"))
subject_kind("Fee", N_("Frais bancaires"))
subject_kind("Payout", N_("Versement de Stripe"))
subject_kind("Remittance", N_("Versement à la banque"))
subject_kind("Dispute", N_("Paiement contesté"))
subject_kind("RefundRequest", N_("Demande de remboursement"))
subject_kind("DailyClosing", N_("Journée arrêtée"))
subject_kind("Reconciliation", N_("Rapprochement avec Stripe"))


def written_amount(cents: int) -> str:
    """Write an amount as facts keep it, whoever reads them later: "1234,50 €"."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02} €"
