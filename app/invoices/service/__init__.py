"""The verbs of invoicing: note whom one bills, draft, issue, give back; and keep what the law wants said."""

from app.invoices.service.drafting import (
    InvoiceWanted,
    LineWanted,
    change_draft,
    discard_draft,
    draft_credit_note,
    draft_invoice,
)
from app.invoices.service.issuing import MentionsMissing, issue_invoice, missing_mentions
from app.invoices.service.law import set_vat_rate, set_wording
from app.invoices.service.papers import standing_paper
from app.invoices.service.parties import (
    IssuerWanted,
    RecipientWanted,
    describe_issuer,
    forget_recipients,
    issuer_for,
    keep_recipient,
)
from app.invoices.service.sending import send_invoice

__all__ = [
    "InvoiceWanted", "IssuerWanted", "LineWanted", "MentionsMissing", "RecipientWanted", "change_draft",
    "describe_issuer", "discard_draft", "draft_credit_note", "draft_invoice", "forget_recipients", "issue_invoice",
    "issuer_for", "keep_recipient", "missing_mentions", "send_invoice", "set_vat_rate", "set_wording",
    "standing_paper",
]  # fmt: skip
