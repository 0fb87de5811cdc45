"""One's own devices: a browser agrees to be told, or is told no more; and the script that shows what comes."""

from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, jsonify, request, url_for

from app.kernel.access import acting
from app.kernel.browsers import device_in_words
from app.kernel.db import transaction
from app.kernel.guards import public, signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.web import done
from app.notifications import devices
from app.notifications.devices import Subscription
from app.notifications.models import PushDevice
from app.notifications.views.blueprint import bp
from app.notifications.views.centre import own_person


@bp.get("/push-worker.js")
@public
def push_worker_show() -> Response:
    """Give the script that browsers run when a notice comes: at the root, so that it may open any page."""
    script = (current_app.config["STATIC_DIR"] / "js" / "push-worker.js").read_bytes()
    response = Response(script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@bp.post("/espace/notifications/appareils")
@signed_in
@limiter.limit(write_limit)
def device_create() -> Response:
    """Tell this browser from now on, in the form in which its script gives what the browser said."""
    given, person = _subscription(), own_person()
    try:
        devices.refuse_unfit(given)
        with transaction():
            devices.add_device(person, given, name=device_in_words(request.user_agent.string), actor=acting())
    except RuleBroken as broken:
        response = jsonify(message=str(broken))
        response.status_code = broken.status
        return response
    return jsonify(url=_own_devices())


@bp.post("/espace/notifications/appareils/<uuid:device_id>/retrait")
@signed_in
def device_delete(device_id: UUID) -> Response:
    """Tell a browser of one's own no more."""
    person, device = own_person(), PushDevice.get(device_id)
    if device is None or device.person_id != person.id:
        abort(404)
    with transaction():
        devices.remove_device(device, person, actor=acting())
    return done(None, message=_("L’appareil est retiré."), fallback=_own_devices())


def _own_devices() -> str:
    return url_for(".preference_edit", _anchor="devices-title")


def _subscription() -> Subscription:
    said: Any = request.get_json(silent=True)
    keys = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(keys, dict):
        abort(400)
    texts = [said.get("endpoint"), keys.get("p256dh"), keys.get("auth")]
    if not all(isinstance(text, str) and text for text in texts):
        abort(400)
    return Subscription(*texts)
