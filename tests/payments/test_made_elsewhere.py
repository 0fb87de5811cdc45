"""What happens to money behind the house's back: refunded at Stripe by hand, landed after all, taken back twice."""

import pytest
import sqlalchemy as sa

from app.accounts import service as accounts
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.notifications.models import Notification
from app.payments import jobs, queries, service
from app.payments.models import (
    Method,
    Movement,
    MovementNature,
    Payable,
    Payment,
    Purpose,
    Receivable,
    ReceivableState,
    Reconciliation,
    RefundRequest,
    RefundState,
    SavedCard,
)
from app.payments.settling import take_refund
from tests.factories import TESTS
from tests.harness.mailbox import run_jobs


def moved():
    """What came in and went back; what Stripe keeps is another story."""
    db.session.rollback()
    db.session.expire_all()
    lines = sa.select(Movement).where(Movement.nature != MovementNature.FEE).order_by(Movement.number)
    return [(line.nature.value, line.amount) for line in db.session.scalars(lines)]


def only(model):
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()


@pytest.fixture
def payment(asked, page_of, in_place, announced):
    """Alice paid thirty euros by card."""
    in_place.pay(page_of(asked(3000)))
    announced()
    return only(Payment)


@pytest.fixture
def promised(payment):
    """Ten euros of it are promised back."""
    with transaction():
        return service.refund_payment(payment, amount=1000, reason="Geste", key="k", actor=TESTS)


# --- refunded on Stripe's own pages -----------------------------------------------------------------------------


def test_a_refund_made_at_stripe_is_in_the_books_once_and_no_difference_at_night(payment, in_place, announced, at):
    made = in_place.post("refunds", payment_intent=payment.reference, amount=1000)
    announced()
    in_place.deliver(*[event["id"] for event in in_place.events("refund.created")], times=3)
    announced()
    assert moved() == [("payment", 3000), ("refund", -1000)]
    assert (only(RefundRequest).state, queries.refundable_of(only(Payment))) == (RefundState.DONE, 2000)
    assert queries.movement_with_key(f"stripe:{made['id']}") is not None
    at("2026-03-11 03:45")
    assert jobs.reconcile() == 0


def test_the_payment_says_where_it_was_made_and_those_who_may_refund_are_told(
    payment, in_place, announced, visit, cast
):
    in_place.post("refunds", payment_intent=payment.reference, amount=1000)
    announced()
    text = visit(cast.chloe).see(f"/admin/paiements/{payment.id}").text
    assert "remboursés directement chez Stripe" in text
    told = sa.select(Notification.person_id).where(Notification.notice == "payments.team_refund_found")
    assert cast.chloe.person_id in list(db.session.scalars(told))
    shown = visit(cast.chloe).see(f"/admin/paiements/remboursements/{only(RefundRequest).id}").text
    assert "Fait chez Stripe" in shown


def test_one_made_at_stripe_that_does_not_arrive_is_undone_and_may_be_tried_from_here(payment, in_place, announced):
    made = in_place.post("refunds", payment_intent=payment.reference, amount=1000)
    announced()
    in_place.control(f"refunds/{made['id']}", status="failed")
    announced()
    assert moved() == [("payment", 3000), ("refund", -1000), ("reversal", 1000)]
    with transaction():
        service.retry_refund(only(RefundRequest), actor=TESTS)
    run_jobs()
    announced()
    assert moved()[3:] == [("refund", -1000)]
    assert queries.refundable_of(only(Payment)) == 2000


# --- older at Stripe than we look back --------------------------------------------------------------------------


def test_what_was_announced_very_late_is_no_difference(asked, page_of, in_place, announced, at):
    in_place.levers(hold=True)
    in_place.pay(page_of(asked(3000)))
    at("2026-03-20 10:00")
    in_place.deliver(*[event["id"] for event in in_place.events()])
    announced()
    assert moved() == [("payment", 3000)]
    at("2026-03-21 03:45")
    assert jobs.reconcile() == 0


def test_what_stripe_does_not_know_is_one(asked, paid, in_place, at):
    paid(asked(3000))
    at("2026-03-11 03:45")
    assert jobs.reconcile() == 2
    found = only(Reconciliation).differences["found"]
    assert "Les paiements l’ont, Stripe ne l’a pas" in {each["what"] for each in found}


# --- landed after all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given_up", [False, True])
def test_a_refund_that_landed_unheard_is_booked_even_once_it_was_given_up(payment, promised, given_up):
    with transaction():
        service.fail_refund(promised, reason="Stripe n’a pas répondu", actor=TESTS)
    if given_up:
        with transaction():
            service.give_up_refund(promised, actor=TESTS)
    told = {"id": "re_9", "status": "succeeded", "currency": "eur", "amount": 1000}
    with transaction():
        take_refund({**told, "metadata": {"request": str(promised.id)}})
    assert moved() == [("payment", 3000), ("refund", -1000)]
    assert only(RefundRequest).state is RefundState.DONE


def test_what_went_back_otherwise_is_not_tried_again(payment, promised):
    with transaction():
        service.fail_refund(promised, reason="la carte a expiré", actor=TESTS)
        service.refund_payment(only(Payment), amount=3000, reason="En entier", key="l", actor=TESTS)
    with pytest.raises(RuleBroken, match="Il reste"), transaction():
        service.retry_refund(promised, actor=TESTS)
    assert db.session.get_one(RefundRequest, promised.id).state is RefundState.FAILED


# --- taken back twice -------------------------------------------------------------------------------------------


@pytest.fixture
def overdrawn(payment, promised, announced):
    """A part went back, then a bank took the whole."""
    run_jobs()
    announced()
    with transaction():
        dispute = service.open_dispute(
            only(Payment), reference="dp_1", amount=3000, reason="fraudulent", answer_by=None, actor=TESTS
        )
        service.book_chargeback(dispute, amount=3000, actor=TESTS)
    return only(Payment)


def test_more_went_than_came_and_nothing_more_goes(house, overdrawn, visit, cast):
    assert (queries.remaining_of(overdrawn), queries.refundable_of(overdrawn)) == (-1000, 0)
    with pytest.raises(RuleBroken), transaction():
        service.reverse_movement(overdrawn, reason="Erreur", actor=accounts.actor_for(cast.chloe))
    text = visit(cast.chloe).see(f"/admin/paiements/{overdrawn.id}").text
    assert "Rembourser" not in text
    assert "Contre-passer" not in text


def test_it_takes_nothing_from_what_another_payment_gives_back(house, overdrawn, asked, paid):
    with transaction():
        paid(asked(2000), method=Method.CASH, key="other")
    with transaction():
        service.give_back(house, amount=2000, reason="Annulée à temps", key="cancelled", actor=TESTS)
    assert queries.balance_of(Payable.of(house)).held == -1000


# --- charged, or not: nobody knows ------------------------------------------------------------------------------


def test_a_charge_stripe_never_answers_is_told_to_the_team_and_asks_its_holder_nothing(
    asked, page_of, in_place, announced, at, cast, outbox
):
    in_place.pay(page_of(asked(5000, purpose=Purpose.IMPRINT)))
    announced()
    with transaction():
        charge = service.charge_saved_card(only(SavedCard), amount=4000, label="Absence", key="no-show", actor=TESTS)
    in_place.levers(fault={"kind": "nothing", "times": 99, "path": "/v1/payment_intents"})
    for hour in range(10, 24):
        at(f"2026-03-10 {hour}:30")
        run_jobs(strict=False)
    told = db.session.scalars(sa.select(Notification).where(Notification.notice == "payments.team_unanswered")).all()
    assert cast.chloe.person_id in {each.person_id for each in told}
    assert db.session.get_one(Receivable, charge.id).state is ReceivableState.OPEN
    assert cast.alice.email not in {letter.address for letter in outbox}
