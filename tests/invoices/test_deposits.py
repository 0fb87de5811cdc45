"""Several deposits on one invoice: deducted once each, given back with it, whatever order and whoever comes first."""

import random
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.directory.models import Organisation
from app.invoices import queries, service
from app.invoices.models import Deduction, Invoice, InvoiceKind, InvoiceState
from app.invoices.service import InvoiceWanted, LineWanted
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db, new_id, transaction
from app.kernel.lifecycle import RuleBroken
from tests.factories import TESTS
from tests.harness.databases import on_both
from tests.invoices.conftest import LUNCH, WINE
from tests.invoices.schematron import faults_of
from tests.invoices.test_facturx import amount
from tests.invoices.test_issue import credit

TEA = LineWanted("Thé", Decimal(1), 4_00, "intermediate")


def left(recipient):
    return [(each.deposit.number, each.amount, each.vat) for each in queries.open_deposits(recipient)]


def save_again(invoice, *deposits):
    with transaction():
        wanted = InvoiceWanted([LUNCH, WINE], date(2026, 3, 10), deposits=deposits)
        service.change_draft(invoice, invoice.recipient, wanted, actor=TESTS)


# --- deducted ---------------------------------------------------------------------------------------------------


def test_an_invoice_deducts_several_deposits_and_its_xml_names_each(printer, draft, issue, two, tmp_path):
    assert left(printer) == [("F2026-000001", 330_00, 30_00), ("F2026-000002", 110_00, 10_00)]
    invoice = issue(draft(deposits=[two[1], two[0], two[1]]))
    assert (invoice.gross, invoice.prepaid, invoice.due) == (1248_00, 440_00, 808_00)
    assert [(each.deposit.number, each.turn) for each in invoice.deductions] == [
        ("F2026-000001", 1),
        ("F2026-000002", 1),
    ]
    assert (amount(invoice.xml, "TotalPrepaidAmount"), amount(invoice.xml, "DuePayableAmount")) == (
        ["440.00"],
        ["808.00"],
    )
    named = [invoice.xml.index(f"<ram:IssuerAssignedID>{deposit.number}<") for deposit in two]
    assert named == sorted(named)
    assert left(printer) == []
    paper = tmp_path / "facture.xml"
    paper.write_text(invoice.xml)
    assert faults_of(paper) == [[]]


def test_each_deposit_says_who_took_it(draft, issue, two):
    invoice = issue(draft(deposits=two))
    told = sa.select(AuditEntry.details).where(AuditEntry.fact == "invoices.deposit_deducted")
    assert sorted(each["amount"] for each in db.session.scalars(told)) == [110_00, 330_00]
    assert {each["number"] for each in db.session.scalars(told)} == {invoice.number}


def test_of_two_drafts_the_second_is_refused_by_name_and_saved_again_without_it(draft, issue, two):
    first, second = draft(deposits=[two[0]]), draft(deposits=two)
    winner = issue(first).number
    with pytest.raises(RuleBroken, match=f"F2026-000001 est déjà déduit de {winner}.*enregistrez-le de nouveau"):
        issue(second)
    assert db.session.get_one(Invoice, second.id).state is InvoiceState.DRAFT
    save_again(second, two[1])
    assert issue(second).prepaid == 110_00


@pytest.mark.parametrize("kind", [InvoiceKind.DEPOSIT, InvoiceKind.INVOICE])
def test_only_an_invoice_deducts_and_only_what_is_a_deposit(draft, issue, two, kind):
    other = issue(draft(LUNCH)) if kind is InvoiceKind.INVOICE else two[0]
    with pytest.raises(RuleBroken, match=r"non d’une autre facture d’acompte|Choisissez une facture d’acompte"):
        draft(deposits=[two[1], other], kind=kind)


def test_a_deposit_billed_by_another_company_is_not_deducted(house, printer, draft, two):
    """The house was sold: who bills now owes nothing for what another company was paid."""
    with transaction() as session:
        bought = Organisation(name="Repreneurs", created_at=clock.now())
        session.add(bought)
        session.flush()
        house.organisation_id = bought.id
    db.session.expire_all()
    assert left(printer) == []
    with pytest.raises(RuleBroken, match="Choisissez une facture d’acompte"):
        draft(deposits=two)


def test_deposits_never_come_to_more_than_the_invoice(draft, two):
    with pytest.raises(RuleBroken, match="acomptes déduits"):
        draft(LineWanted("Menu", Decimal(10), 35_00, "intermediate"), deposits=two)


# --- given back -------------------------------------------------------------------------------------------------


def test_the_credit_note_over_the_whole_gives_the_deposits_back(printer, draft, issue, two, tmp_path):
    invoice = issue(draft(deposits=two))
    note = credit(invoice, issue)
    assert (note.gross, note.prepaid, note.due) == (1248_00, 440_00, 808_00)
    assert left(printer) == [("F2026-000001", 330_00, 30_00), ("F2026-000002", 110_00, 10_00)]
    paper = tmp_path / "avoir.xml"
    paper.write_text(note.xml)
    assert faults_of(paper) == [[]]
    assert note.xml.count("<ram:InvoiceReferencedDocument>") == 1
    told = sa.select(AuditEntry).where(AuditEntry.fact == "invoices.deposit_given_back")
    assert len(db.session.scalars(told).all()) == 2


@on_both
def test_what_was_given_back_is_deducted_again_or_credited_itself(printer, draft, issue, two):
    credit(issue(draft(deposits=two)), issue)
    again = issue(draft(deposits=[two[0]]))
    assert [(each.turn, each.amount) for each in again.deductions] == [(3, 330_00)]
    assert credit(two[1], issue).gross == 110_00
    assert left(printer) == []
    with pytest.raises(RuleBroken, match="c’est elle que l’avoir corrige"):
        credit(two[0], issue)


def test_a_part_given_back_leaves_the_deposits_and_the_last_part_frees_them(printer, draft, issue, two):
    invoice = issue(draft(LUNCH, WINE, deposits=two))
    part = credit(invoice, issue, [WINE])
    assert (part.due, part.deductions, left(printer)) == (324_00, [], [])
    rest = credit(invoice, issue, [LUNCH])
    assert (rest.gross, rest.due, len(left(printer))) == (924_00, 484_00, 2)
    assert part.due + rest.due == invoice.due


def test_deposits_that_went_back_in_money_stay_deducted(printer, draft, issue, two):
    invoice = issue(draft(LUNCH, TEA, deposits=two))
    credit(invoice, issue, [LUNCH])
    last = credit(invoice, issue, [TEA])
    assert (last.due, left(printer)) == (4_40, [])


def test_two_credit_notes_that_become_the_whole_are_saved_again(printer, draft, issue, two):
    invoice = issue(draft(LUNCH, WINE, deposits=two))
    with transaction():
        notes = [service.draft_credit_note(invoice, actor=TESTS) for _each in range(2)]
        for note, line in zip(notes, (WINE, LUNCH), strict=True):
            service.change_draft(note, printer, InvoiceWanted([line], date(2026, 3, 10)), actor=TESTS)
    issue(notes[0])
    with pytest.raises(RuleBroken, match="rend désormais d’autres acomptes"):
        issue(notes[1])
    with transaction():
        service.change_draft(notes[1], printer, InvoiceWanted([LUNCH], date(2026, 3, 10)), actor=TESTS)
    assert issue(notes[1]).due == 924_00 - 440_00


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_issued_in_whatever_order_what_was_asked_is_what_was_sold_and_what_is_still_paid_ahead(
    printer, draft, issue, paid, seed
):
    chance = random.Random(seed)

    def bill_deposit():
        paid(chance.choice([10_00, 33_33, 70_05]))

    def bill():
        opened = [each.deposit for each in queries.open_deposits(printer)]
        issue(draft(LUNCH, WINE, deposits=chance.sample(opened, chance.randint(0, len(opened)))))

    def give_back():
        papers = db.session.scalars(sa.select(Invoice).where(Invoice.preceding_id.is_(None))).all()
        lines = chance.choice([None, [TEA], [WINE]])
        credit(chance.choice(papers), issue, lines)

    for act in chance.choices([bill_deposit, bill, give_back], weights=[2, 2, 3], k=14):
        try:
            act()
        except (RuleBroken, IndexError):
            db.session.rollback()
    papers = db.session.scalars(sa.select(Invoice).where(Invoice.state == InvoiceState.ISSUED)).all()
    asked = sum(-paper.due if paper.is_credit_note else paper.due for paper in papers)
    finals = [paper for paper in papers if (paper.preceding or paper).invoice_kind is InvoiceKind.INVOICE]
    sold = sum(-paper.gross if paper.is_credit_note else paper.gross for paper in finals)
    assert asked == sold + sum(each.amount for each in queries.open_deposits(printer))
    assert all(paper.prepaid == sum(each.amount for each in paper.deductions) for paper in papers)


# --- for ever ---------------------------------------------------------------------------------------------------


@on_both
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE invoice_deductions SET amount = amount - 1",
        "UPDATE invoice_deductions SET turn = 3",
        "UPDATE invoice_deductions SET gives_back = NOT gives_back, turn = 2",
        "DELETE FROM invoice_deductions",
        "UPDATE invoices SET prepaid = 0",
    ],
)
def test_the_database_itself_keeps_what_was_deducted(draft, issue, paid, attack):
    issue(draft(deposits=[paid(300_00)]))
    db.session.remove()
    with pytest.raises(sa.exc.DBAPIError, match="never changes"), db.engine.begin() as connection:
        connection.execute(sa.text(attack))


@on_both
@pytest.mark.parametrize("turn", [None, 0, 1, 2])
def test_the_database_itself_deducts_a_deposit_once(draft, issue, paid, turn):
    """A draft that holds the same deposit is issued behind the program's back."""
    deposit = paid(300_00)
    draft(deposits=[deposit])
    issued = issue(draft(deposits=[deposit]))
    draft_id = db.session.scalars(sa.select(Deduction.invoice_id).where(Deduction.turn.is_(None))).one()
    values = {
        column.name: getattr(issued, column.name)
        for column in Invoice.__table__.columns
        if column.name in ("series", "issue_date", "due_date", "issued_at", "xml")
    }
    db.session.remove()
    with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as connection:
        connection.execute(sa.update(Deduction).where(Deduction.turn.is_(None)).values(turn=turn))
        connection.execute(
            sa.update(Invoice).where(Invoice.id == draft_id).values(**values, state="issued", sequence=9, number="F-9")
        )


@on_both
@pytest.mark.parametrize("state", list(InvoiceState))
def test_no_deduction_slips_into_what_is_issued(draft, issue, two, state):
    made = issue(draft(deposits=[two[0]])).deductions[0]
    values = {column.name: getattr(made, column.name) for column in Deduction.__table__.columns}
    changed = {"id": new_id(), "deposit_id": two[1].id, "position": 2, "state": state}
    db.session.remove()
    with (
        pytest.raises(sa.exc.DBAPIError, match=r"never changes|FOREIGN KEY|foreign key"),
        db.engine.begin() as connection,
    ):
        connection.execute(sa.insert(Deduction).values(values | changed))
