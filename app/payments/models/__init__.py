"""The books, what is asked for, and what is known of the provider."""

from app.payments.models.asked import Purpose, Receivable, ReceivableState, RefundRequest, RefundState
from app.payments.models.books import (
    BY_HAND,
    CORRECTABLE,
    CURRENCY,
    MOST_CENTS,
    Allocation,
    BookHead,
    Chargeback,
    DailyClosing,
    Fee,
    Method,
    Movement,
    MovementNature,
    Payment,
    Refund,
    Remittance,
    Reversal,
)
from app.payments.models.disputes import Dispute, DisputeState
from app.payments.models.payables import Payable, payable_kind, payable_kinds
from app.payments.models.payouts import Payout, PayoutLine, PayoutState
from app.payments.models.provider import (
    CardCharge,
    Checkout,
    CheckoutState,
    EventTrouble,
    ProviderEvent,
    Reconciliation,
    SavedCard,
)

__all__ = [
    "BY_HAND", "CORRECTABLE", "CURRENCY", "MOST_CENTS", "Allocation", "BookHead", "CardCharge", "Chargeback",
    "Checkout", "CheckoutState", "DailyClosing", "Dispute", "DisputeState", "EventTrouble", "Fee", "Method",
    "Movement", "MovementNature", "Payable", "Payment", "Payout", "PayoutLine", "PayoutState", "ProviderEvent",
    "Purpose", "Receivable", "ReceivableState", "Reconciliation", "Refund", "RefundRequest", "RefundState",
    "Remittance", "Reversal", "SavedCard", "payable_kind", "payable_kinds",
]  # fmt: skip
