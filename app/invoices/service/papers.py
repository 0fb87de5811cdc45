"""The paper of what was issued: drawn once, and tried again where the press stumbled."""

from app.invoices.documents import INVOICE
from app.invoices.models import Invoice
from app.kernel import documents
from app.kernel.access import Actor
from app.kernel.db import transaction
from app.kernel.documents import Document, DocumentState


def standing_paper(invoice: Invoice, *, actor: Actor) -> Document | None:
    """Give the paper of what was issued; one whose drawing failed is promised anew, once an ask."""
    standing = documents.latest(INVOICE.code, invoice)
    if standing is None or standing.state is not DocumentState.FAILED:
        return standing
    with transaction():
        INVOICE.renew(invoice, language=invoice.language, actor=actor)
    return documents.latest(INVOICE.code, invoice)
