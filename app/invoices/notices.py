"""The letter with which an invoice leaves, and the alarm when a series of numbers is not whole."""

from typing import Any

from app.invoices.documents import INVOICE, deducted_lines, facts_of, title_of
from app.invoices.models import Invoice
from app.invoices.permissions import CONFIGURE
from app.invoices.service.papers import standing_paper
from app.kernel import documents, files
from app.kernel.access import system
from app.kernel.formats import euros
from app.kernel.formats import phone as written_phone
from app.kernel.languages import N_, _
from app.kernel.letters import Attachment, Letter
from app.kernel.messages import Message
from app.kernel.notices import notice, notice_category

SENDER = system("invoices.send_invoice")
CATEGORY = notice_category("invoices", N_("Factures"))
SENT = notice("invoices.sent", N_("Facture envoyée"), category=CATEGORY, optional=False)
BROKEN_SERIES = notice(
    "invoices.broken_series", N_("Suite de factures à vérifier"), category=CATEGORY, optional=True, audience=CONFIGURE
)


class PaperNotDrawn(Exception):
    """The PDF is not there: the letter waits for it, and never leaves without."""


@SENT.prepared_by
def draw_paper(invoice: Invoice, _message: Message) -> list[Attachment]:
    """Have the PDF ready before the letter is composed, which attaches it itself: without it there is no letter."""
    standing_paper(invoice, actor=SENDER)
    INVOICE.ensured(invoice)
    return []


@SENT.composed_by
def sent(invoice: Invoice, _message: Message) -> Letter:
    """Say what is sent and what is due, with the PDF. Raises PaperNotDrawn where there is none."""
    drawn = documents.latest(INVOICE.code, invoice)
    if drawn is None or drawn.file is None:
        raise PaperNotDrawn(invoice.number)
    house = invoice.establishment
    words = {
        "establishment": house,
        "phone": written_phone(house.phone, house.country) if house.phone else "",
        "title": title_of(invoice),
        "is_credit_note": invoice.is_credit_note,
        "lines": [*facts_of(invoice), (_("Total TTC"), euros(invoice.gross)), *deducted_lines(invoice)],
        "due": euros(invoice.due),
        "is_paid": not invoice.due,
    }
    attachment = Attachment(drawn.filename, drawn.file.media_type, files.content_of(drawn.file))
    return Letter(words, house.name, invoice.seller["email"] or house.email, [attachment])


@BROKEN_SERIES.summarised_by
def broken_line(_invoice: Invoice, details: dict[str, Any]) -> str:
    """Say which series is not whole."""
    return _("La suite %(series)s a un trou, ou une date qui recule : vérifiez-la.", series=details["series"])
