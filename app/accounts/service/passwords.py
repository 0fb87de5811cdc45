"""Passwords: proved before what cannot be undone, changed by who knows the old one, reset by who reads the mail."""

import sqlalchemy as sa

from app.accounts import attempts, queries
from app.accounts.events import PasswordChanged, PasswordReset
from app.accounts.models import AccountRequest, LoginAttempt, User
from app.accounts.service.hashing import hashed, password_fits
from app.accounts.service.requests import shut_resets, use_request
from app.accounts.service.sessions import end_sessions, note_failure
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit


def prove_password(user: User, password: str, *, address: str) -> None:
    """Let through whoever knows the user's password; misses count as failed logins do.

    Raises TooManyAttempts, or RuleBroken on the field `current`.
    """
    counted = attempts.counted("login", user.login, address)
    attempts.refuse_too_many(counted)
    if not password_fits(user, password):
        note_failure(counted, user.login, address=address)
        raise Unfit(_("Ce n’est pas votre mot de passe actuel."), "current")


def change_password(user: User, password: str, *, actor: Actor) -> None:
    """Set a new password; every other session ends. Raises RuleBroken for a weak one."""
    _set(user, password)
    end_sessions(user, actor=actor)
    publish(PasswordChanged(user, actor))


def reset_password(asked: AccountRequest, password: str, *, actor: Actor) -> User:
    """Set a new password by the link sent to the address: every other session ends, misses are forgiven.

    Raises RuleBroken for a weak password, or a link that was used or whose account is gone.
    """
    asked = use_request(asked)
    user = queries.user_with_login(asked.email)
    if user is None or not user.is_active:
        raise RuleBroken(_("Ce compte n’est plus ouvert."))
    _set(user, password)
    user.confirmed_at = user.confirmed_at or clock.now()
    end_sessions(user, actor=actor)
    key, _network = attempts.counted("login", user.login, "")
    db.session.execute(sa.delete(LoginAttempt).where(LoginAttempt.counted == key))
    publish(PasswordReset(user, actor))
    return user


def _set(user: User, password: str) -> None:
    person = user.person
    user.password_hash = hashed(password, person.first_name, person.last_name, user.login)
    shut_resets(user.login)
