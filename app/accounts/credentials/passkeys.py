"""Verbs of passkeys (WebAuthn): a challenge answered once, by a key that verified its holder.

The library of the ceremony weighs ten megabytes with its cryptography: it is loaded by the first passkey of a process.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app, session

from app.accounts.credentials import queries
from app.accounts.credentials.events import PasskeyAdded, PasskeyRefused, PasskeyRemoved, PasskeyRenamed
from app.accounts.credentials.models import Passkey, SpentChallenge
from app.accounts.models import User
from app.accounts.service import actor_for
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db, insert_missing, new_id, transaction
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit

CHALLENGE_KEY = "passkey_challenge"
CHALLENGE_FOR = timedelta(minutes=5)
MOST_PASSKEYS = 20
ADDING, PROVING = "adding", "proving"


def are_possible() -> bool:
    """Tell whether this installation has a domain name: browsers make no passkey for a bare address."""
    try:
        ip_address(_domain())
    except ValueError:
        return True
    return False


def options_to_add(user: User, *, house: str) -> str:
    """Give what the browser needs to make a passkey of this user, as JSON, with a challenge of its own."""
    webauthn, structs = _webauthn(), _webauthn().helpers.structs
    kept = [structs.PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in queries.passkeys_of(user)]
    options = webauthn.generate_registration_options(
        rp_id=_domain(),
        rp_name=house,
        user_id=user.id.bytes,
        user_name=user.login,
        user_display_name=user.person.full_name or user.login,
        challenge=_new_challenge(ADDING),
        exclude_credentials=kept,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return str(webauthn.options_to_json(options))


def options_to_prove() -> str:
    """Give what the browser needs to answer with any passkey it has for this house, as JSON."""
    webauthn = _webauthn()
    verified = webauthn.helpers.structs.UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=_domain(), challenge=_new_challenge(PROVING), user_verification=verified
    )
    return str(webauthn.options_to_json(options))


def add(user: User, answer: dict[str, Any], name: str, *, actor: Actor) -> Passkey:
    """Keep the passkey the browser made. Raises Unfit for any answer that is not the right one."""
    challenge = _taken_challenge(ADDING)
    try:
        made = _webauthn().verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_domain(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise _not_recognised() from error
    if len(queries.passkeys_of(user)) >= MOST_PASSKEYS:
        raise Unfit(_("Vous avez déjà %(most)s clés : retirez-en une d’abord.", most=MOST_PASSKEYS))
    _spend(challenge)
    passkey_id = new_id()
    inserted = insert_missing(
        Passkey,
        id=passkey_id,
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=clock.now(),
    )
    if not inserted:
        raise Unfit(_("Cette clé est déjà enregistrée."))
    publish(PasskeyAdded(user, actor, name))
    return db.session.get_one(Passkey, passkey_id)


def prove(answer: dict[str, Any]) -> User:
    """Give the user whose passkey answered. Raises Unfit for any answer that is not the right one."""
    challenge = _taken_challenge(PROVING)
    passkey = _passkey_named(answer)
    try:
        proven = _webauthn().verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_domain(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # looked at below, where a step back is told apart
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise _not_recognised() from error
    with transaction():
        _spend(challenge)
        counted = _count_use(passkey, proven.new_sign_count)
        if not counted:
            publish(PasskeyRefused(passkey.user, actor_for(passkey.user), passkey.name))
    if not counted or not passkey.user.is_active:
        raise _not_recognised()
    return passkey.user


def rename(user: User, passkey: Passkey, name: str, *, actor: Actor) -> None:
    """Let a passkey be known by another name."""
    if name != passkey.name:
        publish(PasskeyRenamed(user, actor, changes={"name": (passkey.name, name)}))
        passkey.name = name


def remove(user: User, passkey: Passkey, *, actor: Actor) -> None:
    """Forget a passkey. Raises RuleBroken where it is the second factor a role of the user demands."""
    last = len(queries.passkeys_of(user)) == 1 and queries.authenticator_of(user) is None
    if last and queries.must_have_second_factor(user, clock.now()):
        raise RuleBroken(_("Votre rôle exige la double vérification, et cette clé est la seule que vous ayez."))
    publish(PasskeyRemoved(user, actor, passkey.name))
    db.session.delete(passkey)


def _passkey_named(answer: dict[str, Any]) -> Passkey:
    """Give the passkey the answer names, which must be its holder's."""
    try:
        base64url_to_bytes = _webauthn().helpers.base64url_to_bytes
        passkey = queries.passkey_with(base64url_to_bytes(answer["rawId"]))
        holder = answer["response"].get("userHandle")
        handle = base64url_to_bytes(holder) if holder else None
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _not_recognised() from error
    if passkey is None or handle not in (None, passkey.user_id.bytes):
        raise _not_recognised()
    return passkey


def _count_use(passkey: Passkey, sign_count: int) -> bool:
    """Move the key's counter on; False when it does not grow. Keys that keep no counter say 0 each time."""
    grows = sa.or_(Passkey.sign_count < sign_count, sa.and_(Passkey.sign_count == 0, sa.literal(sign_count) == 0))
    counting = sa.update(Passkey).where(Passkey.id == passkey.id, grows)
    moved = db.session.execute(counting.values(sign_count=sign_count, last_used_at=clock.now()))
    return cast("sa.CursorResult[Any]", moved).rowcount == 1


# --- challenges -----------------------------------------------------------------------------------------------


def _new_challenge(purpose: str) -> bytes:
    """Make a challenge and keep it in this visitor's signed cookie: an answer counts only from where it was asked."""
    challenge = secrets.token_bytes(32)
    until = clock.now() + CHALLENGE_FOR
    written = _webauthn().helpers.bytes_to_base64url(challenge)
    session[CHALLENGE_KEY] = {"is": written, "for": purpose, "until": until.isoformat()}
    return challenge


def _taken_challenge(purpose: str) -> bytes:
    kept = session.pop(CHALLENGE_KEY, None)
    if kept is None or kept["for"] != purpose or clock.now() >= datetime.fromisoformat(kept["until"]):
        raise Unfit(_("Cette demande a expiré. Recommencez."))
    return bytes(_webauthn().helpers.base64url_to_bytes(kept["is"]))


def _spend(challenge: bytes) -> None:
    """Let a challenge be answered once, also by somebody who kept a copy of the cookie."""
    now = clock.now()
    db.session.execute(sa.delete(SpentChallenge).where(SpentChallenge.expires_at < now))
    digest = hashlib.sha256(challenge).hexdigest()
    if not insert_missing(SpentChallenge, digest=digest, expires_at=now + CHALLENGE_FOR):
        raise Unfit(_("Cette demande a déjà servi. Recommencez."))


def _webauthn() -> Any:
    import webauthn  # noqa: PLC0415 - see the docstring of the module

    return webauthn


def _unreadable() -> tuple[type[Exception], ...]:
    """Give what an answer raises that proves nothing."""
    failed: type[Exception] = _webauthn().helpers.exceptions.WebAuthnException
    return failed, ValueError, TypeError, AttributeError, KeyError


def _not_recognised() -> Unfit:
    return Unfit(_("Cette clé n’est pas reconnue ici."))


def _origin() -> str:
    return str(current_app.config["PUBLIC_URL"])


def _domain() -> str:
    return urlsplit(_origin()).hostname or ""
