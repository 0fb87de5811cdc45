"""Setup intents: a card saved today without taking anything, to be charged later when the customer is not there."""

from typing import Any

from app.payments.double import cards
from app.payments.double.customers import attached, card_of, declined, usable_method
from app.payments.double.errors import invalid
from app.payments.double.events import record
from app.payments.double.intents import AUTHENTICATION_FAILED, UNCONFIRMED, USAGES, expect
from app.payments.double.listing import found
from app.payments.double.parameters import Parameters
from app.payments.double.store import Store, Thing, shown, token


def create_setup(store: Store, given: Parameters, _id: str) -> Thing:
    """Create one, and confirm it at once when asked to."""
    customer, method = given.text("customer"), given.text("payment_method")
    usage = given.one_of("usage", USAGES, "off_session")
    description, metadata = given.text("description", longest=1000), given.metadata()
    confirm, return_url = given.flag("confirm"), given.web_address("return_url")
    given.skip("automatic_payment_methods", "payment_method_types", "payment_method_options", "use_stripe_sdk")
    given.finish()
    if customer:
        found(store, "customer", customer, "customer")
    setup = new_setup(
        store,
        customer=customer,
        payment_method=usable_method(store, method)["id"] if method else None,
        usage=usage,
        description=description,
        metadata=metadata,
    )
    return setup_confirmed(store, setup, return_url) if confirm else setup


def new_setup(store: Store, **details: Any) -> Thing:
    """Write a setup intent nobody has tried yet."""
    usual: Thing = {
        "cancellation_reason": None, "client_secret": "", "customer": None, "description": None,
        "last_setup_error": None, "latest_attempt": None, "mandate": None, "metadata": {}, "next_action": None,
        "payment_method": None, "payment_method_types": ["card"], "usage": "off_session",
    }  # fmt: skip
    setup = store.add("setup_intent", **(usual | details))
    status = "requires_confirmation" if setup["payment_method"] else "requires_payment_method"
    store.save(setup, status=status, client_secret=f"{setup['id']}_secret_{token(25)}")
    record(store, "setup_intent.created", setup)
    return setup


def confirm_setup(store: Store, given: Parameters, id: str) -> Thing:
    """Ask the bank whether the card may be kept."""
    setup = found(store, "setup_intent", id)
    method, return_url = given.text("payment_method"), given.web_address("return_url")
    given.skip("use_stripe_sdk", "payment_method_options")
    given.finish()
    if method:
        store.save(setup, payment_method=usable_method(store, method)["id"])
    return setup_confirmed(store, setup, return_url)


def setup_confirmed(store: Store, setup: Thing, return_url: str | None = None) -> Thing:
    """Keep the card, or first ask the customer where their bank wants it."""
    expect(setup, UNCONFIRMED, "confirmed")
    if not setup["payment_method"]:
        raise invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method.",
            code="setup_intent_unexpected_state",
            setup_intent=shown(setup),
        )
    card = card_of(store.the(setup["payment_method"]))
    if card.authentication == "never":
        return _kept(store, setup, card.declined)
    action: Thing = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    if return_url:
        page = f"{store.address}/c/3ds/{setup['id']}"
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": page}}
    store.save(setup, status="requires_action", next_action=action)
    record(store, "setup_intent.requires_action", setup)
    return setup


def setup_authenticated(store: Store, setup: Thing, *, accepted: bool) -> Thing:
    """Take the customer's answer to their bank."""
    expect(setup, ("requires_action",), "confirmed")
    store.save(setup, next_action=None)
    if accepted:
        return _kept(store, setup, card_of(store.the(setup["payment_method"])).declined)
    problem = {"code": "setup_intent_authentication_failure", "message": AUTHENTICATION_FAILED,
               "type": "invalid_request_error"}  # fmt: skip
    store.save(setup, status="requires_payment_method", payment_method=None, last_setup_error=problem)
    record(store, "setup_intent.setup_failed", setup)
    return setup


def cancel_setup(store: Store, given: Parameters, id: str) -> Thing:
    """Give one up."""
    setup = found(store, "setup_intent", id)
    reason = given.one_of("cancellation_reason", ("abandoned", "duplicate", "requested_by_customer"))
    given.finish()
    expect(setup, UNCONFIRMED, "canceled")
    store.save(setup, status="canceled", cancellation_reason=reason or None, next_action=None)
    record(store, "setup_intent.canceled", setup)
    return setup


def _kept(store: Store, setup: Thing, decline: cards.Decline | None) -> Thing:
    method = store.the(setup["payment_method"])
    if decline is not None:
        problem = declined(decline, payment_method=method)
        store.save(
            setup,
            status="requires_payment_method",
            payment_method=None,
            last_setup_error=problem.content,
            next_action=None,
        )
        record(store, "setup_intent.setup_failed", setup)
        raise declined(decline, payment_method=method, setup_intent=setup)
    store.save(method, _authenticated=True)
    if setup["customer"]:
        attached(store, method, setup["customer"])
    store.save(setup, status="succeeded", last_setup_error=None, next_action=None)
    record(store, "setup_intent.succeeded", setup)
    return setup
