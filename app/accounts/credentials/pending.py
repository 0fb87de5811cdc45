"""A login of which the first step is made: the signed cookie holds it for ten minutes, and no session is open yet."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from flask import session

from app.accounts.credentials import queries
from app.accounts.models import User
from app.kernel import clock

PENDING_KEY = "pending_login"
PENDING_FOR = timedelta(minutes=10)


class SecondStep(StrEnum):
    """What is still due after the first proof."""

    VERIFY = "verify"
    SET_UP = "set_up"


def second_step(user: User) -> SecondStep | None:
    """Say what a user who proved one thing must do before a session opens."""
    if queries.authenticator_of(user) is not None:
        return SecondStep.VERIFY
    if not queries.must_have_second_factor(user, clock.now()):
        return None
    return SecondStep.VERIFY if queries.passkeys_of(user) else SecondStep.SET_UP


def suspend(user: User) -> None:
    """Keep in the visitor's cookie that this user made the first step."""
    until = clock.now() + PENDING_FOR
    session[PENDING_KEY] = {"user": str(user.id), "until": until.isoformat()}


def pending_user() -> User | None:
    """Give the user who made the first step here, while it counts."""
    kept = session.get(PENDING_KEY)
    if kept is None or clock.now() >= datetime.fromisoformat(kept["until"]):
        return None
    user = User.get(UUID(kept["user"]))
    return user if user is not None and user.is_active else None
