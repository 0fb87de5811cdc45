"""Verbs of the second factor: an authenticator put in place, its codes used once, the codes that stand in for it."""

from typing import Any, cast

import sqlalchemy as sa

from app.accounts import attempts, service
from app.accounts.credentials import queries
from app.accounts.credentials.events import RecoveryCodesMade, RecoveryCodeUsed, SecondFactorAdded, SecondFactorRemoved
from app.accounts.credentials.models import Authenticator, RecoveryCode
from app.accounts.credentials.one_time_codes import matching_interval, new_recovery_codes, tidy_recovery_code
from app.accounts.models import User
from app.accounts.queries import secret_hash
from app.kernel import clock, sealing
from app.kernel.access import Actor
from app.kernel.db import db, insert_missing, new_id, transaction
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit

SEALED_FOR = "authenticators"


def set_up(user: User, secret: str, code: str, *, actor: Actor) -> list[str]:
    """Put an authenticator in place once it shows the right code; gives the recovery codes, readable this once.

    Raises RuleBroken for a wrong code, or where one is in place already.
    """
    interval = matching_interval(secret, code, clock.now())
    if interval is None:
        raise Unfit(_("Ce code ne convient pas : attendez le suivant, et vérifiez l’heure du téléphone."), "code")
    inserted = insert_missing(
        Authenticator,
        id=new_id(),
        user_id=user.id,
        sealed_secret=sealing.seal(secret, SEALED_FOR),
        last_interval=interval,
        created_at=clock.now(),
    )
    if not inserted:
        raise RuleBroken(_("La double vérification est déjà en place."))
    publish(SecondFactorAdded(user, actor))
    return _replace_recovery_codes(user)


def renew_recovery_codes(user: User, *, actor: Actor) -> list[str]:
    """Give ten new recovery codes, readable this once; those before count no more."""
    if queries.authenticator_of(user) is None:
        raise RuleBroken(_("La double vérification n’est pas en place."))
    publish(RecoveryCodesMade(user, actor))
    return _replace_recovery_codes(user)


def remove(user: User, *, actor: Actor) -> None:
    """Take the authenticator and the recovery codes away.

    Raises RuleBroken where a role of the user demands a second factor and no passkey could be it.
    """
    if queries.must_have_second_factor(user, clock.now()) and not queries.passkeys_of(user):
        raise RuleBroken(_("Votre rôle exige la double vérification : elle ne peut pas être retirée."))
    reset(user, actor=actor)


def reset(user: User, *, actor: Actor) -> None:
    """Take them away from somebody who lost their telephone and their codes; a role may demand new ones at login."""
    removed = cast(
        "sa.CursorResult[Any]", db.session.execute(sa.delete(Authenticator).where(Authenticator.user_id == user.id))
    )
    if removed.rowcount == 0:
        raise RuleBroken(_("La double vérification n’est pas en place."))
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    publish(SecondFactorRemoved(user, actor))


def check_code(user: User, code: str, *, address: str) -> None:
    """Use a code up as a proof.

    Raises TooManyAttempts after too many misses, RuleBroken for a code that does not fit or has served.
    """
    keys = attempts.counted("second factor", str(user.id), address)
    attempts.refuse_too_many(keys)
    with transaction():
        fits = use_code(user, code)
        if fits:
            attempts.forgive(keys)
    if not fits:
        attempts.note_miss(keys)
        raise Unfit(_("Ce code ne convient pas, ou il a déjà servi."), "code")


def use_code(user: User, typed: str) -> bool:
    """Use up a code of the authenticator, or a recovery code; False when it fits neither or has served."""
    return _use_authenticator(user, typed) or _use_recovery_code(user, typed)


def _use_authenticator(user: User, typed: str) -> bool:
    authenticator = queries.authenticator_of(user)
    secret = sealing.unseal(authenticator.sealed_secret, SEALED_FOR) if authenticator else None
    if authenticator is None or secret is None:
        return False
    interval = matching_interval(secret, typed, clock.now(), after=authenticator.last_interval)
    if interval is None:
        return False
    return _claimed(
        sa.update(Authenticator)
        .where(Authenticator.id == authenticator.id, Authenticator.last_interval < interval)
        .values(last_interval=interval, last_used_at=clock.now())
    )


def _use_recovery_code(user: User, typed: str) -> bool:
    used = _claimed(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == secret_hash(tidy_recovery_code(typed)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    if used:
        publish(RecoveryCodeUsed(user, service.actor_for(user), queries.recovery_codes_left(user)))
    return used


def _claimed(update: sa.Update) -> bool:
    """Tell whether a conditional update found its row: of two at once, one does."""
    return cast("sa.CursorResult[Any]", db.session.execute(update)).rowcount == 1


def _replace_recovery_codes(user: User) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = new_recovery_codes()
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=secret_hash(code)) for code in codes)
    return codes
