"""The double's API speaks Stripe's protocol: keys, versions, errors, idempotency, pages and what is expanded."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from app.payments.double.errors import StripeRefusal
from app.payments.double.parameters import Parameters, nested
from app.payments.double.parts import LiveKeyRefused, Settings
from tests.payments.doubles import KEY, held_up


@pytest.mark.parametrize("key", ["sk_live_51Real", "rk_live_51Real", "pk_test_1", "", "sk_test_", "anything"])
def test_it_never_starts_with_anything_but_a_test_key(key):
    with pytest.raises(LiveKeyRefused):
        Settings(secret_key=key)


def test_it_never_answers_to_a_live_key(double):
    answer = double.call("POST", "customers", key="sk_live_51Real", email="alice@example.org")
    assert answer.status_code == 401
    assert "51Real" not in answer.text
    assert double.get("customers")["data"] == []


@pytest.mark.parametrize("key", ["sk_test_other", "é", ""])
def test_another_key_is_refused_and_not_repeated(double, key):
    answer = requests.get(f"{double.url}/v1/account", headers={"Authorization": f"Bearer {key}".encode()}, timeout=9)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert "sk_test_other" not in answer.text


def test_the_key_may_come_as_a_user_name(double):
    assert requests.get(f"{double.url}/v1/account", auth=(KEY, ""), timeout=9).json()["id"] == "acct_double"


def test_what_is_not_base64_is_no_key(double):
    answer = requests.get(f"{double.url}/v1/account", headers={"Authorization": "Basic ???"}, timeout=9)
    assert answer.status_code == 401


def test_it_answers_in_the_version_it_is_asked_for(double):
    answer = double.call("GET", "account", headers={"Stripe-Version": "2025-03-31.basil"})
    assert answer.headers["Stripe-Version"] == "2025-03-31.basil"
    assert answer.headers["Request-Id"].startswith("req_")


def test_a_version_that_cannot_be_is_refused(double):
    assert double.call("GET", "account", headers={"Stripe-Version": "yesterday"}).status_code == 400


def test_an_unknown_address_says_so(double):
    answer = double.call("POST", "subscriptions")
    assert answer.status_code == 404
    assert "Unrecognized request URL (POST: /v1/subscriptions)" in answer.json()["error"]["message"]


def test_an_unknown_object_is_missing(double):
    answer = double.call("GET", "payment_intents/pi_none")
    assert answer.status_code == 404
    assert answer.json()["error"] == {
        "type": "invalid_request_error", "code": "resource_missing", "param": "id",
        "message": "No such payment_intent: 'pi_none'",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({"amount": "1000"}, "parameter_missing", "currency"),
        ({"currency": "eur"}, "parameter_missing", "amount"),
        ({"amount": "ten", "currency": "eur"}, "parameter_invalid_integer", "amount"),
        ({"amount": "10.5", "currency": "eur"}, "parameter_invalid_integer", "amount"),
        ({"amount": "-1000", "currency": "eur"}, "parameter_invalid_integer", "amount"),
        ({"amount": "0", "currency": "eur"}, "parameter_invalid_integer", "amount"),
        ({"amount": "49", "currency": "eur"}, "amount_too_small", "amount"),
        ({"amount": "100000000", "currency": "eur"}, "amount_too_large", "amount"),
        ({"amount": "1000", "currency": "eur", "ammount": "1"}, "parameter_unknown", "ammount"),
        ({"amount": "1000", "currency": "eur", "confirm": "maybe"}, "parameter_invalid_boolean", "confirm"),
        ({"amount": "1000", "currency": "eur", "metadata[a][b]": "1"}, "parameter_invalid_string", "metadata[a]"),
        ({"amount": "1000", "currency": "eur", "return_url": "javascript:x"}, "url_invalid", "return_url"),
        ({"amount": "1000", "currency": "eur", "customer": "cus_none"}, "resource_missing", "customer"),
        ({"amount": "1000", "currency": "eur", "payment_method": "pm_none"}, "resource_missing", "payment_method"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(double, given, code, param):
    error = double.refused("payment_intents", **given)
    assert (error["code"], error["param"]) == (code, param)
    assert double.get("payment_intents")["data"] == []


def test_a_currency_it_does_not_know_is_refused(double):
    assert "Invalid currency" in double.refused("payment_intents", amount=1000, currency="xyz")["message"]


def test_metadata_is_bounded(double):
    too_many = {f"metadata[k{number}]": "v" for number in range(51)}
    assert double.refused("customers", **too_many)["param"] == "metadata"
    assert double.refused("customers", **{"metadata[k]": "v" * 501})["param"] == "metadata[k]"


# ---- Idempotency -----------------------------------------------------------------------------------------------------
def test_the_same_key_gives_the_same_answer(double):
    asked = {"headers": {"Idempotency-Key": "k1"}, "amount": "1000", "currency": "eur"}
    first, second = double.call("POST", "payment_intents", **asked), double.call("POST", "payment_intents", **asked)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(double.get("payment_intents")["data"]) == 1


def test_a_declined_charge_is_replayed_and_not_tried_again(double):
    asked = {"headers": {"Idempotency-Key": "k"}, "amount": "1000", "currency": "eur", "confirm": "true",
             "payment_method": "pm_card_visa_chargeDeclined"}  # fmt: skip
    first, second = double.call("POST", "payment_intents", **asked), double.call("POST", "payment_intents", **asked)
    assert first.status_code == second.status_code == 402
    assert first.json() == second.json()
    assert len(double.get("charges")["data"]) == 1


def test_the_same_key_with_other_parameters_is_refused(double):
    double.post("payment_intents", headers={"Idempotency-Key": "k"}, amount="1000", currency="eur")
    error = double.refused("payment_intents", headers={"Idempotency-Key": "k"}, amount="2000", currency="eur")
    assert error["type"] == "idempotency_error"


def test_the_same_key_for_another_act_is_refused(double):
    double.post("payment_intents", headers={"Idempotency-Key": "k"}, amount="1000", currency="eur")
    assert double.refused("customers", headers={"Idempotency-Key": "k"})["type"] == "idempotency_error"


def test_what_was_refused_for_its_parameters_may_be_mended_under_the_same_key(double):
    double.refused("payment_intents", headers={"Idempotency-Key": "k"}, amount="ten", currency="eur")
    assert double.post("payment_intents", headers={"Idempotency-Key": "k"}, amount="1000", currency="eur")["id"]


def test_a_key_in_use_is_refused_meanwhile(double, monkeypatch):
    slow = held_up(double, monkeypatch)

    def ask():
        return double.call("POST", "customers", headers={"Idempotency-Key": "k"})

    with ThreadPoolExecutor(1) as hand, slow:
        first = hand.submit(ask)
        assert slow.reached.wait(60)
        refused = ask()
        slow.over.set()
        assert first.result().status_code == 200
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "idempotency_key_in_use"
    assert ask().headers["Idempotent-Replayed"] == "true"
    assert len(double.get("customers")["data"]) == 1


def test_a_key_that_is_too_long_is_refused(double):
    assert "255" in double.refused("customers", headers={"Idempotency-Key": "k" * 256})["message"]


# ---- Pages and what stands inside ------------------------------------------------------------------------------------
def test_lists_are_read_page_by_page_newest_first(double):
    made = [double.post("customers", name=str(number))["id"] for number in range(5)][::-1]
    first = double.get("customers", limit=2)
    assert ([each["id"] for each in first["data"]], first["has_more"]) == (made[:2], True)
    second = double.get("customers", limit=2, starting_after=made[1])
    assert ([each["id"] for each in second["data"]], second["has_more"]) == (made[2:4], True)
    last = double.get("customers", limit=2, starting_after=made[3])
    assert ([each["id"] for each in last["data"]], last["has_more"]) == (made[4:], False)
    back = double.get("customers", limit=2, ending_before=made[3])
    assert [each["id"] for each in back["data"]] == made[1:3]


@pytest.mark.parametrize("given", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_none"}, {"order": "up"}])
def test_a_page_that_cannot_be_is_refused(double, given):
    assert double.call("GET", "customers", **given).status_code == 400


def test_lists_are_narrowed(double):
    double.post("customers", email="eve@example.org")
    alice = double.post("customers", email="alice@example.org")
    assert [each["id"] for each in double.get("customers", email="alice@example.org")["data"]] == [alice["id"]]
    later = {"created[gt]": alice["created"]}
    assert double.get("customers", **later)["data"] == []


def test_what_is_asked_for_stands_inside(double):
    intent = double.post("payment_intents", amount=4000, currency="eur", payment_method="pm_card_visa", confirm="true")
    path = "latest_charge.balance_transaction"
    whole = double.get(f"payment_intents/{intent['id']}", **{"expand[]": path})
    assert whole["latest_charge"]["balance_transaction"]["fee"] == 85
    assert whole["latest_charge"]["balance_transaction"]["net"] == 3915
    listed = double.get("payment_intents", **{"expand[]": "data.payment_method"})
    assert listed["data"][0]["payment_method"]["card"]["last4"] == "4242"
    assert double.call("GET", "customers", **{"expand[]": "data.secrets"}).status_code == 200, "nothing to expand in"
    for path in ("amount", "latest_charge.payment_method_details.card", "latest_charge.billing_details.charge", "data"):
        assert double.call("GET", f"payment_intents/{intent['id']}", **{"expand[]": path}).status_code == 400
    assert double.get("balance")["pending"] == [{"amount": 3915, "currency": "eur"}]


# ---- Customers and cards ---------------------------------------------------------------------------------------------
def test_a_customer_is_changed_and_forgotten(double):
    made = double.post("customers", email="alice@example.org", **{"metadata[person]": "1"})
    changed = double.post(f"customers/{made['id']}", name="Alice", **{"metadata[since]": "2026"})
    assert (changed["email"], changed["name"]) == ("alice@example.org", "Alice")
    assert changed["metadata"] == {"person": "1", "since": "2026"}
    assert double.call("DELETE", f"customers/{made['id']}").json()["deleted"] is True
    assert double.get(f"customers/{made['id']}") == {"id": made["id"], "object": "customer", "deleted": True}
    assert double.get("customers")["data"] == []
    assert double.refused("payment_intents", amount=1000, currency="eur", customer=made["id"])["param"] == "customer"


def test_of_a_card_only_what_may_be_shown_is_kept(double):
    given = {
        "type": "card",
        "card[number]": "4242424242424242",
        "card[exp_month]": 12,
        "card[exp_year]": 2034,
        "card[cvc]": "123",
    }
    method = double.post("payment_methods", **given)
    assert (method["card"]["last4"], method["card"]["brand"], method["card"]["exp_year"]) == ("4242", "visa", 2034)
    assert "4242424242424242" not in double.call("GET", f"payment_methods/{method['id']}").text


def test_a_real_card_is_refused_and_written_nowhere(double):
    error = double.refused("payment_methods", 402, type="card", **{"card[number]": "4970100000000154"})
    assert error["decline_code"] == "test_mode_live_card"
    assert double.get("payment_methods")["data"] == double.get("events")["data"] == []
    dump = "\n".join(double.server.parts.store._connection.iterdump())
    assert "4970100000000154" not in dump


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"exp_month": 2, "exp_year": 2026}, "invalid_expiry_year"),
        ({"exp_month": 13, "exp_year": 2034}, "invalid_expiry_month"),
        ({"cvc": "12"}, "invalid_cvc"),
    ],
)
def test_a_card_that_cannot_be_is_refused(double, card, code):
    given = {"number": "4242424242424242"} | card
    error = double.refused(
        "payment_methods", 402, type="card", **{f"card[{name}]": value for name, value in given.items()}
    )
    assert error["code"] == code


def test_a_saved_card_belongs_to_one_customer(double):
    alice, eve = (double.post("customers", name=name)["id"] for name in ("Alice", "Eve"))
    method = double.post("payment_methods/pm_card_visa/attach", customer=alice)
    assert double.get(f"customers/{alice}/payment_methods")["data"][0]["id"] == method["id"]
    assert "already been attached" in double.refused(f"payment_methods/{method['id']}/attach", customer=eve)["message"]
    error = double.refused(
        "payment_intents", amount=1000, currency="eur", customer=eve, payment_method=method["id"], confirm="true"
    )
    assert error["param"] == "payment_method"


def test_a_forgotten_card_is_never_used_again(double):
    alice = double.post("customers")["id"]
    method = double.post("payment_methods/pm_card_visa/attach", customer=alice)["id"]
    assert double.post(f"payment_methods/{method}/detach")["customer"] is None
    assert "may not be used again" in double.refused(f"payment_methods/{method}/attach", customer=alice)["message"]
    assert "not attached" in double.refused(f"payment_methods/{method}/detach")["message"]


# ---- Its reading of what is sent -------------------------------------------------------------------------------------
names = st.text("ab[]01", min_size=1, max_size=12)


@given(st.lists(st.tuples(names, st.text(max_size=5)), max_size=6))
def test_any_parameters_are_read_or_refused(pairs):
    try:
        values = nested(pairs)
    except StripeRefusal as refusal:
        assert refusal.status == 400
    else:
        assert all(isinstance(value, str | dict) for value in Parameters(values).values.values())


def test_nested_parameters_are_read_as_stripe_writes_them():
    pairs = [("a[b][0][c]", "1"), ("a[b][1][c]", "2"), ("expand[]", "x"), ("expand[]", "y")]
    assert nested(pairs) == {"a": {"b": {"0": {"c": "1"}, "1": {"c": "2"}}}, "expand": {"0": "x", "1": "y"}}
