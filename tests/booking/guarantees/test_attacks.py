"""Forged links, another's links, altered sums, addresses and events of somebody else: nobody's table, nobody's money."""

import json
import secrets

import pytest

from app.booking.models import ReservationState
from app.kernel.db import transaction
from app.payments import service as payments
from app.payments.models import Purpose
from app.payments.permissions import PAY_LINK
from tests.booking.guarantees.conftest import HOOK, amounts, guarantee
from tests.booking.houses import TESTS, fresh, promise
from tests.harness.mailbox import run_jobs

S = ReservationState
OWN_PAGES = (
    "",
    "/confirmation",
    "/modification",
    "/coordonnees",
    "/annulation",
    "/invitation.ics",
    "/confirmation.pdf",
)
TURNED_AWAY = (302, 303, 403)


@pytest.fixture
def victim(asked, ruled):
    """Alice stands before the payment of her table; gives her browser, and where she pays."""
    ruled()
    return asked()


@pytest.fixture
def eve(house, visit, stripe):
    """Eve has a table, the link of it, and another to pay one euro; `eve.pays` is where."""
    made = promise(house, "2026-03-12 12:30", email="eve@example.org", first_name="Eve")
    with transaction():
        terms = payments.Terms(100, Purpose.DEPOSIT, "Table du 12 mars")
        asked = payments.ask(made, terms, payments.Payer("Eve", made.email), house=made.establishment, actor=TESTS)
    visitor = visit()
    visitor.secrets = [visitor.bear("booking.manage", made, made.guest), visitor.bear(PAY_LINK, asked, made.guest)]
    visitor.table, visitor.pays = made, f"/paiements/{asked.id}"
    return visitor


@pytest.mark.parametrize("way", ["/paiement/{}", "/reservations/{}"])
def test_a_forged_link_opens_nothing(victim, visit, way):
    stranger = visit()
    for secret in (secrets.token_urlsafe(32), "a" * 43, "-" * 43):
        assert stranger.get(way.format(secret)).status_code == 404
    assert stranger.get(victim[1]).status_code in TURNED_AWAY


def test_a_link_opens_only_what_it_was_made_for(eve, visit):
    managing, paying = eve.secrets
    stranger = visit()
    assert stranger.get(f"/paiement/{managing}").status_code == 404
    assert stranger.get(f"/reservations/{paying}").status_code == 404
    stranger.get(f"/paiement/{paying}")
    assert stranger.get(eve.pays).status_code == 200
    assert stranger.get(f"/reservations/{eve.table.id}/annulation").status_code in TURNED_AWAY


def test_a_link_that_is_over_opens_nothing(eve, at):
    _managing, paying = eve.secrets
    at("2026-06-01 10:00")
    assert eve.get(f"/paiement/{paying}").status_code == 404
    assert eve.get(eve.pays).status_code in TURNED_AWAY
    assert eve.post(eve.pays).status_code in TURNED_AWAY
    assert eve.post(f"/reservations/{eve.table.id}/annulation", data={"reason": ""}).status_code in TURNED_AWAY
    assert fresh(eve.table).state is S.CONFIRMED


def test_anothers_links_reach_neither_the_payment_nor_the_table(victim, eve):
    _alice, address = victim
    manage = f"/reservations/{guarantee().reservation_id}"
    for url in (address, f"/reserver/garantie/{guarantee().id}"):
        assert (eve.get(url).status_code, eve.post(url).status_code) == (403, 403)
    assert eve.get(f"{address}/retour").status_code == 403
    assert {eve.get(f"{manage}{page}").status_code for page in OWN_PAGES} <= {403, 404}
    assert eve.post(f"{manage}/annulation", data={"reason": ""}).status_code in (403, 404)
    assert fresh(guarantee().reservation).state is S.HELD


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "1", "currency": "usd"},
        {"amount": "-6000", "unit_amount": "-6000"},
        {"amount": "99999999999999", "receivable": "0" * 32},
        {"line_items[0][price_data][unit_amount]": "1", "success_url": "https://eve.example"},
    ],
)
def test_a_sum_altered_in_the_form_is_not_read(victim, stripe, typed):
    alice, address = victim
    assert alice.post(address, data=typed).status_code == 303
    (session,) = stripe.get("checkout/sessions")["data"]
    assert (session["amount_total"], session["currency"]) == (6000, "eur")
    assert session["success_url"].endswith(f"{address}/retour")


def test_the_address_of_the_return_proves_nothing(victim, eve, stripe):
    alice, address = victim
    alice.post(address)
    stripe.pay(eve.post(eve.pays).headers["Location"])
    hers = next(each for each in stripe.get("checkout/sessions")["data"] if each["payment_status"] == "paid")
    for asked in (f"?session_id={hers['id']}", f"?session={hers['id']}&payment_status=paid", ""):
        page = alice.see(f"{address}/retour{asked}")
        assert "60,00 € à régler" in page.text.replace("\xa0", " ")
    alice.get(f"/reserver/garantie/{guarantee().id}")
    assert (fresh(guarantee().reservation).state, amounts()) == (S.HELD, [])


def test_what_stripe_told_of_one_is_no_word_of_another(victim, eve, stripe, outside, visit, at):
    alice, address = victim
    alice.post(address)
    theirs = stripe.get("checkout/sessions")["data"][0]["id"]
    stripe.pay(eve.post(eve.pays).headers["Location"])
    stripe.settled()
    world = visit()
    world.csrf = False

    def post(body, signature):
        return world.post(HOOK, data=body, headers={"Stripe-Signature": signature}).status_code

    for sent in outside.posts:
        signature, told = sent.headers["stripe-signature"], json.loads(sent.body)
        told["data"]["object"]["id"] = theirs
        assert post(json.dumps(told).encode(), signature) == 400
        assert [post(sent.body, signature) for _again in range(3)] == [204] * 3
    run_jobs()
    assert (fresh(guarantee().reservation).state, amounts()) == (S.HELD, [100])
    at("2026-03-10 10:06")
    assert post(outside.posts[0].body, outside.posts[0].headers["stripe-signature"]) == 400
