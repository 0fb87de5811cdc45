"""Stripe told and asked: whatever the order, the repetition, the delay or the trouble, money is booked once."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.accounts import service as accounts
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.kernel.outbox import OutboxRow
from app.payments import jobs, queries, service
from app.payments.models import (
    Checkout,
    Movement,
    Payment,
    ProviderEvent,
    Purpose,
    Receivable,
    ReceivableState,
    Reconciliation,
    RefundRequest,
    RefundState,
    SavedCard,
)
from app.payments.permissions import PAY_LINK
from app.payments.provider import calls
from app.payments.provider.signatures import signed
from tests.factories import TESTS
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs
from tests.payments.stand_in import event_of

HOOK, SECRET = "/stripe/evenements", "whsec_guichet"


def only(model):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()


def amounts():
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Movement.amount).order_by(Movement.number)))


@pytest.fixture
def tell(visit, stripe):
    """`tell("payment_intent.succeeded", "pi_1")`: Stripe tells, signed as it does."""

    def post(kind, about, *, late=0, secret=SECRET, payload=None):
        sent = payload if payload is not None else json.dumps(event_of(kind, about)).encode()
        moment = int(clock.now().timestamp()) - late
        visitor = visit()
        visitor.csrf = False
        header = {"Stripe-Signature": f"t={moment},v1={signed(sent, moment, secret)}"}
        return visitor.post(HOOK, data=sent, headers=header).status_code

    return post


@pytest.fixture
def guest(visit, cast):
    def bear(receivable):
        visitor = visit()
        visitor.bear(PAY_LINK, receivable, cast.alice)
        return visitor

    return bear


@pytest.fixture
def at_stripe(guest, stripe):
    """`at_stripe(receivable)`: its guest goes to the payment page; gives Stripe's id of it."""

    def go(receivable):
        assert guest(receivable).post(f"/paiements/{receivable.id}").status_code == 303
        return only(Checkout).reference

    return go


# --- the way there and back -------------------------------------------------------------------------------------


def test_a_guest_pays_by_their_link_and_has_a_receipt(asked, guest, stripe, outbox):
    receivable = asked(3000, rule="Rendus jusqu’à la veille.", back_path="/reservations")
    visitor = guest(receivable)
    page = visitor.see(f"/paiements/{receivable.id}")
    assert "30,00 € à régler" in page.text
    assert "Rendus jusqu’à la veille" in page.text
    answer = visitor.post(f"/paiements/{receivable.id}")
    assert answer.headers["Location"] == f"{stripe.url}/page"
    stripe.pay(only(Checkout).reference)
    assert visitor.get(f"/paiements/{receivable.id}/retour").headers["Location"] == "/reservations"
    back = visitor.see(f"/paiements/{receivable.id}")
    assert "C’est payé" in back.text
    assert back.links()["Continuer"] == "/reservations"
    assert (receivable.state, amounts()) == (ReceivableState.SETTLED, [3000])
    (letter,) = outbox
    assert letter.address == "alice@example.org"
    assert "30,00 €" in letter.subject
    assert "Arrhes" in letter.text


def test_the_page_lets_its_form_lead_to_stripe_and_nowhere_else(asked, guest, stripe):
    receivable = asked()
    policy = guest(receivable).get(f"/paiements/{receivable.id}").headers["Content-Security-Policy"]
    assert f"form-action 'self' {stripe.url};" in policy


def test_two_clicks_open_one_page(asked, guest, stripe):
    receivable = asked()
    visitor = guest(receivable)
    for _n in range(2):
        visitor.post(f"/paiements/{receivable.id}")
    assert len([call for call in stripe.calls if call[0] == "POST"]) == 1


def test_a_page_whose_answer_was_lost_is_the_same_page(asked, guest, stripe):
    receivable = asked()
    visitor = guest(receivable)
    stripe.trouble = "silent"
    assert visitor.post(f"/paiements/{receivable.id}").status_code == 503
    stripe.trouble = ""
    assert visitor.post(f"/paiements/{receivable.id}").status_code == 303
    assert [name for name in stripe.held if name.startswith("cs_")] == [only(Checkout).reference]


@pytest.mark.parametrize("trouble", ["down", "garbage"])
def test_stripe_in_trouble_is_told_plainly_and_nothing_is_lost(asked, guest, stripe, trouble):
    receivable = asked()
    visitor = guest(receivable)
    stripe.trouble = trouble
    answer = visitor.post(f"/paiements/{receivable.id}")
    assert answer.status_code == 503
    assert "Rien n’est perdu" in answer.get_data(as_text=True).replace("\u00a0", " ")
    assert receivable.state is ReceivableState.OPEN


def test_without_keys_nothing_is_asked_online(asked, guest):
    receivable = asked()
    page = guest(receivable).see(f"/paiements/{receivable.id}")
    assert "n’est pas ouvert" in page.text
    assert guest(receivable).post(f"/paiements/{receivable.id}").status_code == 409


def test_nobody_else_opens_the_page(asked, visit, cast, stripe):
    receivable = asked()
    for somebody in (None, cast.chloe):
        assert visit(somebody).get(f"/paiements/{receivable.id}").status_code in (302, 403)
        assert visit(somebody).post(f"/paiements/{receivable.id}").status_code == 403


def test_the_letter_holds_a_link_that_opens_the_page(asked, visit, stripe, outbox):
    receivable = asked()
    with transaction():
        service.send_link(receivable, actor=TESTS)
    (letter,) = outbox
    (link,) = [each for each in letter.links if "/paiement/" in each]
    assert "à régler" in visit().see(link.removeprefix("http://localhost")).text
    assert visit().get("/paiement/" + "x" * 43).status_code == 404


# --- events -----------------------------------------------------------------------------------------------------


def test_a_payment_is_booked_by_the_webhook_alone(asked, at_stripe, stripe, tell):
    receivable = asked()
    intent = stripe.pay(at_stripe(receivable))
    assert tell("payment_intent.succeeded", intent) == 204
    run_jobs()
    assert (receivable.state, amounts()) == (ReceivableState.SETTLED, [3000])
    assert only(ProviderEvent).handled_at is not None


@pytest.mark.parametrize(
    "wrong", [{"secret": "whsec_other"}, {"late": 301}, {"late": -301}, {"payload": b"{"}, {"payload": b"[]"},
              {"payload": b'{"id": 3, "type": [], "data": {"object": {}}}'}]
)  # fmt: skip
def test_what_is_not_signed_or_no_event_is_refused(tell, wrong):
    assert tell("payment_intent.succeeded", "pi_1", **wrong) == 400
    assert not db.session.scalars(sa.select(ProviderEvent)).all()


@pytest.mark.parametrize("header", ["", "t=1", "v1=abc", "t=,v1=", "t=x,v1=a", "t=1,t=2,v1=a", "é"])
def test_an_odd_signature_is_refused(visit, stripe, header):
    visitor = visit()
    visitor.csrf = False
    assert visitor.post(HOOK, data=b"{}", headers={"Stripe-Signature": header}).status_code == 400


def test_without_a_secret_the_address_does_not_exist(visit, app):
    visitor = visit()
    visitor.csrf = False
    assert visitor.post(HOOK, data=b"{}").status_code == 404


@pytest.mark.parametrize("order", range(6))
def test_every_order_of_every_event_told_twice_books_once(asked, at_stripe, stripe, tell, order):
    receivable = asked()
    session = at_stripe(receivable)
    intent = stripe.pay(session)
    told = [
        ("checkout.session.completed", session),
        ("payment_intent.created", intent),
        ("payment_intent.succeeded", intent),
    ]
    for kind, about in list(itertools.permutations(told))[order]:
        assert tell(kind, about) == tell(kind, about) == 204
        run_jobs()
    assert (receivable.state, amounts()) == (ReceivableState.SETTLED, [3000])


@on_both
def test_the_same_event_many_times_at_once_is_looked_into_once(app, asked, at_stripe, stripe):
    receivable = asked()
    intent = stripe.pay(at_stripe(receivable))
    payload = json.dumps(event_of("payment_intent.succeeded", intent)).encode()
    moment = int(clock.now().timestamp())
    header = {"Stripe-Signature": f"t={moment},v1={signed(payload, moment, SECRET)}"}

    def told():
        return app.test_client().post(HOOK, data=payload, headers=header).status_code

    with ThreadPoolExecutor(12) as pool:
        assert {done.result() for done in [pool.submit(told) for _n in range(50)]} == {204}
    run_jobs()
    assert amounts() == [3000]
    promised = OutboxRow.job == "payments.look_into_event"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxRow).where(promised)) == 1


def test_an_event_of_a_stranger_writes_nothing(stripe, tell):
    stranger = stripe.new("pi", status="succeeded", amount_received=10**6, currency="eur", metadata={})
    assert tell("payment_intent.succeeded", stranger["id"]) == 204
    run_jobs()
    assert amounts() == []


def test_another_currency_writes_nothing(asked, at_stripe, stripe, tell):
    intent = stripe.pay(at_stripe(asked()), currency="usd")
    tell("payment_intent.succeeded", intent)
    run_jobs()
    assert amounts() == []


def test_stripe_away_when_it_is_asked_back_is_asked_again_later(asked, at_stripe, stripe, tell, at):
    intent = stripe.pay(at_stripe(asked()))
    tell("payment_intent.succeeded", intent)
    stripe.trouble = "down"
    run_jobs(strict=False)
    assert amounts() == []
    stripe.trouble = ""
    at("2026-03-10 10:05")
    run_jobs(strict=False)
    assert amounts() == [3000]


def test_money_that_comes_after_the_delay_is_booked_and_the_team_is_told(asked, at_stripe, stripe, tell, at, cast):
    receivable = asked(expires_at=clock.now().replace(hour=9, minute=15))
    session = at_stripe(receivable)
    intent = stripe.pay(session)
    at("2026-03-10 10:20")
    jobs.expire_receivables()
    assert receivable.state is ReceivableState.EXPIRED
    tell("payment_intent.succeeded", intent)
    run_jobs()
    payment = only(Payment)
    assert queries.allocated_of(payment) == 0
    with transaction():
        service.give_back(receivable.establishment, amount=3000, reason="Trop tard", key="late", actor=TESTS)
    run_jobs()
    assert amounts() == [3000, -3000]


def test_a_page_is_closed_when_its_time_is_over(asked, at_stripe, stripe, at):
    reference = at_stripe(asked(expires_at=clock.now().replace(hour=9, minute=15)))
    at("2026-03-10 10:20")
    jobs.expire_receivables()
    run_jobs()
    assert stripe.held[reference]["status"] == "expired"


# --- refunds ----------------------------------------------------------------------------------------------------


@pytest.fixture
def payment(asked, at_stripe, stripe, tell):
    tell("payment_intent.succeeded", stripe.pay(at_stripe(asked())))
    run_jobs()
    return only(Payment)


def back(payment, amount=1000, key="k"):
    with transaction():
        return service.refund_payment(payment, amount=amount, reason="Grippe", key=key, actor=TESTS)


def test_a_card_is_refunded_by_stripe_and_the_payer_told(payment, outbox):
    outbox.forget()
    assert back(payment).state is RefundState.PROMISED
    (letter,) = outbox
    assert "10,00 € vous sont rendus" in letter.text
    assert (only(RefundRequest).state, amounts()) == (RefundState.DONE, [3000, -1000])


def test_a_refund_whose_answer_was_lost_is_made_once(payment, stripe, at):
    back(payment)
    stripe.trouble = "silent"
    run_jobs(strict=False)
    stripe.trouble = ""
    at("2026-03-10 10:30")
    run_jobs(strict=False)
    assert len([name for name in stripe.held if name.startswith("re_")]) == 1
    assert amounts() == [3000, -1000]


def test_a_refund_told_by_event_before_its_own_answer_is_booked_once(payment, stripe, tell):
    request = back(payment)
    made = stripe.new("re", status="succeeded", amount=1000, payment_intent=payment.reference,
                      metadata={"request": str(request.id)})  # fmt: skip
    tell("refund.created", made["id"])
    run_jobs()
    assert amounts() == [3000, -1000]


def test_a_refund_that_stripe_refuses_waits_for_the_team(payment, stripe):
    stripe.decline = "charge_disputed"
    back(payment)
    run_jobs()
    request = only(RefundRequest)
    assert request.state is RefundState.FAILED
    assert "contesté" in request.last_error
    stripe.decline = ""
    with transaction():
        service.retry_refund(request, actor=TESTS)
    run_jobs()
    assert amounts() == [3000, -1000]


def test_a_refund_that_fails_afterwards_is_undone_in_the_books(payment, stripe, tell):
    back(payment)
    run_jobs()
    (made,) = [name for name in stripe.held if name.startswith("re_")]
    stripe.held[made]["status"] = "failed"
    for _n in range(2):
        tell("refund.failed", made)
        run_jobs()
    assert amounts() == [3000, -1000, 1000]


def test_a_refund_that_fails_afterwards_waits_for_the_team_who_may_try_again(payment, stripe, tell):
    back(payment)
    run_jobs()
    (made,) = [name for name in stripe.held if name.startswith("re_")]
    stripe.held[made] |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    for _n in range(2):
        tell("refund.failed", made)
        run_jobs()
    request = only(RefundRequest)
    assert (request.state, request.last_error) == (RefundState.FAILED, "la carte a expiré, ou n’existe plus")
    failures = sa.select(AuditEntry).where(AuditEntry.fact == "payments.refund_failed")
    assert len(db.session.scalars(failures).all()) == 1
    with transaction():
        service.retry_refund(request, actor=TESTS)
    run_jobs()
    tell("refund.failed", made)
    run_jobs()
    assert amounts() == [3000, -1000, 1000, -1000]
    assert request.state is RefundState.DONE


# --- cards kept -------------------------------------------------------------------------------------------------


@pytest.fixture
def card(asked, at_stripe, stripe, tell):
    receivable = asked(5000, purpose=Purpose.IMPRINT)
    tell("setup_intent.succeeded", stripe.keep_card(at_stripe(receivable)))
    run_jobs()
    return only(SavedCard)


def charge(card, amount=4000, key="no-show"):
    with transaction():
        return service.charge_saved_card(card, amount=amount, label="Absence", key=key, actor=TESTS)


def test_an_imprint_keeps_a_card_and_takes_nothing(card):
    assert card.receivable.state is ReceivableState.SETTLED
    assert (card.brand, card.last_digits, amounts()) == ("visa", "4242", [])


def test_a_kept_card_is_charged_once_and_never_above_what_was_announced(card):
    charge(card)
    charge(card)
    run_jobs()
    assert amounts() == [4000]
    for amount in (1001, 0, -1):
        with pytest.raises(RuleBroken):
            charge(card, amount, key=f"other{amount}")


@pytest.mark.parametrize("code", ["authentication_required", "card_declined"])
def test_a_bank_that_refuses_leaves_a_sum_to_pay_by_link(card, stripe, outbox, code):
    outbox.forget()
    stripe.decline = code
    receivable = charge(card)
    (letter,) = outbox.to("alice@example.org")
    assert any("/paiement/" in link for link in letter.links)
    assert (db.session.get(Receivable, receivable.id).state, amounts()) == (ReceivableState.OPEN, [])


def test_a_card_let_go_is_charged_no_more(card):
    with transaction():
        service.release(card.receivable, actor=TESTS)
    with pytest.raises(RuleBroken):
        charge(db.session.get_one(SavedCard, card.id))


def test_who_receives_charges_nobody(card, cast, visit):
    url = f"/admin/paiements/sommes/{card.receivable_id}"
    assert "Débiter" not in visit(cast.diane).see(url).text
    assert visit(cast.diane).post(f"{url}/debit", data={"amount": "1", "reason": "x"}).status_code == 403
    page = visit(cast.chloe).see(url).submit("form[action$='debit']", amount="40", reason="Absence du 14 mars")
    assert "La banque est interrogée" in page.text
    run_jobs()
    assert amounts() == [4000]


# --- comparing --------------------------------------------------------------------------------------------------


def test_books_and_stripe_that_agree_show_no_difference(payment, at):
    back(payment)
    run_jobs()
    at("2026-03-11 03:45")
    assert jobs.reconcile() == 0
    assert only(Reconciliation).compared == 2


def test_every_difference_is_found_and_shown(payment, stripe, at, visit, cast):
    lost = stripe.new("pi", status="succeeded", amount_received=700, currency="eur", metadata={})
    stripe.held[payment.reference]["amount_received"] = 2900
    stripe.new("re", status="succeeded", amount=100, payment_intent=payment.reference, metadata={})
    at("2026-03-11 03:45")
    assert jobs.reconcile() == 4  # those three, and the balance they make another
    page = visit(cast.chloe).see("/admin/reglages/paiements/liaison")
    assert lost["id"] in page.text
    assert "4 écarts" in page.text


def test_the_manager_sees_whether_the_connection_works(visit, cast, house, stripe):
    chloe = visit(cast.chloe)
    page = chloe.see("/admin/reglages/paiements/liaison")
    assert "aucun reçu" in page.text
    assert "connaît la clé" in page.submit("form[action$='liaison']").text
    stripe.trouble = "down"
    assert chloe.post("/admin/reglages/paiements/liaison").status_code == 503


def test_a_charge_is_not_for_whoever_may_not(card, cast):
    with pytest.raises(RuleBroken), transaction():
        service.charge_saved_card(card, amount=1, label="x", key="y", actor=accounts.actor_for(cast.bruno))


def test_stripe_is_never_asked_inside_a_transaction(stripe):
    with pytest.raises(RuntimeError, match="inside transaction"), transaction():
        calls.account()
    assert stripe.calls == []
