"""Whatever is done in whatever order: sums stay exact, and the balance is what the lines add up to."""

import contextlib

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.db import db, new_id, transaction
from app.kernel.lifecycle import RuleBroken
from app.payments import queries, service
from app.payments.models import Allocation, Method, Movement, Payable, Payment, Receivable, Refund, Reversal
from tests.factories import TESTS
from tests.harness.databases import on_both

AMOUNTS = st.integers(1, 6000)
ACTS = st.lists(
    st.tuples(st.sampled_from(["ask", "pay", "pay", "refund", "give_back", "reverse", "release"]), AMOUNTS, st.integers(0, 9)),
    min_size=1,
    max_size=12,
)  # fmt: skip


def rows(model):
    return list(db.session.scalars(sa.select(model).order_by(model.id)))


def act(house, asked, name, amount, which):
    """Do one thing to one of what there is, or be refused."""
    receivables, payments, movements = rows(Receivable), rows(Payment), rows(Movement)
    key = str(new_id())
    if name == "ask" or not receivables:
        asked(amount)
    elif name == "pay":
        service.book_payment(
            receivables[which % len(receivables)], amount=amount, method=Method.CASH, reference="", natural_key=key,
            actor=TESTS,
        )  # fmt: skip
    elif name == "release":
        service.release(receivables[which % len(receivables)], actor=TESTS)
    elif name == "give_back":
        service.give_back(house, amount=amount, reason="", key=key, actor=TESTS)
    elif name == "refund" and payments:
        service.refund_payment(payments[which % len(payments)], amount=amount, reason="", key=key, actor=TESTS)
    elif movements:
        service.reverse_movement(movements[which % len(movements)], reason="", actor=TESTS)


@on_both
@settings(max_examples=10)
@given(ACTS)
def test_the_books_always_add_up(app, house, asked, acts):
    for name, amount, which in acts:
        with contextlib.suppress(RuleBroken), transaction():
            act(house, asked, name, amount, which)
    db.session.expire_all()
    movements = rows(Movement)
    assert [each.number for each in sorted(movements, key=lambda each: each.number)] == list(
        range(1, len(movements) + 1)
    )
    for payment in rows(Payment):
        assert 0 <= queries.allocated_of(payment) <= queries.remaining_of(payment) <= payment.amount
    for receivable in rows(Receivable):
        assert 0 <= queries.paid_on(receivable) <= receivable.amount
    balance = queries.balance_of(Payable.of(house))
    assert balance.held == sum(each.amount for each in movements) >= 0
    assert balance.received == sum(each.amount for each in movements if isinstance(each, Payment))
    undone = {each.corrects_id for each in movements if isinstance(each, Reversal)}  # it may be given back again
    gone = [each.amount for each in movements if isinstance(each, Refund) and each.id not in undone]
    assert -sum(gone) <= balance.received
    assert sum(each.amount for each in rows(Allocation)) <= balance.held
