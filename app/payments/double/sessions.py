"""Checkout Sessions: a page of ours on which a customer pays (mode payment) or leaves their card (mode setup)."""

from app.payments.double.customers import new_customer
from app.payments.double.errors import StripeRefusal, invalid
from app.payments.double.events import record
from app.payments.double.intents import USAGES, confirmed, new_intent
from app.payments.double.listing import found, page
from app.payments.double.parameters import LARGEST, SMALLEST, Parameters
from app.payments.double.setups import new_setup, setup_confirmed
from app.payments.double.store import Store, Thing, token

SHORTEST, LONGEST = 30 * 60, 24 * 3600
LOCALES = ("auto", "fr", "en", "fr-CA", "en-GB")
IGNORED = (
    "adaptive_pricing", "allow_promotion_codes", "billing_address_collection", "consent_collection", "custom_text",
    "customer_update", "invoice_creation", "name_collection", "payment_method_options", "payment_method_types",
    "phone_number_collection", "saved_payment_method_options", "submit_type",
)  # fmt: skip


def create_session(store: Store, given: Parameters, _id: str) -> Thing:
    """Open a session: what is to be paid, for whom, and where the customer goes afterwards."""
    mode = given.one_of("mode", ("payment", "setup"), required=True)
    given.one_of("ui_mode", ("hosted", "hosted_page"))
    success_url = given.web_address("success_url", required=True)
    cancel_url = given.web_address("cancel_url")
    reference = given.text("client_reference_id", longest=200)
    customer, email = given.text("customer"), given.text("customer_email", longest=512)
    creation = given.one_of("customer_creation", ("always", "if_required"), "if_required")
    house = given.group("branding_settings").text("display_name", longest=250)
    locale, metadata = given.one_of("locale", LOCALES), given.metadata()
    items = _items(given) if mode == "payment" else []
    currency = items[0]["currency"] if items else given.currency() if "currency" in given.values else None
    intent_data = _intent_data(given, mode)
    expires_at = _expiry(store, given.whole("expires_at"))
    given.skip(*IGNORED)
    given.finish()
    if customer and email:
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer_email")
    owner = found(store, "customer", customer, "customer") if customer else {"email": email, "name": None}
    total = sum(item["amount_total"] for item in items)
    session = store.add(
        "checkout.session",
        amount_subtotal=total if items else None,
        amount_total=total if items else None,
        cancel_url=cancel_url,
        client_reference_id=reference,
        currency=currency,
        customer=customer,
        customer_creation=None if customer else creation,
        customer_details={"email": owner["email"], "name": owner["name"], "phone": None} if owner["email"] else None,
        customer_email=email,
        expires_at=expires_at,
        locale=locale or None,
        metadata=metadata,
        mode=mode,
        payment_intent=None,
        payment_method_types=["card"],
        payment_status="unpaid" if mode == "payment" else "no_payment_required",
        setup_intent=None,
        status="open",
        success_url=success_url,
        ui_mode="hosted_page",
        _due=expires_at,
        _house=house,
        _intent_data=intent_data,
        _line_items={"object": "list", "data": items, "has_more": False, "url": ""},
    )
    if mode == "setup":
        setup = new_setup(store, customer=customer, **intent_data)
        store.save(setup, _session=session["id"])
        store.save(session, setup_intent=setup["id"])
    return store.save(session, url=f"{store.address}/c/pay/{session['id']}")


def _items(given: Parameters) -> list[Thing]:
    lines = given.groups("line_items")
    if not lines:
        raise invalid("You must provide line_items in payment mode.", "line_items", "parameter_missing")
    items = [_item(line) for line in lines]
    currency, total = items[0]["currency"], sum(item["amount_total"] for item in items)
    if any(item["currency"] != currency for item in items):
        raise invalid("All line items must have the same currency.", "line_items")
    if total < SMALLEST[currency]:
        raise invalid("The Checkout Session's total amount must convert to at least 50 cents.", code="amount_too_small")
    if total > LARGEST:
        raise invalid(
            "The Checkout Session's total amount due must be no more than 999,999.99.", code="amount_too_large"
        )
    return items


def _item(line: Parameters) -> Thing:
    if "price" in line.values:
        raise invalid(f"No such price: '{line.text('price')}'", line.name("price"), "resource_missing")
    price = line.group("price_data")
    currency = price.currency()
    unit = price.amount("unit_amount", currency, smallest=0)
    product = price.group("product_data")
    name, description = product.text("name", required=True, longest=250), product.text("description")
    product.skip("metadata", "images")
    price.skip("tax_behavior")
    quantity = line.whole("quantity") if "quantity" in line.values else 1
    if quantity is None or not 1 <= quantity <= 999_999:
        raise invalid(
            "Invalid integer: quantity must be at least 1", line.name("quantity"), "parameter_invalid_integer"
        )
    return {
        "id": f"li_{token()}", "object": "item", "amount_subtotal": unit * quantity, "amount_total": unit * quantity,
        "currency": currency, "description": name, "note": description, "quantity": quantity,
        "price": {"object": "price", "currency": currency, "unit_amount": unit, "type": "one_time"},
    }  # fmt: skip


def _intent_data(given: Parameters, mode: str) -> Thing:
    group = given.group(f"{mode if mode == 'setup' else 'payment'}_intent_data")
    data: Thing = {"description": group.text("description", longest=1000), "metadata": group.metadata()}
    if mode == "payment":
        data["setup_future_usage"] = group.one_of("setup_future_usage", USAGES) or None
        data["receipt_email"] = group.text("receipt_email")
        data["statement_descriptor_suffix"] = group.text("statement_descriptor_suffix", longest=22)
        data["capture_method"] = group.one_of("capture_method", ("automatic", "automatic_async", "manual"),
                                              "automatic_async")  # fmt: skip
    return data


def _expiry(store: Store, asked: int | None) -> int:
    now = store.now()
    if asked is None:
        return now + LONGEST
    if asked < now + SHORTEST:
        raise invalid("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
                      "expires_at")  # fmt: skip
    if asked > now + LONGEST:
        raise invalid("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
                      "expires_at")  # fmt: skip
    return asked


def session_items(store: Store, given: Parameters, id: str) -> Thing:
    """List what a session is about."""
    session = found(store, "checkout.session", id)
    return page(given, session["_line_items"]["data"], f"/v1/checkout/sessions/{id}/line_items")


def expire_session(store: Store, given: Parameters, id: str) -> Thing:
    """Close an open session: nobody can pay on it any more."""
    session = found(store, "checkout.session", id)
    given.finish()
    if session["status"] != "open":
        raise StripeRefusal(
            400,
            "invalid_request_error",
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"`{session['status']}`.",
        )
    return _closed(store, session)


def expire_due(store: Store) -> None:
    """Close the sessions whose time is over."""
    for session in store.due("checkout.session"):
        _closed(store, session)


def _closed(store: Store, session: Thing) -> Thing:
    store.save(session, status="expired", url=None, _due=None)
    for id in (session["payment_intent"], session["setup_intent"]):
        intent = store.get(id)
        if intent is not None and intent["status"] != "canceled":
            store.save(intent, status="canceled", cancellation_reason="abandoned", next_action=None)
            record(store, f"{intent['object']}.canceled", intent)
    record(store, "checkout.session.expired", session)
    return session


def pay_session(store: Store, session: Thing, method: Thing, email: str) -> Thing:
    """Use a card on the page: the intent of the session, succeeded or waiting for the customer's bank."""
    store.save(session, customer_details={"email": email, "name": method["billing_details"]["name"], "phone": None})
    if session["customer"] is None and session["customer_creation"] == "always":
        customer = new_customer(store, email=email, name=method["billing_details"]["name"])
        store.save(session, customer=customer["id"])
    intent = _intent_of(store, session)
    store.save(intent, payment_method=method["id"], customer=session["customer"])
    if intent["object"] == "payment_intent":
        confirmed(store, intent)
    else:
        setup_confirmed(store, intent)
    return intent


def _intent_of(store: Store, session: Thing) -> Thing:
    known = store.get(session["setup_intent"] or session["payment_intent"])
    if known is not None:
        return known
    intent = new_intent(
        store,
        session["amount_total"],
        session["currency"],
        customer=session["customer"],
        **session["_intent_data"],
        _session=session["id"],
    )
    store.save(session, payment_intent=intent["id"])
    return intent


def complete_session(store: Store, session: Thing) -> Thing:
    """Say that the customer did all there was to do."""
    paid = "paid" if session["mode"] == "payment" else "no_payment_required"
    store.save(session, status="complete", payment_status=paid, url=None, _due=None)
    record(store, "checkout.session.completed", session)
    return session


def return_address(session: Thing) -> str:
    """Give the address where a customer who paid is sent."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
