"""What the double does with money: taken, declined, authorised, given back, contested; to the cent, as Stripe does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payments.double.charges import fee
from tests.payments.doubles import CONTESTED, REFUND_FAILS, REFUNDED_LATER


@pytest.fixture
def alice(double):
    return double.post("customers", email="alice@example.org")["id"]


@pytest.fixture
def saved(double, alice):
    """Save one of Stripe's cards for Alice: `saved("visa")`."""
    return lambda card: double.post(f"payment_methods/pm_card_{card}/attach", customer=alice)["id"]


@pytest.fixture
def take(double):
    """Take 40 euros with one of Stripe's test cards."""
    return lambda card="visa", **more: double.post(
        "payment_intents", amount=4000, currency="eur", payment_method=f"pm_card_{card}", confirm="true", **more
    )


def test_a_card_is_charged(double, take):
    intent = take(description="Acompte", **{"metadata[reservation]": "7"})
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 4000)
    charge = double.get(f"charges/{intent['latest_charge']}")
    assert (charge["paid"], charge["captured"], charge["status"], charge["description"]) == (
        True,
        True,
        "succeeded",
        "Acompte",
    )
    assert charge["metadata"] == {"reservation": "7"}
    line = double.get(f"balance_transactions/{charge['balance_transaction']}")
    assert (line["amount"], line["fee"], line["net"], line["source"]) == (4000, 85, 3915, charge["id"])
    assert [event["type"] for event in double.events()] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("card", "code", "reason"),
    [
        ("visa_chargeDeclined", "card_declined", "generic_decline"),
        ("visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("chargeDeclinedExpiredCard", "expired_card", None),
        ("chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("chargeDeclinedProcessingError", "processing_error", None),
        ("chargeCustomerFail", "card_declined", "generic_decline"),
    ],
)
def test_a_declined_card_leaves_its_trace(double, card, code, reason):
    error = double.refused(
        "payment_intents", 402, amount=4000, currency="eur", payment_method=f"pm_card_{card}", confirm="true"
    )
    assert (error["type"], error["code"], error.get("decline_code")) == ("card_error", code, reason)
    intent = double.get(f"payment_intents/{error['payment_intent']['id']}")
    assert (intent["status"], intent["amount_received"]) == ("requires_payment_method", 0)
    assert intent["last_payment_error"]["code"] == code
    charge = double.get(f"charges/{error['charge']}")
    assert (charge["status"], charge["paid"], charge["balance_transaction"]) == ("failed", False, None)
    assert [event["type"] for event in double.events()][1:] == ["charge.failed", "payment_intent.payment_failed"]


def test_a_declined_intent_may_be_tried_with_another_card(double):
    error = double.refused("payment_intents", 402, amount=4000, currency="eur", confirm="true",
                           payment_method="pm_card_visa_chargeDeclined")  # fmt: skip
    again = double.post(f"payment_intents/{error['payment_intent']['id']}/confirm", payment_method="pm_card_visa")
    assert (again["status"], again["last_payment_error"]) == ("succeeded", None)


def test_a_saved_card_is_charged_when_nobody_is_there(double, alice, saved):
    intent = double.post("payment_intents", amount=9000, currency="eur", customer=alice, payment_method=saved("visa"),
                         off_session="true", confirm="true")  # fmt: skip
    assert intent["status"] == "succeeded"


@pytest.mark.parametrize("card", ["authenticationRequired", "authenticationRequiredOnSetup", "threeDSecure2Required"])
def test_off_session_the_bank_may_ask_for_the_customer(double, alice, saved, card):
    error = double.refused("payment_intents", 402, amount=9000, currency="eur", customer=alice, off_session="true",
                           payment_method=saved(card), confirm="true")  # fmt: skip
    assert error["code"] == "authentication_required"
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert error["payment_intent"]["last_payment_error"]["payment_method"]["card"]["last4"]


def test_a_card_confirmed_when_it_was_saved_is_charged_off_session(double, alice):
    setup = double.post("setup_intents", customer=alice, payment_method="pm_card_authenticationRequiredOnSetup",
                        confirm="true", return_url="http://shop.test/")  # fmt: skip
    assert setup["status"] == "requires_action"
    accept(double, setup)
    setup = double.get(f"setup_intents/{setup['id']}")
    assert setup["status"] == "succeeded"
    charged = {"amount": 9000, "currency": "eur", "customer": alice, "payment_method": setup["payment_method"]}
    assert double.post("payment_intents", off_session="true", confirm="true", **charged)["status"] == "succeeded"


def test_a_card_confirmed_each_time_is_never_charged_off_session(double, alice):
    setup = double.post("setup_intents", customer=alice, payment_method="pm_card_authenticationRequired",
                        confirm="true", return_url="http://shop.test/")  # fmt: skip
    accept(double, setup)
    charged = {"amount": 9000, "currency": "eur", "customer": alice, "payment_method": setup["payment_method"]}
    assert (
        double.refused("payment_intents", 402, off_session="true", confirm="true", **charged)["code"]
        == "authentication_required"
    )


def test_a_card_that_is_saved_and_fails_later(double, alice, saved):
    method = saved("chargeCustomerFail")
    error = double.refused("payment_intents", 402, amount=900, currency="eur", customer=alice, payment_method=method,
                           off_session="true", confirm="true")  # fmt: skip
    assert error["code"] == "card_declined"


def test_a_declined_card_is_not_saved(double, alice):
    error = double.refused(
        "setup_intents", 402, customer=alice, payment_method="pm_card_visa_chargeDeclined", confirm="true"
    )
    assert (error["code"], error["setup_intent"]["status"]) == ("card_declined", "requires_payment_method")
    assert double.refused("payment_methods/pm_card_visa_chargeDeclined/attach", 402, customer=alice)
    assert double.get(f"customers/{alice}/payment_methods")["data"] == []


def test_a_card_of_nobody_is_used_once(double, take):
    method = take()["payment_method"]
    error = double.refused("payment_intents", amount=900, currency="eur", payment_method=method, confirm="true")
    assert "may not be used again" in error["message"]


@pytest.mark.parametrize(("answer", "status"), [("accept", "succeeded"), ("refuse", "requires_payment_method")])
def test_the_customer_answers_their_bank(double, take, answer, status):
    intent = take("threeDSecure2Required", return_url="http://shop.test/back?a=1")
    assert intent["next_action"]["type"] == "redirect_to_url"
    back = accept(double, intent, answer)
    told = "succeeded" if answer == "accept" else "failed"
    assert back.startswith(f"http://shop.test/back?a=1&payment_intent={intent['id']}&")
    assert f"redirect_status={told}" in back
    assert double.get(f"payment_intents/{intent['id']}")["status"] == status


# ---- Authorised, captured, cancelled ---------------------------------------------------------------------------------
def test_an_authorised_amount_is_captured_in_part(double, take):
    intent = take(capture_method="manual")
    assert (intent["status"], intent["amount_capturable"], intent["amount_received"]) == ("requires_capture", 4000, 0)
    assert (
        double.refused(f"payment_intents/{intent['id']}/capture", amount_to_capture=4001)["code"] == "amount_too_large"
    )
    taken = double.post(f"payment_intents/{intent['id']}/capture", amount_to_capture=1500)
    assert (taken["status"], taken["amount_received"], taken["amount_capturable"]) == ("succeeded", 1500, 0)
    assert double.refused("refunds", payment_intent=intent["id"], amount=1501)["code"] == "amount_too_large"


def test_an_intent_is_cancelled_until_it_is_paid(double, take):
    waiting = double.post("payment_intents", amount=4000, currency="eur")
    gone = double.post(f"payment_intents/{waiting['id']}/cancel", cancellation_reason="requested_by_customer")
    assert (gone["status"], gone["cancellation_reason"]) == ("canceled", "requested_by_customer")
    for id in (waiting["id"], take()["id"]):
        assert double.refused(f"payment_intents/{id}/cancel")["code"] == "payment_intent_unexpected_state"
        assert double.refused(f"payment_intents/{id}/confirm")["code"] == "payment_intent_unexpected_state"


def test_an_intent_without_a_card_is_not_confirmed(double):
    waiting = double.post("payment_intents", amount=4000, currency="eur")
    assert "missing a payment method" in double.refused(f"payment_intents/{waiting['id']}/confirm")["message"]
    changed = double.post(f"payment_intents/{waiting['id']}", amount=5000, **{"metadata[a]": "b"})
    assert (changed["amount"], changed["metadata"]) == (5000, {"a": "b"})


# ---- Refunds ---------------------------------------------------------------------------------------------------------
def test_a_charge_is_refunded_in_parts_and_never_beyond(double, take):
    intent = take()
    part = double.post("refunds", payment_intent=intent["id"], amount=1500, reason="requested_by_customer")
    assert (part["status"], part["amount"], part["charge"]) == ("succeeded", 1500, intent["latest_charge"])
    error = double.refused("refunds", payment_intent=intent["id"], amount=2501)
    assert (error["code"], error["param"]) == ("amount_too_large", "amount")
    rest = double.post("refunds", charge=intent["latest_charge"])
    assert rest["amount"] == 2500
    charge = double.get(f"charges/{intent['latest_charge']}")
    assert (charge["amount_refunded"], charge["refunded"]) == (4000, True)
    assert double.refused("refunds", payment_intent=intent["id"])["code"] == "charge_already_refunded"
    assert [each["amount"] for each in double.get("refunds", payment_intent=intent["id"])["data"]] == [2500, 1500]
    lines = double.get("balance_transactions")["data"]
    assert sum(line["net"] for line in lines) == -85, "Stripe keeps its fee"


@pytest.mark.parametrize("amount", [0, -1])
def test_no_refund_is_nothing_or_less(double, take, amount):
    assert double.refused("refunds", payment_intent=take()["id"], amount=amount)["param"] == "amount"


def test_what_was_not_paid_is_not_refunded(double):
    waiting = double.post("payment_intents", amount=4000, currency="eur")
    assert "successful charge" in double.refused("refunds", payment_intent=waiting["id"])["message"]
    assert double.refused("refunds")["code"] == "parameter_missing"
    assert double.refused("refunds", charge="ch_none")["code"] == "resource_missing"


def test_a_refund_may_take_its_time(double, take):
    refund = double.post("refunds", payment_intent=take("pendingRefund")["id"], **{"metadata[why]": "absence"})
    assert refund["status"] == "pending"
    double.levers(clock_offset=6)
    double.wait_for(lambda: double.get(f"refunds/{refund['id']}")["status"] == "succeeded")
    assert [event["type"] for event in double.events()][-2:] == ["refund.updated", "charge.refund.updated"]
    assert double.control(f"refunds/{refund['id']}", status="succeeded").status_code == 400, "it is so already"


def test_a_refund_may_fail_and_the_money_is_there_again(double, take):
    intent = take("refundFail")
    refund = double.post("refunds", payment_intent=intent["id"], amount=1000)
    assert refund["status"] == "succeeded"
    assert double.control(f"refunds/{refund['id']}", status="failed").status_code == 200
    failed = double.get(f"refunds/{refund['id']}", **{"expand[]": "failure_balance_transaction"})
    assert (failed["status"], failed["failure_balance_transaction"]["amount"]) == ("failed", 1000)
    assert double.events("refund.failed")
    assert double.control(f"refunds/{refund['id']}", status="succeeded").status_code == 400, "what failed stays so"
    assert double.post("refunds", payment_intent=intent["id"])["amount"] == 4000


def test_every_refund_waits_while_the_lever_says_so(double, take):
    double.levers(refunds_wait=True)
    assert double.post("refunds", payment_intent=take()["id"])["status"] == "pending"


def test_a_refund_keeps_what_is_noted_on_it(double, take):
    refund = double.post("refunds", payment_intent=take()["id"])
    assert double.post(f"refunds/{refund['id']}", **{"metadata[a]": "b"})["metadata"] == {"a": "b"}


@pytest.mark.parametrize("card", [REFUNDED_LATER, REFUND_FAILS, CONTESTED])
def test_the_cards_of_the_documentation_are_known(double, card):
    assert double.post("payment_methods", type="card", **{"card[number]": card})["card"]["last4"] == card[-4:]


# ---- Disputes --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("won", "status", "balance"), [(True, "won", 4000 - 85 - 2000), (False, "lost", -85 - 2000)])
def test_a_charge_is_contested(double, take, won, status, balance):
    intent = take("createDispute")
    dispute = double.get("disputes", payment_intent=intent["id"])["data"][0]
    assert (dispute["status"], dispute["amount"], dispute["reason"]) == ("needs_response", 4000, "fraudulent")
    assert double.get(f"charges/{intent['latest_charge']}")["disputed"] is True
    assert double.refused("refunds", payment_intent=intent["id"])["code"] == "charge_disputed"
    assert double.control(f"disputes/{dispute['id']}", won=won).json()["status"] == status
    assert double.events("charge.dispute.created", "charge.dispute.closed")[-1]["data"]["object"]["status"] == status
    assert sum(line["net"] for line in double.get("balance_transactions")["data"]) == balance


@given(st.integers(50, 99_999_999))
def test_the_fee_is_whole_and_never_above_the_amount(amount):
    assert 0 < fee(amount) < amount


def accept(double, intent, answer="accept"):
    """Answer the bank's question about an intent."""
    url = intent["next_action"]["redirect_to_url"]["url"]
    return double.answer_the_bank(url, answer)
