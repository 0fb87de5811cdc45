"""What the law wants on an invoice (CGI, annex II, article 242 nonies A; commercial code, L441-9), and what is missing.

Which words, and from which day, is read from dated rows; which of them a paper needs is said here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.invoices.law import BUYER_SIREN, DEBITS, DISCOUNT, INDEMNITY, LATE_PENALTIES, OPERATION
from app.invoices.models import Invoice, Issuer, Recipient, VatCategory
from app.kernel.choices import Choice
from app.kernel.languages import N_, _
from app.kernel.law import label_of


class Place(Choice):
    """Where a mention is set."""

    ISSUER = "issuer", N_("Mentions de la maison")
    RECIPIENT = "recipient", N_("Fiche du destinataire")
    DRAFT = "draft", N_("Brouillon")
    LAW = "law", N_("Taux et mentions légales")


@dataclass(frozen=True)
class Missing:
    """A mention that is not there, and where it is set."""

    label: str
    place: Place


def missing(invoice: Invoice, wordings: Mapping[str, str]) -> list[Missing]:
    """List what stands in the way of issuing, given the legal words of the day."""
    issuer, recipient = invoice.issuer, invoice.recipient
    return [
        *_lacking(_asked_of_issuer(issuer, invoice), Place.ISSUER),
        *(
            []
            if invoice.buyer_is_forgotten
            else _lacking(_asked_of_recipient(recipient, invoice, wordings), Place.RECIPIENT)
        ),
        *([] if invoice.lines else [Missing(_("Au moins une ligne"), Place.DRAFT)]),
        *(Missing(label_of(key), Place.LAW) for key in needed_wordings(invoice) if key not in wordings),
    ]


def needed_wordings(invoice: Invoice) -> list[str]:
    """Name the legal words this paper cannot go without."""
    keys = []
    if invoice.recipient.is_organisation and not invoice.is_credit_note:
        keys += [LATE_PENALTIES, INDEMNITY, DISCOUNT]
    if invoice.issuer.vat_on_debits and any(line.vat_category is VatCategory.STANDARD for line in invoice.lines):
        keys.append(DEBITS)
    exempt = (line.vat_key for line in invoice.lines if line.vat_category is not VatCategory.STANDARD)
    return [*keys, *(f"vat.{key}" for key in dict.fromkeys(exempt))]


def printed(invoice: Invoice, wordings: Mapping[str, str]) -> dict[str, str]:
    """Give the legal words of this paper, by their keys."""
    words = {key: wordings[key] for key in needed_wordings(invoice) if wordings.get(key)}
    if wordings.get(OPERATION):
        kind = invoice.operation.label
        words[OPERATION] = wordings[OPERATION].replace("{operation}", kind[:1].lower() + kind[1:])
    return words


def _asked_of_issuer(issuer: Issuer, invoice: Invoice) -> dict[str, object]:
    asked: dict[str, object] = {
        N_("Dénomination sociale"): issuer.legal_name,
        N_("SIREN"): issuer.siren,
        **_address(issuer),
    }
    if issuer.legal_form.is_company:
        asked |= {N_("Capital social"): issuer.capital, N_("Ville du RCS"): issuer.register_city}
    if any(line.vat_category is not VatCategory.EXEMPT for line in invoice.lines):
        asked[N_("Numéro de TVA intracommunautaire")] = issuer.vat_number
    return asked


def _asked_of_recipient(recipient: Recipient, invoice: Invoice, wordings: Mapping[str, str]) -> dict[str, object]:
    asked: dict[str, object] = {N_("Nom du destinataire"): recipient.name, **_address(recipient)}
    if recipient.is_organisation and recipient.country == "FR" and wordings.get(BUYER_SIREN):
        asked[N_("SIREN du destinataire")] = recipient.siren
    if any(line.vat_category is VatCategory.REVERSE_CHARGE for line in invoice.lines):
        asked[N_("Numéro de TVA du destinataire")] = recipient.vat_number
    return asked


def _address(party: Issuer | Recipient) -> dict[str, object]:
    return {
        N_("Adresse"): party.address_line1,
        N_("Code postal"): party.postal_code,
        N_("Ville"): party.city,
        N_("Pays"): party.country,
    }


def _lacking(asked: Mapping[str, object], place: Place) -> list[Missing]:
    return [Missing(_(label), place) for label, value in asked.items() if value in ("", None)]
