"""Keys that are taken away or changed while money is under way, and events that are not for this key: nothing is lost,
nobody is asked twice, and the settings say plainly what does not fit.
"""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db, transaction
from app.payments import jobs, service
from app.payments.models import (
    Checkout,
    EventTrouble,
    Payment,
    ProviderEvent,
    Purpose,
    ReceivableState,
    RefundRequest,
    RefundState,
    SavedCard,
)
from app.payments.provider.signatures import signed
from tests.factories import TESTS
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs
from tests.payments.conftest import HOOK
from tests.payments.doubles import SECRET

CONNECTION = "/admin/reglages/paiements/liaison"


@pytest.fixture
def stripe(in_place, house):
    """The double in Stripe's place, in a house."""
    return in_place


@pytest.fixture
def key(app, stripe, monkeypatch):
    """`key("")`: from now on this is the key."""
    return lambda given: monkeypatch.setitem(app.config, "STRIPE_SECRET_KEY", given)


@pytest.fixture
def heard(visit):
    """`heard(about, livemode=True)`: an event reaches the house, signed with its own secret."""

    def tell(about, kind="payment_intent.succeeded", **more):
        body = json.dumps({"id": f"evt_{about}", "type": kind, "data": {"object": {"id": about}}, **more}).encode()
        moment = int(clock.now().timestamp())
        visitor = visit()
        visitor.csrf = False
        header = {"Stripe-Signature": f"t={moment},v1={signed(body, moment, SECRET)}"}
        assert visitor.post(HOOK, data=body, headers=header).status_code == 204
        run_jobs(strict=False)
        db.session.expire_all()
        return db.session.get(ProviderEvent, f"evt_{about}")

    return tell


def only(model):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()


def a_minute_later():
    """Whatever failed until now is due again, however long it took to fail."""
    return clock.now() + timedelta(minutes=1)


def plain(page):
    return page.text.replace("\xa0", " ").replace("\u202f", " ")


# --- keys -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["", "sk_test_revoked"])
def test_a_refund_waits_for_the_key_to_come_back(asked, page_of, stripe, announced, key, wrong, at):
    stripe.pay(page_of(asked(3000)))
    announced()
    with transaction():
        service.refund_payment(only(Payment), amount=1000, reason="Geste", key="k", actor=TESTS)
    key(wrong)
    run_jobs(strict=False)
    assert only(RefundRequest).state is RefundState.PROMISED
    key("sk_test_guichet")
    at(a_minute_later())
    run_jobs()
    assert (only(RefundRequest).state, only(RefundRequest).attempts) == (RefundState.DONE, 0)


@pytest.mark.parametrize("wrong", ["", "sk_test_revoked"])
def test_no_guest_is_written_to_because_of_a_key(asked, page_of, stripe, announced, key, wrong, at, outbox):
    stripe.pay(page_of(asked(5000, purpose=Purpose.IMPRINT)))
    announced()
    outbox.forget()
    key(wrong)
    with transaction():
        charged = service.charge_saved_card(only(SavedCard), amount=4000, label="Absence", key="n", actor=TESTS)
    run_jobs(strict=False)
    assert len(outbox) == 0
    key("sk_test_guichet")
    at(a_minute_later())
    run_jobs()
    assert charged.state is ReceivableState.SETTLED


def test_another_key_opens_another_page(asked, page_of, stripe, key, app, monkeypatch):
    receivable = asked(3000)
    first = page_of(receivable)
    stripe.server.parts.settings = type(stripe.server.parts.settings)(secret_key="sk_test_other")
    key("sk_test_other")
    assert page_of(receivable) != first
    marks = set(db.session.scalars(sa.select(Checkout.key_mark)))
    assert len(marks) == 2
    assert "sk_test" not in "".join(marks)


@on_both
def test_the_settings_tell_of_what_waits_without_a_key(asked, page_of, stripe, key, visit, cast):
    page_of(asked(3000))
    key("")
    told = plain(visit(cast.chloe).see(CONNECTION))
    assert "1 paiement, remboursement ou débit attend encore Stripe, et aucune clé n’est donnée" in told


def test_the_settings_tell_of_pages_opened_with_another_key(asked, page_of, stripe, key, visit, cast, at):
    page_of(asked(3000))
    key("sk_test_other")
    assert "1 page de paiement fut ouverte avec une autre clé" in plain(visit(cast.chloe).see(CONNECTION))
    at("2026-03-10 10:40")
    assert "autre clé" not in plain(visit(cast.chloe).see(CONNECTION))


@pytest.mark.parametrize(
    ("given", "said"), [("", "aucune clé n’est donnée"), ("sk_test_revoked", "Stripe refuse la clé")]
)
def test_the_test_says_of_a_key_that_it_is_refused(stripe, key, visit, cast, given, said):
    key(given)
    answer = visit(cast.chloe).post(CONNECTION)
    assert answer.status_code == 409
    assert said in answer.get_data(as_text=True)


def test_the_test_says_of_a_key_that_it_is_another_accounts(stripe, paid, asked, visit, cast):
    paid(asked(3000))  # of an account this Stripe is not
    answer = visit(cast.chloe).post(CONNECTION)
    assert answer.status_code == 409
    assert "la clé est celle d’un autre compte" in answer.get_data(as_text=True)


def test_a_right_key_is_said_to_be_right(asked, page_of, stripe, announced, visit, cast):
    stripe.pay(page_of(asked(3000)))
    announced()
    visitor = visit(cast.chloe)
    assert visitor.post(CONNECTION).status_code == 303
    assert "À vérifier" not in plain(visitor.see(CONNECTION))


# --- events -----------------------------------------------------------------------------------------------------


def test_an_event_of_another_account_is_told_and_looked_into_every_night(stripe, heard, visit, cast, at):
    event = heard("pi_elsewhere")
    assert (event.trouble, event.handled_at) == (EventTrouble.UNKNOWN, None)
    assert "1 événement parle de ce que le compte de la clé ne connaît pas" in plain(visit(cast.chloe).see(CONNECTION))
    at("2026-03-11 03:45")
    jobs.reconcile()
    run_jobs(strict=False)
    assert db.session.get(ProviderEvent, event.id).handled_at is None


def test_what_a_wrong_key_did_not_know_is_booked_once_the_key_is_right(asked, page_of, stripe, heard, key, at):
    receivable = asked(3000)
    stripe.levers(hold=True)
    stripe.pay(page_of(receivable))
    intent = stripe.get("payment_intents")["data"][0]["id"]
    with transaction() as session:
        lost = {"id": "evt_lost", "type": "payment_intent.succeeded", "about": intent}
        session.add(ProviderEvent(**lost, received_at=clock.now(), trouble=EventTrouble.UNKNOWN))
    at("2026-03-11 03:45")
    jobs.reconcile()
    run_jobs()
    db.session.expire_all()
    assert receivable.state is ReceivableState.SETTLED
    assert only(ProviderEvent).trouble is EventTrouble.NONE


@pytest.mark.parametrize(("given", "is_live", "said"), [
    ("sk_live_0123456789", False, "1 événement d’essai est arrivé à côté d’une clé réelle"),
    ("sk_test_guichet", True, "1 événement réel est arrivé à côté d’une clé d’essai"),
])  # fmt: skip
def test_an_event_of_the_other_mode_is_ignored_and_told(stripe, heard, key, visit, cast, given, is_live, said):
    key(given)
    event = heard("pi_other", livemode=is_live)
    assert (event.trouble, event.handled_at is None) == (EventTrouble.OTHER_MODE, False)
    assert said in plain(visit(cast.chloe).see(CONNECTION))


@pytest.mark.parametrize("livemode", ["yes", 1, None, {}])
def test_a_mode_that_is_none_changes_nothing(stripe, heard, livemode):
    assert heard("pi_odd", livemode=livemode).trouble is EventTrouble.UNKNOWN


# --- secrets ----------------------------------------------------------------------------------------------------


def test_an_address_declared_twice_is_heard_twice_and_books_once(
    asked, page_of, stripe, outside, announced, app, monkeypatch
):
    """Each declared address has a secret of its own: both are given."""
    other = stripe.post("webhook_endpoints", **{"url": f"{outside.url}/stripe", "enabled_events[0]": "*"})
    monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRET", f"{SECRET} , {other['secret']}")
    stripe.pay(page_of(asked(3000)))
    assert announced() % 2 == 0
    assert only(Payment).amount == 3000


@pytest.mark.parametrize("secrets", ["whsec_new,{}", "{},whsec_new", "whsec_old, {} ,,"])
def test_one_secret_replaces_another_without_an_event_being_lost(
    asked, page_of, stripe, announced, app, monkeypatch, secrets
):
    monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRET", secrets.format(SECRET))
    stripe.pay(page_of(asked(3000)))
    announced()
    assert only(Payment).amount == 3000


@pytest.mark.parametrize("secrets", ["whsec_old,whsec_new", f"{SECRET}x", ","])
def test_none_of_several_secrets_is_no_secret(stripe, visit, app, monkeypatch, secrets):
    monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRET", secrets)
    moment, visitor = int(clock.now().timestamp()), visit()
    visitor.csrf = False
    header = {"Stripe-Signature": f"t={moment},v1={signed(b'{}', moment, SECRET)},v1={signed(b'{}', moment, '')}"}
    assert visitor.post(HOOK, data=b"{}", headers=header).status_code in (400, 404)
