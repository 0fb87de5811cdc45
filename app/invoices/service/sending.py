"""Sending: an issued paper leaves by mail with its PDF."""

from email_validator import EmailNotValidError, validate_email

from app.invoices import notices
from app.invoices.events import InvoiceSent
from app.invoices.models import Invoice
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.notices import Recipient


def send_invoice(invoice: Invoice, address: str, *, actor: Actor) -> None:
    """Put an issued paper on its way to an address. Raises RuleBroken for a draft, or for what is no address.

    Asked twice within a minute for the same address, it leaves once.
    """
    if not invoice.is_issued:
        raise RuleBroken(_("Émettez d’abord la facture : un brouillon ne s’envoie pas."))
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise RuleBroken(_("Cette adresse e-mail n’est pas valable."), "address") from error
    to = Recipient(invoice.buyer_name, address, invoice.language, invoice.recipient.person_id)
    notices.SENT.send(to=to, about=invoice, key=f"{invoice.id}:{address}:{clock.now():%Y%m%d%H%M}")
    publish(InvoiceSent(invoice, actor))
