"""Both stories of money, told by the house and by Stripe's double together: to the cent, whatever is pulled in between."""

import itertools
import re

import pytest
import sqlalchemy as sa

from app.kernel import outbound
from app.kernel.db import db, transaction
from app.payments import jobs, service, settling
from app.payments.checkouts import opened_page
from app.payments.models import (
    Checkout,
    Movement,
    MovementNature,
    Payment,
    Purpose,
    ReceivableState,
    Reconciliation,
    RefundRequest,
    RefundState,
    SavedCard,
)
from app.payments.permissions import PAY_LINK
from tests.factories import TESTS
from tests.harness.live import eventually
from tests.harness.mailbox import run_jobs
from tests.payments.doubles import (
    CONFIRMED,
    CONTESTED,
    DECLINED,
    FAILS_LATER,
    ONCE_CONFIRMED,
    REFUND_FAILS,
    held_up,
)

SIX = (
    "checkout.session.completed", "payment_intent.succeeded", "charge.succeeded", "charge.dispute.created",
    "charge.dispute.funds_reinstated", "charge.dispute.closed",
)  # fmt: skip
STORY = sorted(
    [
        (MovementNature.PAYMENT, 3000),
        (MovementNature.FEE, -70),
        (MovementNature.CHARGEBACK, -3000),
        (MovementNature.FEE, -2000),
        (MovementNature.REVERSAL, 3000),
    ]
)


@pytest.fixture
def stripe(in_place):
    """The double in Stripe's place, and nothing simpler."""
    return in_place


def amounts():
    """What came in and went back; what Stripe keeps is another story (test_disputes)."""
    db.session.rollback()
    db.session.expire_all()
    moved = sa.select(Movement.amount).where(Movement.nature != MovementNature.FEE)
    return list(db.session.scalars(moved.order_by(Movement.number)))


def only(model):
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()


def agree(at):
    """The books and the double hold the same."""
    at("2026-03-11 03:45")
    assert jobs.reconcile() == 0
    return only(Reconciliation).compared


def test_a_deposit_is_paid_and_given_back(asked, page_of, stripe, announced, at):
    receivable = asked(3000)
    address = page_of(receivable)
    assert "402" in stripe.pay(address, DECLINED)
    assert re.search(r"/paiements/[\w-]+/retour$", stripe.pay(address, CONFIRMED))
    announced()
    assert (amounts(), receivable.state) == ([3000], ReceivableState.SETTLED)
    payment = only(Payment)
    with transaction():
        service.refund_payment(payment, amount=3000, reason="Annulée à temps", key="k", actor=TESTS)
    run_jobs()
    announced()
    assert amounts() == [3000, -3000]
    assert stripe.get("charges")["data"][0]["amount_refunded"] == 3000
    assert agree(at) == 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_every_order_of_what_is_announced_books_once(asked, page_of, stripe, announced, order):
    stripe.pay(page_of(asked(3000)))
    announced(order)
    assert amounts() == [3000]


def test_the_return_is_enough_when_nothing_is_announced(asked, page_of, stripe, visit, cast):
    stripe.levers(hold=True)
    receivable = asked(3000)
    stripe.pay(page_of(receivable))
    visitor = visit()
    visitor.bear(PAY_LINK, receivable, cast.alice)
    visitor.see(f"/paiements/{receivable.id}/retour")
    assert amounts() == [3000]


@pytest.mark.parametrize("kind", ["500", "garbage", "bytes", "nothing"])
@pytest.mark.parametrize("after", [False, True])
def test_an_answer_that_is_lost_refunds_once(asked, page_of, stripe, announced, at, kind, after):
    stripe.pay(page_of(asked(3000)))
    announced()
    payment = only(Payment)
    with transaction():
        service.refund_payment(payment, amount=1000, reason="Geste", key="k", actor=TESTS)
    stripe.levers(fault={"kind": kind, "after": after, "times": 2, "path": "/v1/refunds"})
    run_jobs(strict=False)
    for minute in (1, 5, 20):
        at(f"2026-03-10 10:{minute:02}")
        run_jobs(strict=False)
    assert amounts() == [3000, -1000]
    assert [refund["amount"] for refund in stripe.get("refunds")["data"]] == [1000]


def test_a_refund_that_fails_afterwards_is_undone(asked, page_of, stripe, announced, at):
    stripe.pay(page_of(asked(3000)), REFUND_FAILS)
    announced()
    payment = only(Payment)
    with transaction():
        service.refund_payment(payment, amount=3000, reason="Annulée", key="k", actor=TESTS)
    run_jobs()
    stripe.control(f"refunds/{stripe.get('refunds')['data'][0]['id']}", status="failed")
    announced()
    assert amounts() == [3000, -3000, 3000]
    assert only(RefundRequest).state is RefundState.FAILED


@pytest.mark.parametrize(("card", "booked"), [(ONCE_CONFIRMED, [4000]), (FAILS_LATER, [])])
def test_who_does_not_come_is_charged_or_asked(asked, page_of, stripe, announced, card, booked):
    stripe.pay(page_of(asked(5000, purpose=Purpose.IMPRINT)), card)
    announced()
    assert amounts() == []
    with transaction():
        service.charge_saved_card(only(SavedCard), amount=4000, label="Absence", key="no-show", actor=TESTS)
    run_jobs()
    announced()
    assert amounts() == booked


def test_a_page_given_up_is_closed_and_takes_no_money(asked, page_of, stripe, announced, at):
    address = page_of(asked(3000, expires_at=at("2026-03-10 10:00").replace(minute=15)))
    at("2026-03-10 10:20")
    jobs.expire_receivables()
    run_jobs()
    assert stripe.pay(address).startswith("410")
    assert (only(Checkout).state.value, amounts()) == ("expired", [])


def test_a_stripe_that_is_slow_is_waited_for_no_longer_than_a_guest_would(
    asked, page_of, stripe, visit, cast, monkeypatch
):
    receivable = asked(3000)
    visitor = visit()
    visitor.bear(PAY_LINK, receivable, cast.alice)
    with monkeypatch.context() as hurried, held_up(stripe, hurried):
        hurried.setattr(outbound, "STEP_SECONDS", 0.2)
        answer = visitor.post(f"/paiements/{receivable.id}")
    assert answer.status_code == 503
    assert "ne répond pas" in answer.get_data(as_text=True)
    made = eventually("the page that was asked for", lambda: stripe.get("checkout/sessions")["data"])
    assert made[0]["amount_total"] == 3000
    assert page_of(receivable) == stripe.get("checkout/sessions")["data"][0]["url"]
    assert len(stripe.get("checkout/sessions")["data"]) == 1


@pytest.mark.long(minutes=4)
def test_six_events_in_any_of_their_orders_tell_one_story(asked, stripe):
    """The page, the payment, its charge, a dispute, what it took and gave back: all 720 orders, each event told twice."""
    for order in itertools.permutations(SIX):
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Movement))
        stripe.pay(opened_page(asked(3000)).url, CONTESTED)
        dispute = stripe.get("disputes", limit=1)["data"][0]
        stripe.control(f"disputes/{dispute['id']}", won=True)
        session = stripe.get("checkout/sessions", limit=1)["data"][0]
        about = {
            "checkout.session.completed": session["id"],
            "payment_intent.succeeded": dispute["payment_intent"],
            "charge.succeeded": dispute["charge"],
        }
        for kind in (*order, *order):
            read, take = settling.look_for(kind)
            told = read(about.get(kind, dispute["id"]))
            with transaction():
                take(told)
        written = sa.select(Movement.nature, Movement.amount).where(Movement.number > before)
        assert sorted(tuple(line) for line in db.session.execute(written)) == STORY, order
