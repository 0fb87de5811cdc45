"""A house that bills, somebody it bills, and a draft."""

from datetime import date
from decimal import Decimal

import pytest

from app.invoices import service
from app.invoices.models import Invoice, InvoiceKind
from app.invoices.seeds import CHEZ_MARGOT, MRS_LEROY, PRINTER, first_rates_and_wordings
from app.invoices.service import InvoiceWanted, LineWanted
from app.kernel.db import db, transaction
from app.kernel.law import first_words_of_law, legal_keys
from tests.factories import TESTS, make_establishment

LUNCH = LineWanted("Menu du marché", Decimal(24), 35_00, "intermediate")
WINE = LineWanted("Vins", Decimal(12), 22_50, "normal")


@pytest.fixture
def house(app):
    """A house whose issuer is described, in a country whose law is written."""
    house = make_establishment()
    with transaction():
        first_rates_and_wordings()
        first_words_of_law(legal_keys())
        service.describe_issuer(house, CHEZ_MARGOT, actor=TESTS)
    return house


@pytest.fixture
def printer(house):
    """A company that is billed."""
    with transaction():
        return service.keep_recipient(house, PRINTER, actor=TESTS)


@pytest.fixture
def leroy(house):
    """A person who is billed."""
    with transaction():
        return service.keep_recipient(house, MRS_LEROY, actor=TESTS)


@pytest.fixture
def draft(house, printer):
    """`draft(LUNCH, WINE, kind=…, deposit=…)` begins an invoice for the printer."""

    def begin(*lines, to=printer, kind=InvoiceKind.INVOICE, **wanted) -> Invoice:
        wanted.setdefault("supply_date", date(2026, 3, 10))
        with transaction():
            return service.draft_invoice(
                house, to, InvoiceWanted(list(lines or (LUNCH, WINE)), **wanted), actor=TESTS, kind=kind
            )

    return begin


@pytest.fixture
def issue():
    """`issue(draft)` gives it its number."""

    def give(invoice: Invoice, actor=TESTS) -> Invoice:
        with transaction():
            service.issue_invoice(invoice, actor=actor)
        return db.session.get_one(Invoice, invoice.id)

    return give


@pytest.fixture
def paid(draft, issue):
    """`paid(300_00)` is a deposit invoice of so many cents, without VAT."""

    def bill(price, **wanted):
        line = LineWanted("Acompte", Decimal(1), price, "intermediate")
        return issue(draft(line, kind=InvoiceKind.DEPOSIT, **wanted))

    return bill


@pytest.fixture
def two(paid):
    """Two deposits, of 330 and 110 euros with VAT."""
    return [paid(300_00), paid(100_00)]
