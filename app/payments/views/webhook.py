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
from app.payments.models import ProviderEvent
from app.payments.provider.signatures import is_signed
from app.payments.settling import look_for

bp = Blueprint("stripe", __name__)
log = structlog.get_logger()


@bp.post("/stripe/evenements")
@public
def event_create() -> Response:
    """Keep an event and the promise to look into it, in one transaction; the same told again changes nothing."""
    secret = current_app.config["STRIPE_WEBHOOK_SECRET"]
    if not secret:
        abort(404)
    payload = request.get_data(cache=False)
    if not is_signed(payload, request.headers.get("Stripe-Signature", ""), secret, clock.now().timestamp()):
        log.warning("stripe_signature_refused", size=len(payload))
        abort(400)
    event = _read(payload)
    if event is None:
        abort(400)
    with transaction():
        is_new = insert_missing(ProviderEvent, **event, received_at=clock.now())
        if is_new and look_for(event["type"]) is not None:
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


def _fits(name: str, value: Any) -> bool:
    return isinstance(value, str) and len(value) <= (80 if name == "type" else 120) and value.isascii()
