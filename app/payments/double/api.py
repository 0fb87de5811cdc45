"""The API: one way in for every verb. It checks the key, replays what was asked before, and answers as Stripe does."""

import base64
import binascii
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, request

from app.payments.double import customers, intents, payouts, refunds, sessions, setups, webhooks
from app.payments.double.errors import CardRefusal, StripeRefusal
from app.payments.double.events import API_VERSION
from app.payments.double.listing import Verb, expanded, list_of, retrieve
from app.payments.double.parameters import Parameters, nested
from app.payments.double.parts import parts
from app.payments.double.store import Store, Thing, token

bp = Blueprint("api", __name__)

VERBS: tuple[tuple[str, str, Verb], ...] = (
    ("POST", "customers", customers.create_customer),
    ("GET", "customers", list_of("customer", "email")),
    ("GET", "customers/<id>", retrieve("customer")),
    ("POST", "customers/<id>", customers.update_customer),
    ("DELETE", "customers/<id>", customers.delete_customer),
    ("GET", "customers/<id>/payment_methods", customers.customer_methods),
    ("POST", "payment_methods", customers.create_method),
    ("GET", "payment_methods", list_of("payment_method", "customer", "type")),
    ("GET", "payment_methods/<id>", retrieve("payment_method")),
    ("POST", "payment_methods/<id>/attach", customers.attach_method),
    ("POST", "payment_methods/<id>/detach", customers.detach_method),
    ("POST", "checkout/sessions", sessions.create_session),
    ("GET", "checkout/sessions", list_of("checkout.session", "customer", "payment_intent", "status")),
    ("GET", "checkout/sessions/<id>", retrieve("checkout.session")),
    ("GET", "checkout/sessions/<id>/line_items", sessions.session_items),
    ("POST", "checkout/sessions/<id>/expire", sessions.expire_session),
    ("POST", "payment_intents", intents.create_intent),
    ("GET", "payment_intents", list_of("payment_intent", "customer")),
    ("GET", "payment_intents/<id>", retrieve("payment_intent")),
    ("POST", "payment_intents/<id>", intents.update_intent),
    ("POST", "payment_intents/<id>/confirm", intents.confirm_intent),
    ("POST", "payment_intents/<id>/capture", intents.capture_intent),
    ("POST", "payment_intents/<id>/cancel", intents.cancel_intent),
    ("POST", "setup_intents", setups.create_setup),
    ("GET", "setup_intents", list_of("setup_intent", "customer", "payment_method")),
    ("GET", "setup_intents/<id>", retrieve("setup_intent")),
    ("POST", "setup_intents/<id>/confirm", setups.confirm_setup),
    ("POST", "setup_intents/<id>/cancel", setups.cancel_setup),
    ("GET", "charges", list_of("charge", "customer", "payment_intent")),
    ("GET", "charges/<id>", retrieve("charge")),
    ("POST", "refunds", refunds.create_refund),
    ("GET", "refunds", list_of("refund", "charge", "payment_intent")),
    ("GET", "refunds/<id>", retrieve("refund")),
    ("POST", "refunds/<id>", refunds.update_refund),
    ("GET", "balance_transactions", payouts.list_lines),
    ("GET", "balance_transactions/<id>", retrieve("balance_transaction")),
    ("GET", "payouts", list_of("payout", "status")),
    ("GET", "payouts/<id>", retrieve("payout")),
    ("GET", "disputes", list_of("dispute", "charge", "payment_intent")),
    ("GET", "disputes/<id>", retrieve("dispute")),
    ("GET", "events", list_of("event", "type")),
    ("GET", "events/<id>", retrieve("event")),
    ("POST", "webhook_endpoints", webhooks.create_endpoint),
    ("GET", "webhook_endpoints", list_of("webhook_endpoint")),
    ("GET", "webhook_endpoints/<id>", retrieve("webhook_endpoint")),
    ("POST", "webhook_endpoints/<id>", webhooks.update_endpoint),
    ("DELETE", "webhook_endpoints/<id>", webhooks.delete_endpoint),
)


def answer(verb: Verb, id: str = "") -> Response:
    """Answer one call of the API."""
    g.request_id = f"req_{token(14)}"
    try:
        _check_key()
        _check_version()
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
        return _once(key, verb, id) if key else _written(200, _slowly(verb, id))
    except StripeRefusal as refusal:
        return _written(refusal.status, {"error": refusal.content})


for method, path, each in VERBS:
    bp.add_url_rule(f"/v1/{path}", f"{method} {path}".replace(".", "_"), partial(answer, each), methods=[method])


@bp.route("/v1/account", methods=["GET"])
def account_show() -> Response:
    """Say whose key this is."""
    house = {"name": parts().settings.name, "url": None}
    shown: Thing = {"id": "acct_double", "object": "account", "business_profile": house, "country": "FR",
                    "charges_enabled": True, "default_currency": "eur", "details_submitted": True}  # fmt: skip
    return answer(lambda _store, _given, _id: shown)


@bp.route("/v1/balance", methods=["GET"])
def balance_show() -> Response:
    """Say what the account holds: everything is still on its way."""
    store, sums = parts().store, Counter[str]()
    for line in store.all("balance_transaction"):
        sums[line["currency"]] += line["net"]
    pending = [{"amount": sums[currency], "currency": currency} for currency in sorted(sums or {"eur"})]
    shown: Thing = {"object": "balance", "available": [], "livemode": False, "pending": pending}
    return answer(lambda _store, _given, _id: shown)


@bp.route("/v1/<path:path>", methods=["GET", "POST", "DELETE"])
def unknown_show(path: str) -> Response:
    """Say that Stripe, or at least this double, knows no such address."""
    message = f"Unrecognized request URL ({request.method}: /v1/{path[:80]})."
    return _written(404, {"error": {"type": "invalid_request_error", "message": message}})


def _check_key() -> None:
    given = _given_key()
    if not given:
        raise StripeRefusal(401, "invalid_request_error", "You did not provide an API key.")
    if "_live_" in given:
        raise StripeRefusal(
            401, "invalid_request_error", "A live key was sent to a double of Stripe, which takes no real money.",
            code="platform_api_key_expired",
        )  # fmt: skip
    if given != parts().settings.secret_key:
        raise StripeRefusal(401, "invalid_request_error", f"Invalid API Key provided: {given[:8]}***{given[-4:]}")


def _given_key() -> str:
    kind, _space, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _check_version() -> None:
    version = request.headers.get("Stripe-Version", API_VERSION)
    if not re.fullmatch(r"20\d\d-\d\d-\d\d(\.[a-z]+)?", version):
        raise StripeRefusal(400, "invalid_request_error", f"Invalid Stripe API version: {version[:40]}")


def _read(verb: Verb, id: str) -> Thing:
    pairs = list((request.args if request.method == "GET" else request.form).items(multi=True))
    given = Parameters(nested(pairs))
    store = parts().store
    with store.transaction((g.request_id, request.headers.get("Idempotency-Key"))):
        return expanded(store, verb(store, given, id), given.words("expand"))


def _slowly(verb: Verb, id: str) -> Thing:
    parts().levers.wait()
    return _read(verb, id)


def _once(key: str, verb: Verb, id: str) -> Response:
    """Do what a POST asks, once for each idempotency key: the second time the first answer is given again."""
    if len(key) > 255:
        raise StripeRefusal(400, "invalid_request_error", "Idempotency keys can be up to 255 characters long.")
    asked = json.dumps([request.path, sorted(request.form.items(multi=True))])
    fingerprint = hashlib.sha256(asked.encode()).hexdigest()
    with parts().keys.used(key):
        parts().levers.wait()
        return _replayed(parts().store, key, fingerprint) or _first(key, fingerprint, partial(_read, verb, id))


def _first(key: str, fingerprint: str, act: Callable[[], Thing]) -> Response:
    """Act, and keep the answer in the same transaction; what was refused before it began may be tried again."""
    store, status = parts().store, 200
    with store.transaction((g.request_id, key)):
        try:
            content = act()
        except CardRefusal as refusal:
            status, content = refusal.status, {"error": refusal.content}
        store.execute("INSERT INTO replies VALUES (?, ?, ?, ?)", key, fingerprint, status, json.dumps(content))
    return _written(status, content)


def _replayed(store: Store, key: str, fingerprint: str) -> Response | None:
    rows = store.execute("SELECT * FROM replies WHERE key = ?", key)
    if not rows:
        return None
    if rows[0]["fingerprint"] != fingerprint:
        raise StripeRefusal(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request.",
        )
    response = _written(rows[0]["status"], json.loads(rows[0]["body"]))
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _written(status: int, content: Any) -> Response:
    response = Response(json.dumps(content, indent=2), status=status, content_type="application/json")
    response.headers["Request-Id"] = g.get("request_id", "")
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", API_VERSION)
    response.headers["Cache-Control"] = "no-cache, no-store"
    if request.headers.get("Idempotency-Key"):
        response.headers["Idempotency-Key"] = request.headers["Idempotency-Key"]
    return response
