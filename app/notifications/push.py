"""Web push: a short notice to one browser, encrypted for it alone (RFC 8291), signed by this house (RFC 8292).

The cryptography is loaded by the first message that leaves this way.
"""

import base64
import hashlib
import json
from datetime import timedelta
from uuid import UUID

from flask import current_app

from app.kernel import clock, outbound
from app.kernel.db import db
from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message
from app.kernel.notices import PLACE
from app.kernel.transports import AddressGone, Departure, Refused, transport
from app.notifications import push_keys
from app.notifications.devices import Subscription
from app.notifications.models import PushDevice

LIVES = timedelta(days=1)
SIGNED_FOR = timedelta(hours=12)
LONGEST_BODY = 400
GONE = (404, 410)
WORTH_ANOTHER_TRY = (408, 425, 429)


class Push:
    """The way of devices: one browser, a title and a line."""

    channel = Channel.PUSH
    takes_files = False

    def is_open(self) -> bool:
        """Tell whether this installation has its key."""
        return bool(push_keys.public_key())

    def obstacle(self, message: Message) -> str:  # noqa: ARG002 - a device that is gone has no row
        """Nothing keeps a message from a device."""
        return ""

    def pack(self, message: Message, letter: Letter, *, refusable: bool) -> Departure:  # noqa: ARG002 - a page says how
        """Write what the browser shows; a device that left meanwhile is told nothing."""
        device = PushDevice.get(UUID(message.details[PLACE]))
        if device is None:
            return _left
        line = letter.context["line"]
        shown = {
            "title": letter.sender_name,
            "body": line.text[:LONGEST_BODY],
            "url": letter.context["url"],
            "tag": str(line.notification.id),
            "lang": message.language,
        }
        to = Subscription(device.endpoint, device.public_key, device.auth_secret)
        return lambda: hand_to_push_service(to, json.dumps(shown, ensure_ascii=False).encode(), topic=shown["tag"])

    def forget(self, message: Message, answer: str) -> None:  # noqa: ARG002 - kept on the message
        """Forget the device: its browser was removed, or its permission taken back."""
        device = PushDevice.get(UUID(message.details[PLACE]))
        if device is not None:
            db.session.delete(device)


transport(Push())


def hand_to_push_service(to: Subscription, content: bytes, *, topic: str) -> str:
    """Send a notice; give the service's answer. A later one of the same topic replaces it while it waits.

    Raises Refused for a final refusal, AddressGone for a browser that left, OSError when it may come right.
    """
    target = _target(to.endpoint)
    private = push_keys.private_key()
    if private is None:
        push_keys.replace_lost_key()
        raise AddressGone("SECRET_KEY has changed: the device must agree again")
    db.session.rollback()
    port = f":{target.url.port}" if target.url.port else ""
    claims = {
        "sub": f"mailto:{current_app.config['MAIL_FROM']}",
        "aud": f"{target.url.scheme}://{target.url.hostname}{port}",
        "exp": int((clock.now() + SIGNED_FOR).timestamp()),
    }
    headers = {
        **push_keys.signer(private).sign(claims),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(int(LIVES.total_seconds())),
        "Urgency": "normal",
        "Topic": _short(topic),
    }
    answer = outbound.post(target, _encrypted(to, content), headers)
    if answer.status in GONE:
        raise AddressGone(str(answer))
    if answer.status >= 500 or answer.status in WORTH_ANOTHER_TRY:
        raise outbound.Unreachable(str(answer))
    if answer.status >= 300:
        raise Refused(str(answer))
    return str(answer)


def _target(endpoint: str) -> outbound.Target:
    try:
        return outbound.checked(endpoint)
    except outbound.TargetRefused as refused:
        raise Refused(str(refused)) from refused


def _encrypted(to: Subscription, content: bytes) -> bytes:
    import http_ece  # noqa: PLC0415 - see the docstring of the module
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    passing = ec.generate_private_key(ec.SECP256R1())
    try:
        sealed: bytes = http_ece.encrypt(
            content, private_key=passing, dh=_raw(to.public_key), auth_secret=_raw(to.auth_secret), version="aes128gcm"
        )
    except ValueError as error:
        raise AddressGone("the browser's key is no key") from error
    return sealed


def _left() -> str:
    raise Refused("the device was removed")


def _short(topic: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(topic.encode()).digest())[:32].decode()


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
