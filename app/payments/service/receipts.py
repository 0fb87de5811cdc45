"""Receipts: made when somebody asks for one, then kept."""

from app.kernel import documents
from app.kernel.db import transaction
from app.kernel.documents import Document, DocumentState
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.payments import queries
from app.payments.documents import kind_of_receipt
from app.payments.models import Payment


def receipt_of(payment: Payment) -> Document | None:
    """Give the receipt of a payment, drawn now where it was not yet; one that failed is tried again, once an ask.

    Outside any transaction, as all drawing. Raises RuleBroken for a payment that was undone.
    """
    if queries.is_reversed(payment):
        raise RuleBroken(_("Cette écriture est contre-passée : elle n’a pas de reçu."))
    asked = queries.receivable_of(payment)
    declared, language = kind_of_receipt(asked), asked.language if asked else "fr"
    standing = documents.latest(declared.code, payment)
    with transaction():
        if standing is not None and standing.state is DocumentState.FAILED:
            declared.renew(payment, language=language)
        else:
            declared.request(payment, language=language)
    return declared.ensured(payment)
