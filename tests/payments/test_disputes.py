"""What a bank takes back, and what Stripe keeps: in the books once, told to managers, and no difference at night."""

import itertools
from datetime import date

import pytest
import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.notifications.models import Notification
from app.payments import jobs, queries, service
from app.payments.accounting import fec_entry
from app.payments.companies import journal_of
from app.payments.models import Dispute, DisputeState, Fee, Movement, Payable, Payment, Reconciliation
from app.payments.settings import ACCOUNT_FEES
from app.payments.settling import take_dispute, take_intent
from tests.factories import TESTS
from tests.harness.mailbox import run_jobs
from tests.payments.doubles import CONTESTED

CHARGE_FEE, DISPUTE_FEE = -70, -2000  # of thirty euros, and of any dispute
TAKEN = [("chargeback", -3000), ("fee", DISPUTE_FEE), ("fee", CHARGE_FEE), ("payment", 3000)]


def only(model):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()


def lines():
    db.session.rollback()
    db.session.expire_all()
    return sorted((line.nature.value, line.amount) for line in db.session.scalars(sa.select(Movement)))


def told(user):
    """Give how many times somebody was told of a dispute."""
    times = sa.select(sa.func.coalesce(sa.func.sum(1 + Notification.repeats), 0))
    mine = (Notification.person_id == user.person_id, Notification.notice == "payments.team_disputed")
    return db.session.scalar(times.where(*mine))


@pytest.fixture
def stripe(in_place):
    """The double in Stripe's place, and nothing simpler."""
    return in_place


@pytest.fixture
def contested(asked, page_of, stripe, announced):
    """Alice paid thirty euros by a card whose holder contests it at once."""
    receivable = asked(3000)
    stripe.pay(page_of(receivable), CONTESTED)
    announced()
    return receivable


@pytest.fixture
def decided(stripe, announced, contested):
    """`decided(won=True)`: the bank says who was right."""

    def decide(*, won):
        assert stripe.control(f"disputes/{only(Dispute).reference}", won=won).ok
        announced()
        return only(Dispute)

    return decide


# --- what Stripe keeps ------------------------------------------------------------------------------------------


def test_what_stripe_keeps_is_a_line_of_its_own_and_the_payer_paid_the_whole(asked, page_of, stripe, announced, house):
    receivable = asked(3000)
    stripe.pay(page_of(receivable))
    announced()
    assert lines() == [("fee", CHARGE_FEE), ("payment", 3000)]
    payment = only(Payment)
    assert (queries.remaining_of(payment), queries.refundable_of(payment), queries.fees_on(payment)) == (3000, 3000, 70)
    assert queries.balance_of(Payable.of(house)).held == 3000
    assert queries.paid_on(receivable) == 3000


def test_a_fee_nobody_told_of_is_written_at_night_and_once(asked, page_of, stripe, announced, at):
    stripe.pay(page_of(asked(3000)))
    intent = stripe.get("payment_intents")["data"][0]
    with transaction():
        take_intent(intent)  # without what Stripe kept, which it did not know yet
    assert lines() == [("payment", 3000)]
    at("2026-03-11 03:45")
    for _night in range(2):
        assert jobs.reconcile() == 0
        assert lines() == [("fee", CHARGE_FEE), ("payment", 3000)]


def test_the_accountant_reads_fees_in_an_account_that_can_be_set(asked, page_of, stripe, announced, at, house):
    stripe.pay(page_of(asked(3000)))
    announced()
    with transaction():
        service.close_day(house, house.today(), actor=TESTS)
    fee = only(Fee)
    rows = [line.split("\t") for line in fec_entry(journal_of(house), fee, clock.now()).splitlines()]
    assert [(row[4], row[11], row[12]) for row in rows] == [("511500", "0,00", "0,70"), ("627800", "0,70", "0,00")]
    assert ACCOUNT_FEES.value() == "627800"
    (closed,) = queries.closings()
    assert closed.totals == {"card": {"in": 3000, "out": 0, "fees": CHARGE_FEE}}
    assert (closed.total, service.verify_closings()) == (2930, [])


def test_a_fee_is_not_undone_by_hand(asked, page_of, stripe, announced):
    stripe.pay(page_of(asked(3000)))
    announced()
    with pytest.raises(RuleBroken), transaction():
        service.reverse_movement(only(Fee), reason="", actor=TESTS)


# --- what a bank takes back -------------------------------------------------------------------------------------


def test_a_contested_payment_leaves_the_books_and_managers_are_told(contested, cast, house):
    assert lines() == TAKEN
    dispute = only(Dispute)
    assert (dispute.state, dispute.amount, dispute.reason) == (DisputeState.TO_ANSWER, 3000, "fraudulent")
    assert dispute.answer_by.date() == date(2026, 3, 17)
    assert queries.balance_of(Payable.of(house)).held == 0
    assert [told(cast.chloe), told(cast.bruno)] == [1, 0]


def test_what_is_contested_is_not_refunded_too(contested):
    payment = only(Payment)
    with pytest.raises(RuleBroken, match="0,00"), transaction():
        service.refund_payment(payment, amount=100, reason="", key="k", actor=TESTS)


def test_a_dispute_that_is_won_comes_back(decided, stripe, house):
    dispute = decided(won=True)
    assert dispute.state is DisputeState.WON
    assert lines() == sorted([*TAKEN, ("reversal", 3000)])
    assert queries.balance_of(Payable.of(house)).held == 3000
    assert queries.refundable_of(only(Payment)) == 3000


def test_a_fee_that_comes_back_is_a_line_below_zero(contested):
    dispute = only(Dispute)
    given_back = {"id": "txn_back", "amount": 3000, "fee": DISPUTE_FEE, "currency": "eur"}
    told = {"id": dispute.reference, "amount": 3000, "currency": "eur", "status": "won"}
    told |= {"payment_intent": only(Payment).reference, "balance_transactions": [given_back]}
    for _time in range(2):
        with transaction():
            take_dispute(told)
    assert lines() == sorted([*TAKEN, ("reversal", 3000), ("fee", -DISPUTE_FEE)])


def test_a_dispute_that_is_lost_stays_taken(decided):
    assert decided(won=False).state is DisputeState.LOST
    assert lines() == TAKEN


def test_it_is_told_when_it_begins_and_when_it_ends(decided, cast):
    decided(won=False)
    assert told(cast.chloe) == 2


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(each, marks=[pytest.mark.long] * (each[0] > 0 or each[1] > 2))
        for each in itertools.permutations(range(4))
    ],
)
def test_whatever_the_order_every_event_told_twice_writes_once(asked, page_of, stripe, order, visit, outside):
    """A dispute may be told of before its payment, its end before its beginning."""
    stripe.pay(page_of(asked(3000)), CONTESTED)
    stripe.control(f"disputes/{stripe.get('disputes')['data'][0]['id']}", won=True)
    stripe.settled()
    kinds = (
        "payment_intent.succeeded",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    )
    posts = {kind: post for post in outside.posts for kind in kinds if f'"type": "{kind}"'.encode() in post.body}
    visitor = visit()
    visitor.csrf = False
    for place in (*order, *order):
        post = posts[kinds[place]]
        header = {"Stripe-Signature": post.headers["stripe-signature"]}
        assert visitor.post("/stripe/evenements", data=post.body, headers=header).status_code == 204
        run_jobs(strict=False)
    assert lines() == sorted([*TAKEN, ("reversal", 3000)])
    assert only(Dispute).state is DisputeState.WON


def test_the_night_finds_no_difference_in_what_was_contested(decided, at):
    decided(won=True)
    at("2026-03-11 03:45")
    assert jobs.reconcile() == 0
    assert only(Reconciliation).compared == 2


def test_the_night_finds_a_dispute_nobody_told_of(asked, page_of, stripe, announced, at):
    stripe.pay(page_of(asked(3000)))
    announced()
    stripe.levers(hold=True)
    stripe.pay(page_of(asked(4000)), CONTESTED)
    at("2026-03-11 03:45")
    assert jobs.reconcile() == 3  # the payment, what was taken back of it, and the balance that neither is in


def test_a_dispute_about_a_stranger_writes_nothing(contested):
    told = {"id": "du_other", "amount": 100, "currency": "eur", "payment_intent": "pi_other"}
    with pytest.raises(Exception, match="du_other"), transaction():
        take_dispute(told)
    assert len(lines()) == 4


def test_the_bank_alone_undoes_what_it_took(contested):
    taken = queries.movement_with_key(f"stripe:{only(Dispute).reference}")
    with pytest.raises(RuleBroken, match="banque"), transaction():
        service.reverse_movement(taken, reason="", actor=TESTS)


# --- the pages --------------------------------------------------------------------------------------------------


def test_the_manager_sees_what_to_answer_and_until_when(contested, visit, cast):
    chloe = visit(cast.chloe)
    assert "1 paiement contesté attend une réponse" in chloe.see("/admin/paiements").text
    page = chloe.see(f"/admin/paiements/contestations/{only(Dispute).id}")
    assert "Répondre chez Stripe" in page.text
    assert "17 mars" in page.text
    assert "Paiement contesté" in chloe.see(f"/admin/paiements/{only(Payment).id}").text


def test_what_is_decided_asks_for_nothing_more(decided, visit, cast):
    dispute = decided(won=True)
    chloe = visit(cast.chloe)
    assert "attend une réponse" not in chloe.see("/admin/paiements").text
    assert "Répondre chez Stripe" not in chloe.see(f"/admin/paiements/contestations/{dispute.id}").text


@pytest.mark.parametrize(("who", "status"), [("bruno", 403), ("diane", 200)])
def test_who_reads_payments_reads_disputes_and_nobody_else(contested, visit, cast, who, status):
    answer = visit(getattr(cast, who)).get(f"/admin/paiements/contestations/{only(Dispute).id}")
    assert answer.status_code == status
