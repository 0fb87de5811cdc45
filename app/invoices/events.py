"""What happens to invoices, to those they are for, and to what the law wants on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Invoice", N_("Facture"))
subject_kind("Recipient", N_("Destinataire de factures"))
subject_kind("Issuer", N_("Émetteur de factures"))
subject_kind("VatRate", N_("Taux de TVA"))
subject_kind("LegalWording", N_("Mention légale"))


@dataclass(frozen=True, eq=False)
class InvoiceDrafted(Event):
    """A draft was begun."""

    code = "invoices.invoice_drafted"
    heading = N_("Brouillon de facture")
    sentence = N_("a préparé le brouillon")
    icon = "pencil"


@dataclass(frozen=True, eq=False)
class InvoiceChanged(Event):
    """A draft was rewritten."""

    code = "invoices.invoice_changed"
    heading = N_("Brouillon modifié")
    sentence = N_("a modifié le brouillon")
    icon = "pencil"


@dataclass(frozen=True, eq=False)
class InvoiceDiscarded(Event):
    """A draft was thrown away; it had no number."""

    code = "invoices.invoice_discarded"
    heading = N_("Brouillon supprimé")
    sentence = N_("a supprimé le brouillon")
    icon = "trash"


@dataclass(frozen=True, eq=False)
class InvoiceIssued(Event):
    """The paper has its number, and stands for ever."""

    code = "invoices.invoice_issued"
    heading = N_("Facture émise")
    sentence = N_("a émis %(number)s")
    icon = "file-text"

    number: str
    gross: int


@dataclass(frozen=True, eq=False)
class InvoiceCredited(Event):
    """A credit note gives back all of it, or part."""

    code = "invoices.invoice_credited"
    heading = N_("Avoir émis")
    sentence = N_("a émis l’avoir %(number)s sur cette facture")
    icon = "undo"

    number: str
    gross: int


@dataclass(frozen=True, eq=False)
class DepositDeducted(Event):
    """An issued invoice takes this deposit into account; `amount` is in cents."""

    code = "invoices.deposit_deducted"
    heading = N_("Acompte déduit")
    sentence = N_("a déduit cet acompte de %(number)s")
    icon = "file-text"

    number: str
    amount: int


@dataclass(frozen=True, eq=False)
class DepositGivenBack(Event):
    """A credit note gave back the invoice that deducted this deposit: it may be deducted again."""

    code = "invoices.deposit_given_back"
    heading = N_("Acompte de nouveau à déduire")
    sentence = N_("a libéré cet acompte par l’avoir %(number)s")
    icon = "undo"

    number: str
    amount: int


@dataclass(frozen=True, eq=False)
class InvoiceSent(Event):
    """The paper left by mail."""

    code = "invoices.invoice_sent"
    heading = N_("Facture envoyée")
    sentence = N_("a envoyé la facture par e-mail")
    icon = "send"


@dataclass(frozen=True, eq=False)
class RecipientKept(Event):
    """Somebody who is billed was noted, or their record changed."""

    code = "invoices.recipient_kept"
    heading = N_("Destinataire enregistré")
    sentence = N_("a enregistré ce destinataire")
    icon = "user"


@dataclass(frozen=True, eq=False)
class IssuerDescribed(Event):
    """What invoices say of the house changed."""

    code = "invoices.issuer_described"
    heading = N_("Mentions des factures modifiées")
    sentence = N_("a modifié les mentions des factures")
    icon = "settings"
    labels: ClassVar[Mapping[str, str]] = {
        "legal_name": N_("Dénomination"),
        "legal_form": N_("Forme juridique"),
        "capital": N_("Capital"),
        "siren": N_("SIREN"),
        "register_city": N_("Ville du RCS"),
        "vat_number": N_("Numéro de TVA"),
        "vat_on_debits": N_("Option pour les débits"),
        "address_line1": N_("Adresse"),
        "address_line2": N_("Complément d’adresse"),
        "postal_code": N_("Code postal"),
        "city": N_("Ville"),
        "country": N_("Pays"),
        "email": N_("Adresse e-mail"),
        "iban": N_("IBAN"),
        "bic": N_("BIC"),
        "payment_days": N_("Délai de paiement, en jours"),
    }


@dataclass(frozen=True, eq=False)
class VatRateSet(Event):
    """A rate holds from a day on."""

    code = "invoices.vat_rate_set"
    heading = N_("Taux de TVA enregistré")
    sentence = N_("a enregistré un taux de TVA")
    icon = "settings"


@dataclass(frozen=True, eq=False)
class WordingSet(Event):
    """A wording holds from a day on."""

    code = "invoices.wording_set"
    heading = N_("Mention légale enregistrée")
    sentence = N_("a enregistré une mention légale")
    icon = "settings"
