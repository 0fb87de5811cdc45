"""Where Stripe tells what happened. Its signature is the right; the answer comes at once, the work is done by a job."""

import json
from typing import Any

import structlog
from flask import Blueprint, Response, abort, current_app, request

from app.kernel import clock
from app.kernel.db import insert_missing, transaction
from app.kernel.guards import public
from app.kernel.security import csrf
from app.payments.jobs import look_into_event
from app.payments.models import EventTrouble, ProviderEvent
from app.payments.provider.client import is_connected, is_live
from app.payments.provider.signatures import is_signed, secrets_in
from app.payments.settling import look_for

bp = Blueprint("stripe", __name__)
log = structlog.get_logger()


@bp.post("/stripe/evenements")
@public
def event_create() -> Response:
    """Keep an event and the promise to look into it, in one transaction; the same told again changes nothing."""
    secrets = secrets_in(current_app.config["STRIPE_WEBHOOK_SECRET"])
    if not secrets:
        abort(404)
    payload = request.get_data(cache=False)
    if not is_signed(payload, request.headers.get("Stripe-Signature", ""), secrets, clock.now().timestamp()):
        log.warning("stripe_signature_refused", size=len(payload))
        abort(400)
    event = _read(payload)
    if event is None:
        abort(400)
    is_strange = _is_of_the_other_mode(payload)
    with transaction():
        trouble = EventTrouble.OTHER_MODE if is_strange else EventTrouble.NONE
        heard = clock.now()
        kept = {**event, "received_at": heard, "handled_at": heard if is_strange else None, "trouble": trouble}
        is_new = insert_missing(ProviderEvent, **kept)
        if is_new and not is_strange and look_for(event["type"]) is not None:
            look_into_event.later(key=f"stripe:{event['id']}", event_id=event["id"])
    return Response(status=204)


csrf.exempt(event_create)  # Stripe has no page of ours: what it sends is signed


def _read(payload: bytes) -> dict[str, str] | None:
    """Give id, type and what it is about; None for what is no event."""
    try:
        told = json.loads(payload)
        read = {"id": told["id"], "type": told["type"], "about": told["data"]["object"].get("id") or ""}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return read if all(_fits(name, value) for name, value in read.items()) else None


def _is_of_the_other_mode(payload: bytes) -> bool:
    """Tell whether a test's event came beside a live key, or a real one beside a test's: nothing follows from it."""
    told = json.loads(payload).get("livemode")
    return isinstance(told, bool) and is_connected() and told is not is_live()


def _fits(name: str, value: Any) -> bool:
    return isinstance(value, str) and len(value) <= (80 if name == "type" else 120) and value.isascii()
