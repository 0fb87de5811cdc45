"""What an invoice named as its deposit becomes what it deducts; what was issued is guarded before and after."""

from decimal import Decimal

import flask_migrate
import pytest
import sqlalchemy as sa

from app.invoices.models import InvoiceKind
from app.invoices.service import LineWanted
from app.kernel import migrations
from app.kernel.db import db
from tests.harness.databases import on_both
from tests.invoices.conftest import LUNCH, WINE, draft, house, issue, paid, printer  # noqa: F401 - fixtures
from tests.invoices.test_issue import credit

BEFORE = "8f2b6c41d0e7"
LINKS = "SELECT number, prepaid, preceding_id IS NOT NULL FROM invoices WHERE state = 'issued' ORDER BY number"
DEDUCTIONS = (
    "SELECT p.state, d.number, x.turn, x.amount, x.vat, x.gives_back FROM invoice_deductions x "
    "JOIN invoices p ON p.id = x.invoice_id JOIN invoices d ON d.id = x.deposit_id ORDER BY p.state, d.number"
)


def rows(statement):
    db.session.remove()
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def refuses(attack):
    with pytest.raises(sa.exc.DBAPIError, match="never changes"), db.engine.begin() as connection:
        connection.execute(sa.text(attack))


def go(verb, to):
    db.session.remove()
    verb(directory=migrations.FOLDER, revision=to)


@on_both
def test_what_was_deducted_stays_deducted_and_what_is_issued_stays_guarded(app, draft, issue, paid):  # noqa: F811
    first, second = paid(300_00), paid(100_00)
    credit(first, issue, [LineWanted("Acompte", Decimal(1), 100_00, "intermediate")])
    draft(LUNCH, WINE, deposits=[second])
    issue(draft(LUNCH, WINE, deposits=[first]))
    issue(draft(LUNCH, kind=InvoiceKind.INVOICE))
    whole = rows(DEDUCTIONS)
    assert [(state, number, turn, amount, vat) for state, number, turn, amount, vat, _back in whole] == [
        ("draft", "F2026-000002", None, 110_00, 10_00),
        ("issued", "F2026-000001", 1, 220_00, 20_00),
    ]
    go(flask_migrate.downgrade, BEFORE)
    linked = [("A2026-000001", 0, True), ("F2026-000001", 0, False), ("F2026-000002", 0, False)]
    assert rows(LINKS) == [*linked, ("F2026-000003", 220_00, True), ("F2026-000004", 0, False)]
    refuses("UPDATE invoices SET prepaid = 0")
    refuses("DELETE FROM invoices WHERE state = 'issued'")
    go(flask_migrate.upgrade, "head")
    assert rows(DEDUCTIONS) == whole
    assert rows(LINKS) == [*linked, ("F2026-000003", 220_00, False), ("F2026-000004", 0, False)]
    for attack in (
        "UPDATE invoices SET prepaid = 0",
        "DELETE FROM invoices WHERE state = 'issued'",
        "UPDATE invoice_lines SET net = 1",
        "UPDATE invoice_deductions SET amount = 1",
        "DELETE FROM invoice_deductions",
    ):
        refuses(attack)
