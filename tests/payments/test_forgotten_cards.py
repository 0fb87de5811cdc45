"""A card that is kept here no more is kept at Stripe no more: asked once, whatever is pulled in between, told if not."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.notifications.models import Notification
from app.payments import jobs, service
from app.payments.models import Purpose, ReceivableState, SavedCard
from app.payments.provider import calls
from tests.factories import TESTS
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

VISA = "4242424242424242"


@pytest.fixture
def stripe(in_place, house):
    """The double in Stripe's place, in a house."""
    return in_place


@pytest.fixture
def kept(asked, page_of, stripe, announced):
    """Alice's card is kept at Stripe; gives what Stripe calls it, and her."""
    stripe.pay(page_of(asked(5000, purpose=Purpose.IMPRINT)))
    announced()
    return only().card, only().customer


def only():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(SavedCard)).one()


def let_go():
    with transaction():
        service.release(only().receivable, actor=TESTS)


def facts(*named):
    query = sa.select(AuditEntry.fact).where(AuditEntry.fact.in_([f"payments.{name}" for name in named]))
    return sorted(db.session.scalars(query))


def is_gone(stripe, kept):
    card, customer = kept
    return stripe.get(f"payment_methods/{card}")["customer"] is None and stripe.get(f"customers/{customer}")["deleted"]


@on_both
def test_an_erased_payer_s_card_is_kept_nowhere(kept, stripe, cast):
    with transaction():
        service.forget_payer(cast.alice.id)
    run_jobs()
    card = only()
    assert is_gone(stripe, kept)
    assert (card.card, card.customer, card.brand, card.last_digits) == ("", "", "", "")
    assert facts("card_released", "card_forgotten") == ["payments.card_forgotten", "payments.card_released"]


def test_a_card_let_go_is_forgotten_by_stripe(kept, stripe):
    let_go()
    assert stripe.get(f"payment_methods/{kept[0]}")["customer"] == kept[1]  # nothing is asked inside the transaction
    run_jobs()
    assert is_gone(stripe, kept)


def test_it_is_asked_once_however_often_it_is_let_go(kept, stripe, cast, announced):
    for _n in range(2):
        let_go()
        with transaction():
            service.forget_payer(cast.alice.id)
        run_jobs()
        jobs.forget_card(card_id=str(only().id))
    announced()
    assert len(stripe.events("payment_method.detached")) == len(stripe.events("customer.deleted")) == 1
    assert facts("card_forgotten", "card_not_forgotten") == ["payments.card_forgotten"]


@pytest.mark.parametrize("kind", ["500", "garbage", "nothing"])
@pytest.mark.parametrize("after", [False, True])
def test_an_answer_that_is_lost_is_asked_for_again(kept, stripe, at, kind, after):
    let_go()
    for path in ("/v1/payment_methods", "/v1/customers"):
        stripe.levers(fault={"kind": kind, "after": after, "times": 2, "path": path})
        run_jobs(strict=False)
        assert only().card == kept[0]
        at(clock.now() + timedelta(minutes=3))
    run_jobs()
    assert is_gone(stripe, kept)
    assert only().card == ""


def test_a_process_that_dies_between_the_two_calls_leaves_nothing_behind(kept, stripe):
    let_go()
    stripe.post(f"payment_methods/{kept[0]}/detach")
    run_jobs()
    assert is_gone(stripe, kept)


def test_a_customer_deleted_by_hand_is_no_trouble(kept, stripe):
    stripe.call("DELETE", f"customers/{kept[1]}")
    let_go()
    run_jobs()
    assert only().card == ""
    assert facts("card_not_forgotten") == []


def test_a_customer_who_keeps_another_card_there_stays(kept, stripe):
    other = stripe.post("payment_methods", type="card", **{"card[token]": "tok_visa"})["id"]
    stripe.post(f"payment_methods/{other}/attach", customer=kept[1])
    let_go()
    run_jobs()
    assert [each["id"] for each in stripe.get(f"customers/{kept[1]}/payment_methods")["data"]] == [other]


def test_a_card_that_answers_for_another_imprint_stays(kept, stripe, asked):
    first = only()
    imprint = asked(8000, purpose=Purpose.IMPRINT)
    with transaction():
        service.carry_card_over(db.session.get_one(SavedCard, first.id), imprint, actor=TESTS)
    jobs.forget_card(card_id=str(first.id))
    assert stripe.get(f"payment_methods/{kept[0]}")["customer"] == kept[1]
    with transaction():
        service.release(imprint, actor=TESTS)
    run_jobs()
    assert is_gone(stripe, kept)
    assert set(db.session.scalars(sa.select(SavedCard.card))) == {""}


def test_a_sum_that_was_asked_of_it_is_taken_first(kept, stripe, announced, at):
    with transaction():
        charged = service.charge_saved_card(only(), amount=4000, label="Absence", key="n", actor=TESTS)
        service.release(only_in_session().receivable, actor=TESTS)
    jobs.forget_card(card_id=str(only().id))
    assert not is_kept_by_nobody(stripe, kept)
    run_jobs()
    announced()
    assert charged.state is ReceivableState.SETTLED
    at("2026-03-12 03:45")
    jobs.reconcile()
    run_jobs()
    assert is_gone(stripe, kept)


def only_in_session():
    return db.session.scalars(sa.select(SavedCard)).one()


def is_kept_by_nobody(stripe, kept):
    return stripe.get(f"payment_methods/{kept[0]}")["customer"] is None


def test_a_card_left_for_what_is_asked_no_more_is_forgotten(asked, page_of, stripe, announced):
    receivable = asked(5000, purpose=Purpose.IMPRINT)
    stripe.levers(hold=True)
    stripe.pay(page_of(receivable))
    with transaction():
        service.release(receivable, actor=TESTS)
    stripe.levers(hold=False)
    announced()
    run_jobs()
    assert only().released_at is not None
    assert [each["customer"] for each in stripe.get("payment_methods")["data"]] == [None]
    assert stripe.get("customers")["data"] == []


def test_what_stripe_does_not_forget_is_told_once_and_asked_for_every_night(kept, stripe, at, cast, monkeypatch):
    monkeypatch.setattr(calls, "forget_card", refuse)
    let_go()
    run_jobs()
    for night in ("2026-03-12 03:45", "2026-03-13 03:45"):
        at(night)
        jobs.reconcile()
        run_jobs()
    told = sa.select(Notification.person_id).where(Notification.notice == "payments.team_card_kept")
    assert db.session.scalars(told).all().count(cast.chloe.person_id) == 1
    monkeypatch.undo()


def refuse(_card, _customer):
    raise calls.ProviderRefused("resource_missing", "No such PaymentMethod")


def test_what_was_let_go_of_before_stripe_was_told_goes_at_night(kept, stripe, at):
    with transaction():
        only_in_session().released_at = clock.now()  # as it was until version 0.6
    at("2026-03-12 03:45")
    jobs.reconcile()
    run_jobs()
    assert is_gone(stripe, kept)


def test_a_silence_that_lasts_is_told(kept, cast):
    let_go()
    with transaction():
        for act in jobs.forget_card.given_up:
            act(card_id=str(only_in_session().id))
    run_jobs(strict=False)
    assert facts("card_not_forgotten") == ["payments.card_not_forgotten"]
