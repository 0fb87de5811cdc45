"""The rates of VAT when a house begins, with their sources and dates; and the invoices of the example house."""

from datetime import date, timedelta
from decimal import Decimal

from app.directory.models import Establishment
from app.directory.queries import first_establishment
from app.invoices import service
from app.invoices.models import (
    Invoice,
    InvoiceKind,
    LegalForm,
    Recipient,
    RecipientKind,
    Unit,
    VatCategory,
    VatRate,
)
from app.invoices.service import InvoiceWanted, IssuerWanted, LineWanted, RecipientWanted
from app.kernel.access import Actor, system
from app.kernel.db import db
from app.kernel.formats import day_and_month
from app.kernel.languages import N_
from app.kernel.seeds import DEMO, REFERENCE, seed

SINCE_2014 = date(2014, 1, 1)
STANDARD, EXEMPT, REVERSE = VatCategory.STANDARD, VatCategory.EXEMPT, VatCategory.REVERSE_CHARGE

RATES = (
    ("normal", N_("Taux normal"), STANDARD, 2000, "", "CGI, article 278"),
    ("intermediate", N_("Taux intermédiaire"), STANDARD, 1000, "", "CGI, articles 278 bis et 279"),
    ("reduced", N_("Taux réduit"), STANDARD, 550, "", "CGI, article 278-0 bis"),
    ("particular", N_("Taux particulier"), STANDARD, 210, "", "CGI, articles 281 quater à 281 octies"),
    ("exempt_training", N_("Formation exonérée"), EXEMPT, 0, "VATEX-FR-CGI261-4", "CGI, article 261, 4, 4° a"),
    ("franchise", N_("Franchise en base"), EXEMPT, 0, "VATEX-FR-FRANCHISE", "CGI, article 293 B"),
    ("reverse_charge", N_("Autoliquidation"), REVERSE, 0, "VATEX-EU-AE", "CGI, article 283"),
)
CHEZ_MARGOT = IssuerWanted(
    legal_name="Margot et fils",
    legal_form=LegalForm.SARL,
    capital=8_000_00,
    siren="100000009",
    register_city="Orléans",
    vat_number="FR88100000009",
    vat_on_debits=False,
    address_line1="12 rue des Halles",
    address_line2="",
    postal_code="45000",
    city="Orléans",
    country="FR",
    email="compta@chez-margot.example",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    payment_days=30,
)
PRINTER = RecipientWanted(
    RecipientKind.ORGANISATION,
    "Imprimerie Delorme",
    address_line1="4 quai du Châtelet",
    postal_code="45000",
    city="Orléans",
    siren="123456782",
    vat_number="FR11123456782",
    email="comptabilite@delorme.example",
)
MRS_LEROY = RecipientWanted(
    RecipientKind.PERSON,
    "Jeanne Leroy",
    address_line1="27 rue de Bourgogne",
    postal_code="45000",
    city="Orléans",
    email="jeanne.leroy@example.org",
)


@seed(REFERENCE, order=20)
def first_rates_and_wordings() -> None:
    """Write the rates of VAT, each from its day on. Its name is the one under which installations remember it."""
    db.session.add_all(
        VatRate(
            key=key,
            label=label,
            category=category,
            rate=rate,
            exemption_code=code,
            valid_from=SINCE_2014,
            source=source,
        )
        for key, label, category, rate, code, source in RATES
    )


@seed(DEMO, order=60)
def example_invoices() -> None:
    """Bill a lunch with its two deposits, and leave a draft whose own deposit waits: what the example house shows."""
    house, guichet = first_establishment(), system("seed")
    if house is None:
        return
    service.describe_issuer(house, CHEZ_MARGOT, actor=guichet)
    printer = service.keep_recipient(house, PRINTER, actor=guichet)
    leroy = service.keep_recipient(house, MRS_LEROY, actor=guichet)
    today = house.today()
    paid = [
        _bill_deposit(printer, "Acompte à la réservation, déjeuner d’équipe", 300_00, guichet),
        _bill_deposit(printer, "Second acompte, déjeuner d’équipe", 200_00, guichet),
    ]
    _bill_lunch(house, printer, paid, guichet)
    _bill_deposit(leroy, "Acompte, anniversaire", 100_00, guichet)
    service.draft_invoice(
        house,
        leroy,
        InvoiceWanted(
            [LineWanted("Anniversaire, menu du marché", Decimal(12), 38_00, "intermediate", Unit.PERSON)],
            today + timedelta(days=9),
        ),
        actor=guichet,
    )


def _bill_deposit(recipient: Recipient, label: str, price: int, actor: Actor) -> Invoice:
    house = recipient.establishment
    wanted = InvoiceWanted([LineWanted(label, Decimal(1), price, "intermediate")], house.today())
    deposit = service.draft_invoice(house, recipient, wanted, actor=actor, kind=InvoiceKind.DEPOSIT)
    service.issue_invoice(deposit, actor=actor)
    return deposit


def _bill_lunch(house: Establishment, printer: Recipient, paid: list[Invoice], actor: Actor) -> None:
    lines = [
        LineWanted("Menu du marché : entrée, plat, dessert", Decimal(24), 35_00, "intermediate", Unit.PERSON),
        LineWanted("Vins et boissons alcoolisées", Decimal(12), 22_50, "normal"),
        LineWanted("Location du salon, demi-journée", Decimal("0.5"), 240_00, "normal", Unit.DAY),
    ]
    day = house.today() - timedelta(days=2)
    reference = f"Déjeuner du {day_and_month(day.day, day.month)}"
    order = f"BC-{day.year}-118"
    lunch = InvoiceWanted(lines, day, order_reference=order, reference=reference, deposits=paid)
    service.issue_invoice(service.draft_invoice(house, printer, lunch, actor=actor), actor=actor)
