"""Fifty hands issue at once, on both databases: no number is lost, none is given twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.invoices import queries, service
from app.invoices.models import Invoice, InvoiceState
from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.factories import TESTS
from tests.harness.databases import on_both
from tests.harness.visitors import forget_readings

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
