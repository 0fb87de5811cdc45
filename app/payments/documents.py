"""Receipts: what came in, from whom, for what, and the word of law under which it was asked."""

from datetime import date
from typing import Any

from app.kernel import clock, formats
from app.kernel.documents import DeclaredDocument, document
from app.kernel.file_panels import documents_shown
from app.kernel.formats import euros, full_date
from app.kernel.languages import N_, _
from app.kernel.law import law_says
from app.kernel.navigation import panel
from app.payments import queries
from app.payments.law import RECEIPT_LAW
from app.payments.models import Payment, Purpose, Receivable
from app.payments.permissions import RECORD, VIEW

TITLES = {Purpose.PLEDGE: N_("Reçu d’arrhes"), Purpose.DEPOSIT: N_("Reçu d’acompte")}


def receipt_words(payment: Payment, asked: Receivable | None) -> dict[str, Any]:
    """Say what a receipt says, for a payment and what it was asked for."""
    house, purpose = payment.establishment, asked.purpose if asked else None
    lines = [
        (_("Reçu de"), asked.payer_name if asked else ""),
        (_("Pour"), payment.label),
        (_("À titre de"), purpose.label if purpose else ""),
        (_("Moyen de paiement"), payment.method.label),
        (_("Reçu le"), full_date(payment.booked_on)),
    ]
    return {
        "payment": payment,
        "establishment": house,
        "issuer": house.name,
        "title": _(TITLES[purpose]) if purpose in TITLES else _("Reçu de paiement"),
        "number": _number(payment),
        "amount": euros(payment.amount),
        "purpose": purpose.label if purpose else "",
        "lines": [(label, value) for label, value in lines if value],
        "reference": payment.reference,
        "law": law_says(RECEIPT_LAW[purpose], _asked_on(asked)) if asked and purpose in RECEIPT_LAW else "",
        "rule": asked.rule if asked else "",
        "phone": formats.phone(house.phone, house.country) if house.phone else "",
    }


def kind_of_receipt(asked: Receivable | None) -> DeclaredDocument:
    """Tell which of the two papers is the receipt of what was asked."""
    return DEPOSIT_RECEIPT if asked is not None and asked.purpose in TITLES else RECEIPT


def _context(payment: Payment) -> dict[str, Any] | None:
    return None if queries.is_reversed(payment) else receipt_words(payment, queries.receivable_of(payment))


def _asked_on(asked: Receivable) -> date:
    """Give the day on which it was asked: the payer keeps the words of law they were told."""
    return clock.local(asked.created_at, asked.establishment.timezone).date()


def _number(payment: Payment) -> str:
    return f"{payment.number:06}"


RECEIPT = document(
    "payments.payment_receipt",
    N_("Reçu de paiement"),
    filename=lambda payment: f"recu-{_number(payment)}.pdf",
    template="documents/payments/receipt.html",
    context=_context,
    keep_years=10,
    number=_number,
    permission=VIEW,
    remake=RECORD,
)
DEPOSIT_RECEIPT = document(
    "payments.deposit_receipt",
    N_("Reçu d’arrhes ou d’acompte"),
    filename=RECEIPT.filename,
    template=RECEIPT.template,
    context=_context,
    keep_years=RECEIPT.keep_years,
    number=_number,
    permission=VIEW,
    remake=RECORD,
)

panel(
    Payment.kind(),
    "files/_documents_panel.html",
    VIEW,
    lambda payment: documents_shown(payment, payment.establishment.timezone),
)
