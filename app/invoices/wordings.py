"""The words a house may put on its invoices beside what the law wants, and an invoice to show them on."""

from datetime import date, timedelta
from decimal import Decimal

from app.directory.models import Establishment
from app.invoices.documents import INVOICE, paper_of
from app.invoices.mentions import printed
from app.invoices.models import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Issuer,
    LegalForm,
    Operation,
    Recipient,
    RecipientKind,
    Unit,
    VatCategory,
)
from app.invoices.queries import issuer_of, rates_on
from app.invoices.service.issuing import buyer_of, seller_of
from app.kernel.formats import written_date
from app.kernel.languages import N_, _, current_language
from app.kernel.law import words_on
from app.kernel.letters import Letter
from app.kernel.wordings import Tag, wording


def _sample(house: Establishment) -> Letter:
    """Give an invoice nobody issued, to somebody who does not exist: it takes no number and is kept nowhere."""
    invoice, today = _unissued(house), house.today()
    issuer = issuer_of(house.organisation_id) or _issuer(house)
    invoice.issuer, invoice.recipient = issuer, _recipient(house)
    invoice.seller, invoice.buyer = seller_of(invoice, issuer), buyer_of(invoice)
    invoice.lines = _lines(today)
    invoice.gross = invoice.totals().gross
    invoice.mentions = printed(invoice, words_on(today, current_language()))
    return Letter(paper_of(invoice), house.name)


def _unissued(house: Establishment) -> Invoice:
    today = house.today()
    return Invoice(
        establishment=house,
        invoice_kind=InvoiceKind.INVOICE,
        language=current_language(),
        operation=Operation.SERVICES,
        number=f"F{today.year}-000128",
        supply_date=today,
        issue_date=today,
        due_date=today + timedelta(days=30),
        order_reference="BC-118",
        reference="",
        note="",
        prepaid=0,
    )


def _issuer(house: Establishment) -> Issuer:
    place = {
        name: getattr(house, name) for name in ("address_line1", "address_line2", "postal_code", "city", "country")
    }
    numbers = {"siren": "", "vat_number": "", "register_city": house.city, "iban": "", "bic": ""}
    return Issuer(
        legal_name=house.organisation.name,
        legal_form=LegalForm.SOLE_TRADER,
        email=house.email,
        vat_on_debits=False,
        **place,
        **numbers,
    )


def _recipient(house: Establishment) -> Recipient:
    return Recipient(
        recipient_kind=RecipientKind.ORGANISATION,
        name="Imprimerie Delorme",
        siren="123456782",
        vat_number="FR11123456782",
        address_line1="4 quai du Châtelet",
        address_line2="",
        postal_code=house.postal_code,
        city=house.city,
        country=house.country,
        email="",
    )


def _lines(today: date) -> list[InvoiceLine]:
    taxed = (rate for rate in rates_on(today).values() if rate.category is VatCategory.STANDARD)
    rates = sorted(taxed, key=lambda rate: rate.rate)[-2:]
    sold = ((_("Menu du marché"), Decimal(24), Unit.PERSON, 35_00), (_("Vins"), Decimal(12), Unit.PIECE, 22_50))
    lines = [
        InvoiceLine(
            label=label,
            quantity=quantity,
            unit=unit,
            unit_price=price,
            vat_key=rate.key,
            vat_category=rate.category,
            vat_rate=rate.rate,
        )
        for (label, quantity, unit, price), rate in zip(sold, rates, strict=False)
    ]
    for line in lines:
        line.price()
    return lines


wording(
    INVOICE.code,
    N_("Facture et avoir"),
    opening=(),
    closing=(N_("Merci de votre confiance."),),
    tags=(
        Tag("numero", N_("Numéro de la facture"), lambda words: words["invoice"].number or ""),
        Tag("destinataire", N_("Nom du destinataire"), lambda words: words["invoice"].buyer_name),
        Tag("echeance", N_("Jour où elle est à payer"), lambda words: written_date(words["invoice"].due_date)),
        Tag("total", N_("Total TTC"), lambda words: words["gross"]),
        Tag("maison", N_("Nom de la maison"), lambda words: words["establishment"].name),
    ),
    sample=_sample,
    is_paper=True,
)
