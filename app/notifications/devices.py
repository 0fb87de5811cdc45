"""Verbs of devices: a browser in which somebody agrees to be told, and one that is told no more."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from app.directory.models import Person
from app.kernel import clock, outbound
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit
from app.notifications import queries
from app.notifications.events import DeviceAdded, DeviceRemoved
from app.notifications.models import PushDevice

MOST_DEVICES = 20
LONGEST_ENDPOINT = 2000


@dataclass(frozen=True)
class Subscription:
    """What a browser says of itself when somebody agrees: where to send, and how to encrypt for it alone."""

    endpoint: str
    public_key: str
    auth_secret: str

    @property
    def digest(self) -> str:
        """Name the endpoint shortly."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()


def refuse_unfit(given: Subscription) -> None:
    """Look at what a browser gave, out of any transaction. Raises Unfit for what no browser would give."""
    point, secret = _decoded(given.public_key), _decoded(given.auth_secret)
    if len(point) != 65 or point[:1] != b"\x04" or len(secret) != 16 or len(given.endpoint) > LONGEST_ENDPOINT:
        raise Unfit(_("Ce navigateur n’a pas donné ce qu’il faut pour le prévenir."))
    try:
        outbound.checked(given.endpoint)
    except outbound.TargetRefused as refused:
        raise Unfit(str(refused)) from refused
    except outbound.Unreachable as unreachable:
        raise RuleBroken(_("Le service de ce navigateur ne répond pas. Réessayez plus tard.")) from unreachable


def add_device(person: Person, given: Subscription, *, name: str, actor: Actor) -> PushDevice:
    """Tell this browser from now on; one that told somebody else tells this person instead."""
    device = db.session.scalars(sa.select(PushDevice).where(PushDevice.endpoint_digest == given.digest)).first()
    if device is None:
        if len(queries.devices_of([person.id])) >= MOST_DEVICES:
            raise RuleBroken(_("Vous avez déjà %(num)s appareils : retirez-en un d’abord.", num=MOST_DEVICES))
        device = PushDevice(endpoint=given.endpoint, endpoint_digest=given.digest, created_at=clock.now())
        db.session.add(device)
    if device.person_id != person.id:
        publish(DeviceAdded(person, actor, name))
    device.person_id, device.name = person.id, name[:80]
    device.public_key, device.auth_secret = given.public_key, given.auth_secret
    return device


def remove_device(device: PushDevice, person: Person, *, actor: Actor) -> None:
    """Tell this browser no more."""
    publish(DeviceRemoved(person, actor, device.name))
    db.session.delete(device)


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""
