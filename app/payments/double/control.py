"""The control address: what the tests and the demonstration may do to Stripe, for whoever holds the token."""

import hmac
import time
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from app.payments.double.charges import close_dispute
from app.payments.double.errors import StripeRefusal
from app.payments.double.levers import FAULTS
from app.payments.double.listing import found
from app.payments.double.parts import parts
from app.payments.double.payouts import send_payout, settle_payout
from app.payments.double.refunds import settle_refund
from app.payments.double.store import shown

bp = Blueprint("control", __name__, url_prefix="/_control")
MOST_AT_ONCE = 50
LONGEST_WAIT = 30.0


@bp.before_request
def check_token() -> None:
    """Answer nobody but the holder of the token; without one there are no levers at all."""
    expected = parts().settings.control_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        abort(404)


@bp.errorhandler(StripeRefusal)
def refused(refusal: StripeRefusal) -> tuple[Response, int]:
    """Say what is unknown."""
    return jsonify({"error": refusal.content}), refusal.status


@bp.errorhandler(ValueError)
@bp.errorhandler(TypeError)
@bp.errorhandler(KeyError)
@bp.errorhandler(AttributeError)
def misread(problem: Exception) -> tuple[Response, int]:
    """Say that a lever cannot be pulled so."""
    return jsonify({"error": {"type": type(problem).__name__}}), 400


@bp.get("/levers")
def levers_show() -> Response:
    """Say how the levers stand."""
    levers, courier, store = parts().levers, parts().courier, parts().store
    return jsonify(
        {
            "hold": courier.held,
            "repeats": courier.repeats,
            "at_once": courier.at_once,
            "clock_offset": store.offset,
            "refunds_wait": store.refunds_wait,
            "delay": levers.delay,
            "fault": levers.fault if levers.times else "",
        }
    )


@bp.post("/levers")
def levers_update() -> Response:
    """Pull the levers that are named; the others stay."""
    wanted: dict[str, Any] = request.get_json()
    unknown = set(wanted) - {"hold", "repeats", "at_once", "clock_offset", "refunds_wait", "delay", "fault"}
    fault = wanted.get("fault", {})
    if unknown or (fault and fault.get("kind") not in FAULTS):
        abort(400)
    levers, courier, store = parts().levers, parts().courier, parts().store
    courier.held = bool(wanted.get("hold", courier.held))
    courier.repeats = _number(wanted, "repeats", courier.repeats)
    courier.at_once = _number(wanted, "at_once", courier.at_once)
    store.offset = float(wanted.get("clock_offset", store.offset))
    store.refunds_wait = bool(wanted.get("refunds_wait", store.refunds_wait))
    levers.delay = min(float(wanted.get("delay", levers.delay)), LONGEST_WAIT)
    if "fault" in wanted:
        levers.fault, levers.after = fault.get("kind", ""), bool(fault.get("after", False))
        levers.times, levers.path = int(fault.get("times", 1)) if fault else 0, str(fault.get("path", "/v1/"))
    store.wake()
    return levers_show()


@bp.post("/deliveries")
def deliveries_create() -> Response:
    """Deliver these events now, in this order, each so many times at once; whether held back, delivered or not."""
    wanted = request.get_json()
    return jsonify(parts().courier.deliver(list(wanted["events"]), times=_number(wanted, "times", 1)))


@bp.post("/settled")
def settled_show() -> tuple[Response, int]:
    """Wait until nothing is left to deliver; 504 where it takes too long."""
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        if parts().courier.is_idle:
            return jsonify({"settled": True}), 200
        time.sleep(0.01)
    return jsonify({"settled": False}), 504


@bp.post("/refunds/<id>")
def refund_update(id: str) -> Response:
    """Let the bank answer about a refund: succeeded or failed."""
    status = request.get_json().get("status")
    if status not in {"succeeded", "failed"}:
        abort(400)
    with parts().store.transaction():
        return jsonify(shown(settle_refund(parts().store, found(parts().store, "refund", id), status)))


@bp.post("/payouts")
def payout_create() -> Response:
    """Send what is available to the bank."""
    with parts().store.transaction():
        return jsonify(shown(send_payout(parts().store)))


@bp.post("/payouts/<id>")
def payout_update(id: str) -> Response:
    """Let the bank answer about a payout: paid or failed."""
    status = request.get_json().get("status")
    if status not in {"paid", "failed"}:
        abort(400)
    with parts().store.transaction():
        return jsonify(shown(settle_payout(parts().store, found(parts().store, "payout", id), status)))


@bp.post("/disputes/<id>")
def dispute_update(id: str) -> Response:
    """Let the bank decide a dispute."""
    won = bool(request.get_json().get("won"))
    with parts().store.transaction():
        return jsonify(shown(close_dispute(parts().store, found(parts().store, "dispute", id), won=won)))


def _number(wanted: dict[str, Any], name: str, usual: int) -> int:
    return max(1, min(int(wanted.get(name, usual)), MOST_AT_ONCE))
