"""Who bills whom, under which rates of the day, and what was billed."""

from app.invoices.models.papers import (
    Deduction,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    NumberSeries,
    Operation,
    Unit,
)
from app.invoices.models.parties import Issuer, LegalForm, Recipient, RecipientKind
from app.invoices.models.rates import VatCategory, VatRate

__all__ = [
    "Deduction", "Invoice", "InvoiceKind", "InvoiceLine", "InvoiceState", "Issuer", "LegalForm", "NumberSeries",
    "Operation", "Recipient", "RecipientKind", "Unit", "VatCategory", "VatRate",
]  # fmt: skip
