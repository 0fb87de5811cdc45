"""The papers: an invoice as it is read, with its Factur-X inside; and the words and figures it is drawn from."""

from typing import Any

from app.invoices import facturx
from app.invoices.identifiers import spaced_iban, spaced_siren
from app.invoices.models import Deduction, Invoice, Unit, VatCategory
from app.kernel.documents import document
from app.kernel.formats import euros, number, written_date
from app.kernel.languages import N_, _
from app.kernel.printing import Archive

# What follows a quantity; a piece needs no word.
SHORT_UNITS = {
    Unit.PIECE: "",
    Unit.PERSON: N_("pers."),
    Unit.HOUR: N_("h"),
    Unit.DAY: N_("j"),
    Unit.KILOGRAM: N_("kg"),
}


def paper_of(invoice: Invoice) -> dict[str, Any]:
    """Give what a paper says, written for its reader: parties, lines, totals, legal words."""
    sums = invoice.totals()
    return {
        "invoice": invoice,
        "establishment": invoice.establishment,
        "title": title_of(invoice),
        "issuer": invoice.seller.get("name", ""),
        "legal": facturx.legal_line(invoice.seller) if invoice.seller else "",
        "facts": facts_of(invoice),
        "seller": party_lines(invoice.seller),
        "buyer": party_lines(invoice.buyer),
        "lines": [
            {
                "label": line.label,
                "quantity": number(line.quantity.normalize()),
                "unit": _(SHORT_UNITS[line.unit]),
                "price": euros(line.unit_price),
                "vat": rate_words(line.vat_rate) if line.vat_category is VatCategory.STANDARD else "—",
                "net": euros(line.net),
            }
            for line in invoice.lines
        ],
        "groups": [
            (
                rate_words(group.rate) if group.rate else VatCategory(group.category).label,
                euros(group.net),
                euros(group.vat),
            )
            for group in sums.groups
        ],
        "net": euros(sums.net),
        "vat": euros(sums.vat),
        "gross": euros(sums.gross),
        "deductions": [_deducted(each) for each in invoice.deductions],
        "due": euros(sums.due),
        "iban": spaced_iban(invoice.seller.get("iban", "")),
        "mentions": list(invoice.mentions.values()),
    }


def title_of(invoice: Invoice) -> str:
    """Name a paper: "Facture F2026-000001"."""
    return f"{invoice.invoice_kind.label} {invoice.number or ''}".strip()


def facts_of(invoice: Invoice) -> list[tuple[str, str]]:
    """Give the dates and references that stand at the head of a paper; what is not known yet is left out."""
    preceding = invoice.preceding
    shown = [
        (_("Date"), written_date(invoice.issue_date) if invoice.issue_date else ""),
        (_("Date de la prestation"), written_date(invoice.supply_date)),
        (
            _("À payer avant le"),
            written_date(invoice.due_date) if invoice.due_date and not invoice.is_credit_note else "",
        ),
        (_("Bon de commande"), invoice.order_reference),
        (_("Référence"), invoice.reference),
        (_("Facture d’origine"), _numbered(preceding) if preceding else ""),
    ]
    return [(label, value) for label, value in shown if value]


def deducted_lines(invoice: Invoice) -> list[tuple[str, str]]:
    """Say in a letter which deposits a paper deducts, or gives back, and what a credit note then comes to."""
    said = [_deducted(each) for each in invoice.deductions]
    lines = [(each["label"], _("%(paper)s, %(amount)s", paper=each["paper"], amount=each["amount"])) for each in said]
    return [*lines, *([(_("À rendre"), euros(invoice.due))] if lines and invoice.is_credit_note else [])]


def party_lines(party: dict[str, Any]) -> list[str]:
    """Write a party under its name: address, numbers."""
    siren, vat_number = party.get("siren"), party.get("vat_number")
    country = party.get("country", "")
    lines = [
        party.get("address_line1", ""),
        party.get("address_line2", ""),
        f"{party.get('postal_code', '')} {party.get('city', '')}".strip()
        + (f", {country}" if country not in ("", "FR") else ""),
        _("SIREN %(siren)s", siren=spaced_siren(siren)) if siren else "",
        _("TVA %(number)s", number=vat_number) if vat_number else "",
    ]
    return [line for line in lines if line]


def rate_words(basis_points: int) -> str:
    """Write "5,5 %"."""
    return _("%(rate)s %%", rate=number(basis_points / 100))


def _deducted(deduction: Deduction) -> dict[str, Any]:
    """Say what a paper does with a deposit, in words and figures."""
    return {
        "id": deduction.deposit.id,
        "label": _("Acompte à déduire de nouveau") if deduction.gives_back else _("Acompte déduit"),
        "number": deduction.deposit.number,
        "paper": _numbered(deduction.deposit),
        "amount": euros(-deduction.amount),
        "vat": _("dont TVA %(vat)s", vat=euros(deduction.vat)) if deduction.vat else "",
    }


def _numbered(invoice: Invoice) -> str:
    day = written_date(invoice.issue_date) if invoice.issue_date else ""
    return _("%(number)s du %(day)s", number=invoice.number, day=day)


def _context(invoice: Invoice) -> dict[str, Any] | None:
    if invoice.xml is None:
        return None
    archive = Archive(facturx.FILENAME, invoice.xml, str(facturx.METADATA))
    return {**paper_of(invoice), "archive": archive}


INVOICE = document(
    "invoices.invoice",
    N_("Facture"),
    filename=lambda invoice: f"{invoice.number}.pdf",
    template="documents/invoices/invoice.html",
    context=_context,
    keep_years=10,
)
