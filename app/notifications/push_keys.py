"""The key by which push services know this installation (VAPID): made once, kept in a row every process reads.

The private half is sealed with SECRET_KEY. Once that has changed, no device could be told any more: a new key is made,
and people are asked again. The cryptography is loaded where a key is made or used, not before.
"""

import base64
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, sealing
from app.kernel.db import db, insert_missing, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.kernel.seeds import REFERENCE, seed
from app.notifications.models import PushDevice, PushKey

NAME = "vapid"
SEALED_FOR = "push"


def public_key() -> str:
    """Give the public half, as browsers want it; empty until it is made."""
    kept = db.session.get(PushKey, NAME)
    return kept.public if kept is not None else ""


def private_key() -> bytes | None:
    """Give the private half; None when there is none, or none that this SECRET_KEY opens."""
    kept = db.session.get(PushKey, NAME)
    secret = sealing.unseal(kept.sealed_private, SEALED_FOR) if kept is not None else None
    return secret.encode() if secret is not None else None


@job("notifications.make_push_key", N_("Créer la clé des notifications sur appareil"))
def make_push_key() -> None:
    """Make the key, unless it is there."""
    if public_key():
        return
    public, private = _new_pair()
    with transaction():
        insert_missing(
            PushKey,
            name=NAME,
            public=public,
            sealed_private=sealing.seal(private, SEALED_FOR),
            created_at=clock.now(),
        )


def replace_lost_key() -> None:
    """Make a new key in place of one that nobody can read any more; devices bound to the old one are forgotten."""
    with transaction() as session:
        session.execute(sa.delete(PushDevice))
        session.execute(sa.delete(PushKey))
    make_push_key()


@seed(REFERENCE)
def promise_push_key() -> None:
    """Have the worker make the key at first start: the web processes need no cryptography for it.

    A moment later, so that the sweep carries it: Valkey is not up yet when seeds run.
    """
    make_push_key.later(key="notifications.make_push_key", due_at=clock.now() + timedelta(seconds=1))


def _new_pair() -> tuple[str, str]:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - see the docstring of the module
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(point), _text(private.private_numbers().private_value.to_bytes(32, "big"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signer(private: bytes) -> Any:
    """Give what signs requests to push services."""
    from py_vapid import Vapid02  # noqa: PLC0415 - see the docstring of the module

    return Vapid02.from_raw(private)
