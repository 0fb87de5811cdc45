"""What is corrected later: by another rate, another cent, after its client was forgotten, or only in part."""

from datetime import date
from decimal import Decimal

import pytest

from app.invoices import queries, service
from app.invoices.models import Invoice, InvoiceKind
from app.invoices.service import InvoiceWanted, LineWanted
from app.invoices.service.parties import forget_recipients
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.factories import TESTS
from tests.invoices.conftest import LUNCH, WINE
from tests.invoices.schematron import faults_of
from tests.invoices.test_issue import credit

MENU = LineWanted("Menu", Decimal(1), 35_05, "intermediate")


# --- the client was forgotten -----------------------------------------------------------------------------------


@pytest.fixture
def forgotten(draft, issue, leroy):
    """Lunch was billed to Jeanne Leroy, who then asked to be forgotten."""
    invoice = issue(draft(LUNCH, WINE, to=leroy))
    with transaction():
        forget_recipients([leroy])
    return invoice


def test_what_was_billed_to_somebody_forgotten_is_corrected_in_the_name_it_was_billed_to(forgotten, issue, tmp_path):
    note = credit(forgotten, issue)
    assert note.buyer == forgotten.buyer
    assert note.recipient.name == "—"
    paper = tmp_path / "avoir.xml"
    paper.write_text(note.xml)
    assert faults_of(paper) == [[]]


def test_it_may_be_corrected_in_part_from_its_page(forgotten, visit, cast):
    manager = visit(cast.chloe)
    note_url = manager.post(f"/admin/factures/{forgotten.id}/avoir").headers["Location"]
    page = manager.see(f"{note_url}/modification")
    assert "Jeanne Leroy, sur F2026-000001" in page.text
    page.submit("main form.form", **{"lines-0-quantity": "1"})
    assert manager.post(f"{note_url}/emission").status_code == 303
    note = queries.credit_notes_on(db.session.get_one(Invoice, forgotten.id))[0]
    assert (note.net, note.buyer["name"]) == (35_00 + 270_00, "Jeanne Leroy")


def test_nothing_new_is_billed_to_somebody_forgotten(forgotten, leroy, draft):
    with pytest.raises(RuleBroken, match="Choisissez un destinataire"):
        draft(LUNCH, to=leroy)


# --- rates and cents --------------------------------------------------------------------------------------------


def test_a_credit_note_keeps_the_rate_of_what_it_corrects(draft, issue):
    invoice = issue(draft(LUNCH))
    with transaction():
        wanted = service.law.RateWanted("intermediate", 1200, date(2026, 3, 1), "loi de finances")
        service.set_vat_rate(wanted, actor=TESTS)
    note = credit(invoice, issue, [LineWanted("Un menu", Decimal(1), 35_00, "intermediate")])
    assert (note.lines[0].vat_rate, note.gross) == (1000, 38_50)
    assert draft(LUNCH).lines[0].vat_rate == 1200


def test_an_invoice_given_back_line_by_line_is_given_back_whole(draft, issue):
    invoice = issue(draft(MENU, MENU))
    assert invoice.gross == 77_11
    assert [credit(invoice, issue, [MENU]).gross for _menu in range(2)] == [38_56, 38_56]
    with pytest.raises(RuleBroken, match="déjà rendue en entier"):
        credit(invoice, issue, [MENU])


def test_no_cent_is_given_back_beyond_what_rounding_makes(draft, issue):
    mixed = issue(draft(WINE, LineWanted("Remise", Decimal(-1), 100_00, "intermediate")))
    with pytest.raises(RuleBroken, match="rend plus"):
        credit(mixed, issue, [WINE])


# --- a deposit given back in part -------------------------------------------------------------------------------


@pytest.fixture
def deposit(draft, issue):
    """Three hundred euros were billed in advance, and a hundred of them given back: two came less than foreseen."""
    billed = issue(draft(LineWanted("Acompte", Decimal(3), 100_00, "intermediate"), kind=InvoiceKind.DEPOSIT))
    credit(billed, issue, [LineWanted("Acompte", Decimal(1), 100_00, "intermediate")])
    return billed


def test_what_is_left_of_a_deposit_is_deducted(printer, deposit, draft, issue, tmp_path):
    assert [each.deposit for each in queries.open_deposits(printer)] == [deposit]
    invoice = issue(draft(deposits=[deposit]))
    assert (invoice.prepaid, invoice.due) == (220_00, 1248_00 - 220_00)
    assert queries.open_deposits(printer) == []
    paper = tmp_path / "facture.xml"
    paper.write_text(invoice.xml)
    assert faults_of(paper) == [[]]


def test_its_choice_says_what_is_left(deposit, visit, cast):
    text = visit(cast.chloe).get("/admin/factures/nouvelle").get_data(as_text=True)
    assert "F2026-000001, 220,00" in text


def test_a_credit_note_issued_meanwhile_is_seen(deposit, draft, issue, printer):
    begun = draft(deposits=[deposit])
    credit(deposit, issue, [LineWanted("Acompte", Decimal(1), 50_00, "intermediate")])
    with pytest.raises(RuleBroken, match="enregistrez-le de nouveau"):
        issue(begun)
    with transaction():
        wanted = InvoiceWanted([LUNCH, WINE], date(2026, 3, 10), deposits=[deposit])
        service.change_draft(begun, printer, wanted, actor=TESTS)
    assert issue(begun).prepaid == 165_00


def test_one_given_back_wholly_is_offered_no_more(printer, draft, issue):
    billed = issue(draft(LUNCH, kind=InvoiceKind.DEPOSIT))
    credit(billed, issue)
    assert queries.open_deposits(printer) == []
