"""Payment intents: an amount that a customer is to pay, from the first try to the money."""

from typing import Any

from app.payments.double import cards
from app.payments.double.charges import capture_charge, charge, dispute
from app.payments.double.customers import attached, card_of, declined, usable_method, used_before
from app.payments.double.errors import CardRefusal, StripeRefusal, invalid
from app.payments.double.events import record
from app.payments.double.listing import found
from app.payments.double.parameters import Parameters
from app.payments.double.store import Store, Thing, shown, token

USAGES = ("off_session", "on_session")
CAPTURES = ("automatic", "automatic_async", "manual")
UNCONFIRMED = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELLED_FOR = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
AUTHENTICATION_FAILED = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)


def create_intent(store: Store, given: Parameters, _id: str) -> Thing:
    """Create an intent, and confirm it at once when asked to."""
    currency = given.currency()
    amount = given.amount("amount", currency)
    customer = given.text("customer")
    method = given.text("payment_method")
    usage = given.one_of("setup_future_usage", USAGES)
    details = {name: given.text(name, longest=1000) for name in ("description", "receipt_email")}
    details["statement_descriptor_suffix"] = given.text("statement_descriptor_suffix", longest=22)
    capture = given.one_of("capture_method", CAPTURES, "automatic_async")
    metadata = given.metadata()
    confirm, off_session, return_url = given.flag("confirm"), given.flag("off_session"), given.web_address("return_url")
    given.skip("automatic_payment_methods", "payment_method_types", "payment_method_options", "confirmation_method",
               "error_on_requires_action", "statement_descriptor", "use_stripe_sdk")  # fmt: skip
    given.finish()
    if customer:
        found(store, "customer", customer, "customer")
    if off_session and not confirm:
        raise invalid("You cannot use `off_session` without `confirm`.", "off_session")
    intent = new_intent(
        store,
        amount,
        currency,
        customer=customer,
        payment_method=usable_method(store, method)["id"] if method else None,
        setup_future_usage=usage or None,
        capture_method=capture,
        metadata=metadata,
        **details,
    )
    return confirmed(store, intent, off_session=off_session, return_url=return_url) if confirm else intent


def new_intent(store: Store, amount: int, currency: str, **details: Any) -> Thing:
    """Write an intent nobody has tried yet."""
    usual: Thing = {
        "amount": amount, "amount_capturable": 0, "amount_received": 0, "canceled_at": None,
        "cancellation_reason": None, "capture_method": "automatic_async", "client_secret": "",
        "confirmation_method": "automatic", "currency": currency, "customer": None, "description": None,
        "last_payment_error": None, "latest_charge": None, "metadata": {}, "next_action": None,
        "payment_method": None, "payment_method_types": ["card"], "processing": None, "receipt_email": None,
        "setup_future_usage": None, "statement_descriptor_suffix": None,
    }  # fmt: skip
    intent = store.add("payment_intent", **(usual | details))
    status = "requires_confirmation" if intent["payment_method"] else "requires_payment_method"
    store.save(intent, status=status, client_secret=f"{intent['id']}_secret_{token(25)}")
    record(store, "payment_intent.created", intent)
    return intent


def update_intent(store: Store, given: Parameters, id: str) -> Thing:
    """Change an intent nobody has paid."""
    intent = found(store, "payment_intent", id)
    changes: Thing = {}
    for name in ("description", "receipt_email"):
        if name in given.values:
            changes[name] = given.text(name, longest=1000)
    if "metadata" in given.values:
        changes["metadata"] = intent["metadata"] | given.metadata()
    if "amount" in given.values:
        expect(intent, UNCONFIRMED, "updated")
        changes["amount"] = given.amount("amount", intent["currency"])
    given.finish()
    return store.save(intent, **changes)


def confirm_intent(store: Store, given: Parameters, id: str) -> Thing:
    """Try to take the money."""
    intent = found(store, "payment_intent", id)
    method = given.text("payment_method")
    off_session, return_url = given.flag("off_session"), given.web_address("return_url")
    given.skip("use_stripe_sdk", "payment_method_options", "error_on_requires_action")
    given.finish()
    if method:
        store.save(intent, payment_method=usable_method(store, method)["id"])
    return confirmed(store, intent, off_session=off_session, return_url=return_url)


def confirmed(store: Store, intent: Thing, *, off_session: bool = False, return_url: str | None = None) -> Thing:
    """Ask the bank, or first the customer where their bank wants them to; off session there is nobody to ask."""
    expect(intent, UNCONFIRMED, "confirmed")
    if not intent["payment_method"]:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
            payment_intent=shown(intent),
        )
    method = store.the(intent["payment_method"])
    if method["_used"] and not method["customer"]:
        raise used_before()
    if method["customer"] and method["customer"] != intent["customer"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {method['id']}. The payment method must be "
            "attached to the customer.", "payment_method", "resource_missing",
        )  # fmt: skip
    if not _must_authenticate(method, off_session=off_session):
        return _asked_of_the_bank(store, intent, method, card_of(method).refusal)
    if off_session:
        return _asked_of_the_bank(store, intent, method, cards.AUTHENTICATION)
    return _asked_of_the_customer(store, intent, return_url)


def _must_authenticate(method: Thing, *, off_session: bool) -> bool:
    wish = card_of(method).authentication
    known = method["_authenticated"] and off_session
    return wish == "always" or (wish in {"on_session", "unless_saved"} and not known)


def _asked_of_the_customer(store: Store, intent: Thing, return_url: str | None) -> Thing:
    action = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    if return_url:
        page = f"{store.address}/c/3ds/{intent['id']}"
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": page}}
    store.save(intent, status="requires_action", next_action=action)
    record(store, "payment_intent.requires_action", intent)
    return intent


def authenticated(store: Store, intent: Thing, *, accepted: bool) -> Thing:
    """Take the customer's answer to their bank."""
    expect(intent, ("requires_action",), "confirmed")
    method = store.the(intent["payment_method"])
    store.save(intent, next_action=None)
    if accepted:
        store.save(method, _authenticated=True)
        return _asked_of_the_bank(store, intent, method, card_of(method).refusal, confirmed=True)
    problem = {"code": "payment_intent_authentication_failure", "message": AUTHENTICATION_FAILED,
               "type": "invalid_request_error", "payment_method": shown(method)}  # fmt: skip
    store.save(intent, status="requires_payment_method", payment_method=None, last_payment_error=problem)
    record(store, "payment_intent.payment_failed", intent)
    return intent


def _asked_of_the_bank(
    store: Store, intent: Thing, method: Thing, decline: cards.Decline | None, *, confirmed: bool = False
) -> Thing:
    card = card_of(method)
    written = charge(store, intent, method, card, decline, confirmed=confirmed)
    store.save(method, _used=True)
    if decline is not None:
        raise _failed(store, intent, method, written, decline)
    if intent["setup_future_usage"] and intent["customer"]:
        attached(store, method, intent["customer"])
    store.save(intent, latest_charge=written["id"], last_payment_error=None, next_action=None)
    if written["captured"]:
        store.save(intent, status="succeeded", amount_received=intent["amount"])
        record(store, "payment_intent.succeeded", intent)
    else:
        store.save(intent, status="requires_capture", amount_capturable=intent["amount"])
        record(store, "payment_intent.amount_capturable_updated", intent)
    if card.dispute and written["captured"]:
        dispute(store, store.the(written["id"]), card.dispute)
    return intent


def _failed(store: Store, intent: Thing, method: Thing, written: Thing, decline: cards.Decline) -> CardRefusal:
    problem = declined(decline, charge=written["id"], payment_method=method)
    store.save(
        intent,
        status="requires_payment_method",
        payment_method=None,
        latest_charge=written["id"],
        last_payment_error=problem.content,
        next_action=None,
    )
    record(store, "payment_intent.payment_failed", intent)
    return declined(decline, charge=written["id"], payment_method=method, payment_intent=intent)


def capture_intent(store: Store, given: Parameters, id: str) -> Thing:
    """Take what was authorised, or a part of it."""
    intent = found(store, "payment_intent", id)
    part = given.amount("amount_to_capture", intent["currency"]) if "amount_to_capture" in given.values else None
    given.finish()
    expect(intent, ("requires_capture",), "captured")
    amount = part or intent["amount_capturable"]
    if amount > intent["amount_capturable"]:
        raise invalid("The amount to capture is greater than what can be captured.", "amount_to_capture",
                      "amount_too_large")  # fmt: skip
    capture_charge(store, store.the(intent["latest_charge"]), amount)
    store.save(intent, status="succeeded", amount_received=amount, amount_capturable=0)
    record(store, "payment_intent.succeeded", intent)
    return intent


def cancel_intent(store: Store, given: Parameters, id: str) -> Thing:
    """Give an intent up; what was authorised is released."""
    intent = found(store, "payment_intent", id)
    reason = given.one_of("cancellation_reason", CANCELLED_FOR)
    given.finish()
    expect(intent, (*UNCONFIRMED, "requires_capture"), "canceled")
    if intent.get("_session"):
        raise invalid("You cannot cancel this PaymentIntent because it belongs to a Checkout Session: expire that.")
    store.save(intent, status="canceled", canceled_at=store.now(), cancellation_reason=reason or None, next_action=None,
               amount_capturable=0)  # fmt: skip
    record(store, "payment_intent.canceled", intent)
    return intent


def expect(intent: Thing, states: tuple[str, ...], done: str) -> None:
    """Refuse what the state of an intent does not allow."""
    if intent["status"] not in states:
        kind = {"payment_intent": "PaymentIntent", "setup_intent": "SetupIntent"}[intent["object"]]
        raise StripeRefusal(
            400,
            "invalid_request_error",
            f"This {kind} could not be {done} because it has a status of {intent['status']}. "
            f"Only one with one of the following statuses may be {done}: {', '.join(states)}.",
            code=f"{intent['object']}_unexpected_state",
            **{intent["object"]: shown(intent)},
        )
