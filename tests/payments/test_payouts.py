"""What Stripe sends to the bank: in the books once, seen with all it carries, and the balance right to the cent."""

import itertools

import pytest
import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.notifications.models import Notification
from app.payments import jobs, queries, service
from app.payments.accounting import fec_entry
from app.payments.checkouts import opened_page
from app.payments.companies import journal_of
from app.payments.models import (
    Fee,
    Movement,
    Payable,
    Payout,
    PayoutLine,
    PayoutState,
    Purpose,
    Reconciliation,
    Remittance,
)
from app.payments.provider import calls
from app.payments.settling import take_kept, take_payout
from tests.factories import TESTS, make_establishment
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

AVAILABLE = "2026-03-14 09:00"  # what is paid on the tenth may be sent to the bank from the thirteenth on
NET = 3000 - 70 + 5000 - 100


def only(model):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()


def lines():
    db.session.rollback()
    db.session.expire_all()
    return sorted((line.nature.value, line.amount) for line in db.session.scalars(sa.select(Movement)))


@pytest.fixture
def stripe(in_place):
    """The double in Stripe's place, and nothing simpler."""
    return in_place


@pytest.fixture
def two_paid(asked, page_of, stripe, announced):
    """Thirty euros and fifty, paid on the tenth of March."""
    for cents in (3000, 5000):
        stripe.pay(page_of(asked(cents)))
    announced()


@pytest.fixture
def sent(two_paid, stripe, at):
    """`sent("paid")`: what is available left for the bank, which answered so; gives Stripe's id of it."""

    def send(*answers):
        at(AVAILABLE)
        payout = stripe.control("payouts").json()["id"]
        for status in answers:
            assert stripe.control(f"payouts/{payout}", status=status).ok
        return payout

    return send


def compared(at, when="2026-03-15 03:45"):
    """Compare the books with the double; give how many differences, and what both hold."""
    at(when)
    found = jobs.reconcile()
    db.session.expire_all()
    last = queries.last_reconciliation()
    return found, last.held["there"], last.held["here"]


# --- in the books -----------------------------------------------------------------------------------------------


def test_what_is_on_its_way_is_known_and_moves_nothing(sent, announced, at):
    sent()
    announced()
    payout = only(Payout)
    assert (payout.state, payout.amount, payout.arrives_on.isoformat()) == (PayoutState.ON_ITS_WAY, NET, "2026-03-16")
    assert "remittance" not in dict(lines())
    assert compared(at) == (0, 0, 0)


@on_both
def test_what_reached_the_bank_leaves_stripe_in_the_books_once(sent, announced, at, house):
    sent("paid")
    announced()
    announced()
    assert only(Remittance).amount == -NET
    assert only(Payout).state is PayoutState.PAID
    assert queries.held_at_stripe() == 0
    assert queries.balance_of(Payable.of(house)).held == 8000  # the guests paid, wherever the money is
    assert compared(at) == (0, 0, 0)


def test_it_carries_the_lines_of_the_books(sent, announced):
    sent("paid")
    announced()
    carried = queries.payout_lines(only(Payout))
    assert [(line.amount, line.fee, line.movement.amount) for line in carried] == [(5000, 100, 5000), (3000, 70, 3000)]
    assert sum(line.net for line in carried) == NET


@pytest.mark.parametrize("told", [("paid", "failed"), ("failed",)])
def test_what_the_bank_sends_back_is_at_stripe_again_and_somebody_is_told(sent, stripe, announced, at, told, cast):
    reference = sent()
    for status in told:
        stripe.control(f"payouts/{reference}", status=status)
        announced()
    payout = only(Payout)
    assert (payout.state, payout.failure) == (PayoutState.FAILED, "account_closed")
    returned = [("remittance", -NET), ("remittance", NET)] if len(told) == 2 else []
    assert [line for line in lines() if line[0] == "remittance"] == returned
    notified = sa.select(Notification.person_id).where(Notification.notice == "payments.team_payout_failed")
    assert cast.chloe.person_id in db.session.scalars(notified).all()
    assert compared(at) == (0, NET, NET)


def test_what_came_back_is_sent_again_with_the_next(sent, stripe, announced, at):
    reference = sent("paid")
    announced()
    stripe.control(f"payouts/{reference}", status="failed")
    announced()
    at("2026-03-18 09:00")
    again = stripe.control("payouts").json()["id"]
    stripe.control(f"payouts/{again}", status="paid")
    announced()
    assert [line for line in lines() if line[0] == "remittance"] == [
        ("remittance", -NET), ("remittance", -NET), ("remittance", NET)
    ]  # fmt: skip
    assert compared(at, "2026-03-19 03:45") == (0, 0, 0)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_whatever_the_order_each_told_twice_writes_once(sent, stripe, outside, order, announced):
    sent("paid", "failed")
    stripe.settled()
    posts = [post for post in outside.posts if b'"type": "payout.' in post.body]
    assert len(posts) == 3
    outside.posts[:] = [posts[place] for place in (*order, *order)]
    announced()
    assert "remittance" not in dict(lines())  # Stripe is asked how it stands: it came back before anybody heard of it
    assert only(Payout).state is PayoutState.FAILED
    assert queries.held_at_stripe() == NET


def test_a_payout_told_of_before_what_it_carries_brings_that_in_first(asked, page_of, stripe, at):
    stripe.pay(page_of(asked(3000)))
    at(AVAILABLE)
    payout = stripe.control("payouts").json()["id"]
    stripe.control(f"payouts/{payout}", status="paid")
    told = calls.payout(payout)
    for _twice in range(2):
        with transaction():
            take_payout(told)
    assert lines() == [("fee", -70), ("payment", 3000), ("remittance", -2930)]
    assert only(PayoutLine).movement.amount == 3000


def test_a_refund_is_carried_too(asked, page_of, stripe, announced, at):
    stripe.pay(page_of(asked(9000)))
    announced()
    payment = queries.payments_with([stripe.get("payment_intents")["data"][0]["id"]]).popitem()[1]
    with transaction():
        service.refund_payment(payment, amount=2000, reason="Geste", key="k", actor=TESTS)
    run_jobs()
    announced()
    at(AVAILABLE)
    payout = stripe.control("payouts").json()["id"]
    stripe.control(f"payouts/{payout}", status="paid")
    announced()
    kinds = {(line.stripe_type, line.movement.nature.value) for line in queries.payout_lines(only(Payout))}
    assert kinds == {("charge", "payment"), ("refund", "refund")}
    assert compared(at) == (0, 0, 0)


def test_the_night_writes_what_nobody_told_of(sent, stripe, outside, at):
    sent("paid")
    stripe.settled()
    outside.posts.clear()
    assert compared(at) == (0, 0, 0)
    assert only(Remittance).amount == -NET


def test_a_house_that_begins_to_follow_payouts_learns_those_of_long_ago(sent, stripe, outside, at):
    sent("paid")
    stripe.settled()
    outside.posts.clear()
    assert compared(at, "2026-05-15 03:45") == (0, 0, 0)


def test_a_balance_that_differs_is_told_with_both_sums(sent, announced, at, paid, asked):
    sent("paid")
    announced()
    paid(asked(4000))  # by hand in the books, as if Stripe had it
    at("2026-03-15 03:45")
    jobs.reconcile()
    found = {each["what"]: (each["there"], each["here"]) for each in only(Reconciliation).found}
    assert found["Le solde chez Stripe n’est pas celui des comptes"] == (0, 4000)


def test_what_stripe_keeps_on_the_account_itself_is_a_line_too(house, stripe):
    kept = {"id": "txn_radar", "type": "stripe_fee", "amount": -200, "fee": 0, "net": -200, "currency": "eur"}
    for _twice in range(2):
        with transaction():
            take_kept({**kept, "description": "Radar", "source": None})
    assert (only(Fee).amount, only(Fee).corrects_id, only(Fee).label) == (-200, None, "Radar")


def test_each_house_has_its_part_of_one_payout(house, asked, page_of, stripe, announced, at):
    other = make_establishment("Au Quai")
    stripe.pay(page_of(asked(3000)))
    with transaction():
        terms = service.Terms(5000, Purpose.PLEDGE, "Table du quai")
        theirs = service.ask(other, terms, service.Payer("Eve"), house=other, actor=TESTS)
    stripe.pay(opened_page(theirs).url)
    announced()
    at(AVAILABLE)
    payout = stripe.control("payouts").json()["id"]
    stripe.control(f"payouts/{payout}", status="paid")
    announced()
    db.session.expire_all()
    parts = {each.establishment_id: (each.amount, each.whole) for each in queries.payouts_with(payout)}
    assert parts == {house.id: (2930, NET), other.id: (4900, NET)}
    assert [line.amount for line in db.session.scalars(sa.select(Remittance).order_by(Remittance.amount))] == [
        -4900,
        -2930,
    ]


# --- the accountant ---------------------------------------------------------------------------------------------


def test_the_day_is_closed_with_what_went_to_the_bank_apart(sent, announced, house):
    sent("paid")
    announced()
    with transaction():
        service.close_day(house, house.today(), actor=TESTS)
    (closed,) = queries.closings()
    assert closed.totals["card"] == {"in": 8000, "out": 0, "fees": -170, "remitted": -NET}
    assert (closed.total, closed.remitted) == (NET, NET)
    assert service.verify_closings() == []


def test_the_accounting_file_moves_it_from_one_account_to_the_other(sent, announced, house):
    sent("paid")
    announced()
    rows = [line.split("\t") for line in fec_entry(journal_of(house), only(Remittance), clock.now()).splitlines()]
    assert [(row[4], row[11], row[12]) for row in rows] == [("511500", "0,00", "78,30"), ("512000", "78,30", "0,00")]
    assert rows[0][10] == "Versement à la banque Stripe"


def test_nobody_undoes_it_by_hand(sent, announced):
    sent("paid")
    announced()
    with pytest.raises(RuleBroken), transaction():
        service.reverse_movement(only(Remittance), reason="", actor=TESTS)


def test_the_pages_show_the_payout_and_the_way_to_it(sent, announced, visit, cast):
    sent("paid")
    announced()
    visitor, payout = visit(cast.chloe), only(Payout)
    assert "78,30" in visitor.see("/admin/paiements/versements").text
    page = visitor.see(f"/admin/paiements/versements/{payout.id}")
    told = page.text.replace("\xa0", " ").replace("\u202f", " ")
    assert "Versement de 78,30 €" in told
    assert "Encaissement 50,00 € −1,00 € 49,00 €" in told
    assert "Stripe envoie 78,30 € à la banque" in told
    line = visitor.see(f"/admin/paiements/{queries.payout_lines(payout)[0].movement_id}")
    assert f"/admin/paiements/versements/{payout.id}" in line.links().values()
    assert "Versement à la banque" in visitor.see("/admin/paiements").text


def test_who_may_not_read_payments_reads_no_payout(sent, announced, visit, cast):
    sent("paid")
    announced()
    assert visit(cast.bruno).get(f"/admin/paiements/versements/{only(Payout).id}").status_code == 403
    assert visit(cast.bruno).get("/admin/paiements/versements").status_code == 403


def test_the_settings_say_what_stripe_holds(sent, announced, at, visit, cast):
    sent()
    announced()
    compared(at)
    told = visit(cast.chloe).see("/admin/reglages/paiements/liaison").text.replace("\xa0", " ")
    assert "En route vers la banque 78,30 €" in told
    assert "Dans les comptes 78,30 €" in told
