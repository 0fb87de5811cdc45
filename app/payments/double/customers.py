"""Customers and their saved cards. Of a card only what Stripe shows is kept: brand, last four digits, expiry."""

import re
from typing import Any

from app.payments.double import cards
from app.payments.double.cards import CARDS, NICKNAMES, Card
from app.payments.double.errors import CardRefusal, invalid
from app.payments.double.events import record
from app.payments.double.listing import found, page
from app.payments.double.parameters import Parameters
from app.payments.double.store import Store, Thing, shown

DETAILS = ("description", "email", "name", "phone")


def create_customer(store: Store, given: Parameters, _id: str) -> Thing:
    """Create a customer; everything about them is optional."""
    details = {name: given.text(name, longest=512) for name in DETAILS}
    metadata = given.metadata()
    language = given.words("preferred_locales")
    given.finish()
    return new_customer(store, **details, metadata=metadata, preferred_locales=language)


def new_customer(store: Store, **details: Any) -> Thing:
    """Write a customer."""
    usual: Thing = {
        "address": None, "balance": 0, "currency": None, "delinquent": False, "description": None, "email": None,
        "invoice_settings": {"default_payment_method": None}, "metadata": {}, "name": None, "phone": None,
        "preferred_locales": [],
    }  # fmt: skip
    customer = store.add("customer", **(usual | details))
    record(store, "customer.created", customer)
    return customer


def update_customer(store: Store, given: Parameters, id: str) -> Thing:
    """Change what is given."""
    customer = found(store, "customer", id)
    changes: Thing = {name: given.text(name, longest=512) for name in DETAILS if name in given.values}
    if "metadata" in given.values:
        changes["metadata"] = customer["metadata"] | given.metadata()
    given.finish()
    before = {name: customer[name] for name in changes}
    store.save(customer, **changes)
    record(store, "customer.updated", customer, **before)
    return customer


def delete_customer(store: Store, given: Parameters, id: str) -> Thing:
    """Forget a customer: their cards cannot be charged any more."""
    customer = found(store, "customer", id)
    given.finish()
    for method in store.all("payment_method", customer=id):
        store.save(method, customer=None, _used=True)
    record(store, "customer.deleted", customer)
    store.save(customer, deleted=True)
    store.hide(id)
    return {"id": id, "object": "customer", "deleted": True}


def customer_methods(store: Store, given: Parameters, id: str) -> Thing:
    """List the cards of a customer."""
    found(store, "customer", id)
    given.skip("type", "allow_redisplay")
    return page(given, store.all("payment_method", customer=id), f"/v1/customers/{id}/payment_methods")


def create_method(store: Store, given: Parameters, _id: str) -> Thing:
    """Keep a card given by number or by a test token; nothing is asked of the bank yet."""
    given.one_of("type", ("card",), required=True)
    written = given.group("card")
    holder = given.group("billing_details")
    billing = {name: holder.text(name) for name in ("email", "name", "phone")}
    holder.skip("address")
    metadata = given.metadata()
    named = written.text("token")
    number = written.text("number", required=not named)
    month, year, cvc = written.whole("exp_month"), written.whole("exp_year"), written.text("cvc")
    given.finish()
    card = NICKNAMES.get((named or "").replace("tok_", "pm_card_")) if named else known_card(number or "")
    if card is None:
        raise invalid(f"No such token: '{(named or '')[:40]}'", "card[token]", "resource_missing")
    year = year or _year(store) + 3
    check_card(store, month or 12, year, cvc)
    return new_method(store, card, month or 12, year, billing, metadata)


def known_card(number: str) -> Card:
    """Give a test card by its number. Any other number is refused at once and written nowhere."""
    card = CARDS.get(re.sub(r"[ \-\u202f\xa0]", "", number))
    if card is None:
        raise declined(cards.NOT_A_TEST_CARD)
    return card


def check_card(store: Store, month: int, year: int, cvc: str | None) -> None:
    """Refuse a date that is past or is none, and a security code that cannot be."""
    if not 1 <= month <= 12:
        raise CardRefusal("invalid_expiry_month", "Your card's expiration month is invalid.", param="exp_month")
    now = store.moment()
    if not now.year - 1 < year <= now.year + 50 or (year, month) < (now.year, now.month):
        raise CardRefusal("invalid_expiry_year", "Your card's expiration year is invalid.", param="exp_year")
    if cvc is not None and not re.fullmatch(r"[0-9]{3,4}", cvc):
        raise CardRefusal("invalid_cvc", "Your card's security code is invalid.", param="cvc")


def _year(store: Store) -> int:
    return store.moment().year


def declined(decline: cards.Decline, **more: Any) -> CardRefusal:
    """Say that the bank refused."""
    reason = decline.reason if decline.reason != decline.code or decline is cards.AUTHENTICATION else None
    return CardRefusal(
        decline.code, decline.message, decline_code=reason, **{name: shown(value) for name, value in more.items()}
    )


def new_method(
    store: Store, card: Card, month: int, year: int, billing: Thing | None = None, metadata: Thing | None = None
) -> Thing:
    """Write a payment method; `_card` tells which test card it is, `_authenticated` that the bank knows the mandate."""
    return store.add(
        "payment_method",
        allow_redisplay="unspecified",
        billing_details={"address": None, "email": None, "name": None, "phone": None} | (billing or {}),
        card={
            "brand": card.brand.replace("cartes_bancaires", "visa"),
            "country": "FR",
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year,
            "funding": "debit" if card.brand == "cartes_bancaires" else "credit",
            "last4": card.number[-4:],
            "networks": {"available": [card.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True},
        },
        customer=None,
        metadata=metadata or {},
        type="card",
        _card=card.number,
        _authenticated=False,
        _used=False,
    )


def card_of(method: Thing) -> Card:
    """Give the test card behind a payment method."""
    return CARDS[method["_card"]]


def usable_method(store: Store, id: str, param: str = "payment_method") -> Thing:
    """Give a payment method; one of Stripe's names for tests (`pm_card_visa`) makes a new one."""
    if id in NICKNAMES:
        return new_method(store, NICKNAMES[id], 12, _year(store) + 3)
    return found(store, "payment_method", id, param)


def attach_method(store: Store, given: Parameters, id: str) -> Thing:
    """Save a card for a customer."""
    method = usable_method(store, id, "id")
    customer = found(store, "customer", given.text("customer", required=True), "customer")
    given.finish()
    if method["_used"] and not method["customer"]:
        raise used_before()
    if card_of(method).declined:
        raise declined(card_of(method).declined or cards.GENERIC)
    return attached(store, method, customer["id"])


def attached(store: Store, method: Thing, customer: str) -> Thing:
    """Tie a card to a customer; one that is tied already stays as it is."""
    if method["customer"] == customer:
        return method
    if method["customer"]:
        raise invalid("The payment method you provided has already been attached to a customer.")
    store.save(method, customer=customer)
    record(store, "payment_method.attached", method)
    return method


def detach_method(store: Store, given: Parameters, id: str) -> Thing:
    """Forget a saved card: it can never be used again."""
    method = found(store, "payment_method", id)
    given.finish()
    if not method["customer"]:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    before = method["customer"]
    store.save(method, customer=None, _used=True)
    record(store, "payment_method.detached", method, customer=before)
    return method


def used_before() -> Exception:
    """Say why a card that belongs to nobody cannot be used twice."""
    return invalid(
        "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with "
        "a connected account without Customer attachment, or was detached from a Customer. It may not be used again. "
        "To use a PaymentMethod multiple times, you must attach it to a Customer first."
    )
