"""Who misses too often waits: failed proofs counted by account and by network, both kept hashed."""

import hashlib

import sqlalchemy as sa

from app.accounts import queries
from app.accounts.models import LoginAttempt
from app.accounts.settings import LOGIN_ATTEMPTS
from app.kernel import clock
from app.kernel.audit import truncated_address
from app.kernel.db import db, transaction
from app.kernel.languages import _
from app.kernel.lifecycle import TooOften


class TooManyAttempts(TooOften):
    """Too many failed logins from this account or network."""


def counted(kind: str, value: str, address: str) -> tuple[str, str]:
    """Give under which two keys an attempt counts: what is guessed at, and the network it comes from."""
    return _digest(kind, value), _digest("network", truncated_address(address))


def refuse_too_many(keys: tuple[str, str]) -> None:
    """Raise TooManyAttempts once either key missed too often within a quarter of an hour."""
    since = queries.stale_before(clock.now())
    if any(queries.recent_attempts(key, since) >= LOGIN_ATTEMPTS.value() for key in keys):
        raise TooManyAttempts(_("Trop d’essais. Attendez un quart d’heure, puis recommencez."))


def note_miss(keys: tuple[str, str]) -> None:
    """Count a failed attempt, in a transaction of its own since the act itself is refused."""
    with transaction() as writing:
        writing.execute(sa.delete(LoginAttempt).where(LoginAttempt.at < queries.stale_before(clock.now())))
        writing.add_all(LoginAttempt(counted=key, at=clock.now()) for key in keys)


def forgive(keys: tuple[str, str]) -> None:
    """Forget what was missed on this account; what its network missed stays counted."""
    db.session.execute(sa.delete(LoginAttempt).where(LoginAttempt.counted == keys[0]))


def _digest(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
