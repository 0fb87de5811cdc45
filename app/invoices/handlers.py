"""What follows from facts: an issued paper is drawn."""

from app.invoices.documents import INVOICE
from app.invoices.events import InvoiceIssued
from app.kernel.events import on


@on(InvoiceIssued)
def draw_paper(event: InvoiceIssued) -> None:
    """Promise the PDF in the language of the paper."""
    INVOICE.request(event.subject, language=event.subject.language)
