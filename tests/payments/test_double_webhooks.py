"""Webhooks of the double: signed, delivered at least once, and made late, many, disordered or lost by levers."""

import hashlib
import hmac
import itertools
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from app.kernel import clock
from app.payments.double.parts import Settings
from app.payments.double.server import DoubleServer
from app.payments.double.webhooks import signature
from tests.payments.doubles import KEY, SECRET, StripeDouble


def kinds(outside):
    return [post.json["type"] for post in outside.posts]


def pay(double):
    return double.post("payment_intents", amount=4000, currency="eur", payment_method="pm_card_visa", confirm="true")


def test_what_happens_is_announced_and_signed(double, outside):
    intent = pay(double)
    double.settled()
    assert kinds(outside) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    post = outside.posts[-1]
    assert post.json["data"]["object"]["id"] == intent["id"]
    assert (post.json["livemode"], post.json["object"]) == (False, "event")
    instant, given = post.headers["stripe-signature"].removeprefix("t=").split(",v1=")
    expected = hmac.new(SECRET.encode(), f"{instant}.".encode() + post.body, hashlib.sha256).hexdigest()
    assert given == expected
    assert double.get(f"events/{post.json['id']}")["pending_webhooks"] == 0


def test_an_event_names_the_request_and_its_key(double):
    double.post("customers", headers={"Idempotency-Key": "k"})
    assert double.events()[0]["request"]["idempotency_key"] == "k"
    assert double.events()[0]["request"]["id"].startswith("req_")


def test_an_event_shows_the_object_as_it_was(double):
    pay(double)
    created, done = double.events("payment_intent.created", "payment_intent.succeeded")
    assert created["data"]["object"]["status"] == "requires_confirmation"
    assert done["data"]["object"]["status"] == "succeeded"
    assert not any(name.startswith("_") for name in done["data"]["object"])


def test_events_are_read_by_kind(double):
    pay(double)
    assert [each["type"] for each in double.get("events", type="charge.succeeded")["data"]] == ["charge.succeeded"]
    several = {"types[0]": "charge.succeeded", "types[1]": "payment_intent.succeeded"}
    assert len(double.get("events", **several)["data"]) == 2


def test_what_is_not_accepted_comes_again(double, outside, monkeypatch):
    stood = clock.now().timestamp()  # or the next try would leave while this one is looked at
    monkeypatch.setattr(double.server.parts.store, "_clock", lambda: stood)
    outside.answers = [(500, "no"), (302, "http://elsewhere.test/"), (404, "?")]
    double.post("customers")
    double.settled()
    for tries in range(1, 5):
        assert kinds(outside) == ["customer.created"] * tries
        double.levers(clock_offset=tries)  # a second is more than any of the first delays here
        double.settled()
    assert len(outside.posts) == 4, "once accepted, no more"
    assert len({post.json["id"] for post in outside.posts}) == 1


def test_an_endpoint_that_is_down_loses_nothing(double, outside):
    double.levers(hold=True)
    double.post("customers")
    assert outside.posts == []
    double.levers(hold=False)
    double.settled()
    assert kinds(outside) == ["customer.created"]


def test_events_are_delivered_in_any_order(double, outside):
    double.levers(hold=True)
    pay(double)
    ids = [event["id"] for event in double.events()]
    for order in itertools.permutations(ids):
        outside.posts.clear()
        assert double.deliver(*order) == ["200"] * 3
        assert [post.json["id"] for post in outside.posts] == list(order)
    double.levers(hold=False)
    double.settled()
    assert len(outside.posts) == 3, "what was delivered by hand does not leave again"


def test_an_event_is_delivered_fifty_times_at_once(double, outside):
    double.levers(hold=True)
    double.post("customers")
    event = double.events()[0]["id"]
    assert double.deliver(event, times=50) == ["200"] * 50
    assert [post.json["id"] for post in outside.posts] == [event] * 50


def test_each_delivery_may_be_repeated(double, outside):
    double.levers(repeats=3)
    double.post("customers")
    double.settled()
    assert kinds(outside) == ["customer.created"] * 3


def test_the_signature_bears_the_time_of_its_clock(double, outside):
    double.levers(clock_offset=-3600)
    double.post("customers")
    double.settled()
    instant = int(outside.posts[0].headers["stripe-signature"].split(",")[0].removeprefix("t="))
    assert instant // 60 == (1773133200 - 3600) // 60


def test_a_signature_is_what_stripe_documents():
    assert signature(b'{"a":1}', "whsec_test", 1_700_000_000) == (
        "t=1700000000,v1=" + hmac.new(b"whsec_test", b'1700000000.{"a":1}', hashlib.sha256).hexdigest()
    )


# ---- Endpoints -------------------------------------------------------------------------------------------------------
def test_an_endpoint_chooses_what_it_hears(double, outside):
    given = {"url": f"{outside.url}/other", "enabled_events[0]": "customer.updated"}
    endpoint = double.post("webhook_endpoints", **given)
    assert endpoint["secret"].startswith("whsec_")
    customer = double.post("customers")["id"]
    double.post(f"customers/{customer}", name="Alice")
    double.settled()
    assert [post.json["type"] for post in outside.posts if post.path == "/other"] == ["customer.updated"]
    assert "secret" not in double.get(f"webhook_endpoints/{endpoint['id']}")
    outside.posts.clear()
    double.post(f"webhook_endpoints/{endpoint['id']}", disabled="true")
    double.post(f"customers/{customer}", name="Alix")
    double.settled()
    assert [post.path for post in outside.posts] == ["/stripe"]
    assert double.call("DELETE", f"webhook_endpoints/{endpoint['id']}").json()["deleted"] is True
    assert [each["url"] for each in double.get("webhook_endpoints")["data"]] == [f"{outside.url}/stripe"]


@pytest.mark.parametrize(
    "url", ["http://a..b/", "http://[::1/", "http://" + "a" * 70 + ".test/", "http://127.0.0.1:1/"]
)
def test_an_endpoint_that_cannot_be_reached_stops_nobody_else(double, outside, url):
    double.post("webhook_endpoints", **{"url": url, "enabled_events[0]": "*"})
    double.post("customers")
    double.settled()
    double.post("customers")
    double.settled()
    assert kinds(outside) == ["customer.created"] * 2
    assert double.events()[0]["pending_webhooks"] == 1


def test_an_endpoint_without_events_is_refused(double):
    assert double.refused("webhook_endpoints", url="http://shop.test/")["param"] == "enabled_events"


# ---- Answers that go wrong -------------------------------------------------------------------------------------------
def test_an_answer_may_be_an_error_before_anything_happened(double):
    double.levers(fault={"kind": "500"})
    assert double.call("POST", "customers").status_code == 500
    assert double.get("customers")["data"] == []


def test_an_answer_may_be_lost_after_the_effect_and_the_key_saves(double):
    double.levers(fault={"kind": "nothing", "after": True, "path": "/v1/customers"})
    with pytest.raises(requests.ConnectionError):
        double.call("POST", "customers", headers={"Idempotency-Key": "k"})
    again = double.call("POST", "customers", headers={"Idempotency-Key": "k"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert [each["id"] for each in double.get("customers")["data"]] == [again.json()["id"]]


def test_an_answer_may_be_garbage(double):
    double.levers(fault={"kind": "garbage", "times": 2})
    for _time in range(2):
        with pytest.raises(requests.exceptions.JSONDecodeError):
            double.call("GET", "account").json()
    assert double.get("account")["id"] == "acct_double"


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer other", "Basic levers"])
def test_the_levers_are_for_whoever_holds_the_token(double, token):
    answer = requests.post(
        f"{double.url}/_control/levers", json={"hold": True}, headers={"Authorization": token}, timeout=9
    )
    assert answer.status_code == 404
    assert double.server.parts.courier.held is False


def test_a_lever_that_is_none_is_refused(double):
    assert double.control("levers", money=1).status_code == 400
    assert double.control("levers", fault={"kind": "fire"}).status_code == 400
    assert double.control("levers", delay="soon").status_code == 400
    assert double.control("deliveries").status_code == 400
    assert double.control("refunds/re_none", status="failed").status_code == 404
    assert double.control("refunds/re_none", status="lost").status_code == 400
    assert double.levers()["hold"] is False


def test_without_a_token_there_are_no_levers():
    with DoubleServer(Settings()) as server:
        answer = requests.get(f"{server.url}/_control/levers", headers={"Authorization": "Bearer "}, timeout=9)
        assert answer.status_code == 404


# ---- Its memory ------------------------------------------------------------------------------------------------------
def test_it_remembers_in_its_file_and_delivers_what_was_left(outside, tmp_path):
    known = {
        "secret_key": KEY,
        "webhook_url": outside.url,
        "path": str(tmp_path / "stripe.db"),
        "control_token": "levers",
    }
    with DoubleServer(Settings(**known)) as server:
        double = StripeDouble(server)
        double.levers(hold=True)
        customer = double.post("customers", headers={"Idempotency-Key": "k"})
        assert outside.posts == []
    with DoubleServer(Settings(**known)) as server:
        double = StripeDouble(server)
        assert double.post("customers", headers={"Idempotency-Key": "k"}) == customer
        double.settled()
        assert kinds(outside) == ["customer.created"]
        assert len(double.get("webhook_endpoints")["data"]) == 1


def test_refunds_at_once_never_give_back_more_than_was_paid(double):
    intent = pay(double)
    with ThreadPoolExecutor(8) as hands:
        answers = list(
            hands.map(lambda _n: double.call("POST", "refunds", payment_intent=intent["id"], amount=1500), range(8))
        )
    assert sorted(answer.status_code for answer in answers) == [200, 200] + [400] * 6
    assert double.get(f"charges/{intent['latest_charge']}")["amount_refunded"] == 3000


def test_what_fails_in_the_middle_leaves_nothing(double):
    store = double.server.parts.store
    with pytest.raises(sqlite3.IntegrityError), store.transaction():
        store.add("customer")
        store.execute("INSERT INTO things (id, object, body) VALUES (NULL, 'x', '')")
    assert store.all("customer") == []
