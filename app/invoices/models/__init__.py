"""Who bills (Issuer), whom (Recipient), under which rates and wordings of the day, and what was billed."""

from app.invoices.models.papers import Invoice, InvoiceKind, InvoiceLine, InvoiceState, NumberSeries, Operation, Unit
from app.invoices.models.parties import Issuer, LegalForm, Recipient, RecipientKind
from app.invoices.models.rates import VatCategory, VatRate

__all__ = [
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceState",
    "Issuer",
    "LegalForm",
    "NumberSeries",
    "Operation",
    "Recipient",
    "RecipientKind",
    "Unit",
    "VatCategory",
    "VatRate",
]
