"""Fifty hands issue at once, on both databases: no number is lost, none is given twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.invoices import queries, service
from app.invoices.models import Deduction, Invoice, InvoiceKind, InvoiceState
from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.factories import TESTS
from tests.harness.databases import on_both
from tests.harness.visitors import forget_readings
from tests.invoices.conftest import LUNCH, WINE

HANDS = 50


def at_once(app, act, things):
    """Do the same to each thing, all hands starting together; gives what each answered, or was refused."""
    now = clock.now()

    def hand(thing):
        with app.app_context(), clock.at(now):
            try:
                with transaction():
                    return act(thing)
            except RuleBroken as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(things)) as hands:
        answers = list(hands.map(hand, things))
    forget_readings()
    return answers


@pytest.fixture
def issue_one():
    """`issue_one(draft)` gives it its number, before the others run."""

    def give(invoice):
        with transaction():
            service.issue_invoice(invoice, actor=TESTS)
        return db.session.get_one(Invoice, invoice.id)

    return give


def issue(invoice_id):
    service.issue_invoice(db.session.get_one(Invoice, invoice_id), actor=TESTS)


@on_both
@pytest.mark.long
def test_fifty_drafts_issued_at_once_have_fifty_numbers(app, draft):
    ids = [draft().id for _each in range(HANDS)]
    at_once(app, issue, ids)
    numbers = sorted(db.session.scalars(db.select(Invoice.sequence)))
    assert numbers == list(range(1, HANDS + 1))
    assert queries.series_faults() == []


@on_both
def test_one_draft_issued_by_many_hands_is_issued_once(app, draft):
    begun = draft()
    answers = at_once(app, issue, [begun.id] * 8)
    assert sum(answer is None for answer in answers) == 1
    assert [invoice.state for invoice in db.session.scalars(db.select(Invoice))] == [InvoiceState.ISSUED]
    assert queries.series_faults() == []


@on_both
def test_of_eight_drafts_that_deduct_one_deposit_at_once_one_is_issued(app, draft, issue_one):
    deposits = [issue_one(draft(kind=InvoiceKind.DEPOSIT)) for _each in range(2)]
    ids = [draft(LUNCH, WINE, LUNCH, deposits=deposits[:1]).id for _each in range(8)]
    answers = at_once(app, issue, ids)
    refused = [answer for answer in answers if answer is not None]
    winner = db.session.scalars(db.select(Invoice).where(Invoice.prepaid > 0, Invoice.state == "issued")).one()
    assert [str(each).count(f"est déjà déduit de {winner.number}") for each in refused] == [1] * 7
    (turn,) = db.session.scalars(db.select(Deduction.turn).where(Deduction.turn.is_not(None)))
    assert turn == 1
    assert queries.series_faults() == []


@on_both
def test_a_deposit_deducted_and_credited_at_once_is_only_one_of_them(app, draft, issue_one):
    deposit = issue_one(draft(kind=InvoiceKind.DEPOSIT))
    with transaction():
        note = service.draft_credit_note(deposit, actor=TESTS).id
    ids = [draft(LUNCH, WINE, LUNCH, deposits=[deposit]).id, note]
    answers = at_once(app, issue, ids)
    assert [answer is None for answer in answers].count(True) == 1
    left = queries.left_of(db.session.get_one(Invoice, deposit.id)).amount
    taken = db.session.scalar(db.select(db.func.count()).where(Deduction.turn.is_not(None)))
    assert (left == 0) != (taken == 1)
