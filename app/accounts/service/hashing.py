"""Passwords as they are kept: Argon2id over the password's normal form, and never a weak one."""

from functools import lru_cache

import argon2
from flask import current_app

from app.accounts.models import User
from app.accounts.strength import normalised, weakness
from app.directory.queries import first_establishment
from app.kernel.lifecycle import Unfit


def hashed(password: str, *personal: str) -> str:
    """Give what is kept of a new password; `personal` words are those about its owner.

    Raises RuleBroken for a password that is too easy to guess.
    """
    house = first_establishment()
    refused = weakness(password, (*personal, house.name if house else ""))
    if refused is not None:
        raise Unfit(refused.label, "password")
    return _hasher(_cost()).hash(normalised(password))


def password_fits(user: User | None, password: str) -> bool:
    """Tell whether this is the user's password. An unknown user costs as much work, so that time tells nothing."""
    stored = user.password_hash if user else _stand_in(_cost())
    try:
        _hasher(_cost()).verify(stored, normalised(password))
    except argon2.exceptions.VerificationError:
        return False
    return True


def _cost() -> int:
    """Give the memory in KiB: OWASP's minimum for Argon2id (19 MiB, t=2, p=1); tests say less."""
    return int(current_app.config.get("ARGON2_MEMORY_KIB", 19456))


def _hasher(cost: int) -> argon2.PasswordHasher:
    return argon2.PasswordHasher(time_cost=2, memory_cost=cost, parallelism=1)


@lru_cache
def _stand_in(cost: int) -> str:
    return _hasher(cost).hash("somebody who is not here")
