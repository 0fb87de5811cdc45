"""Secrets that must be read again (an authenticator's, a webhook's) are sealed with a key drawn from SECRET_KEY.

Each purpose has a key of its own: what was sealed for one opens nothing of another.

The cryptography weighs seven megabytes in every process: it is loaded by the first secret of a process.
"""

import base64
from typing import Any

from flask import current_app


def seal(secret: str, purpose: str) -> str:
    """Give a secret in the form in which it may stand in a row."""
    sealed: bytes = _box(purpose).encrypt(secret.encode())
    return sealed.decode()


def unseal(sealed: str, purpose: str) -> str | None:
    """Read a sealed secret; None when it was sealed under another SECRET_KEY."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see the docstring of the module

    try:
        secret: bytes = _box(purpose).decrypt(sealed.encode())
    except InvalidToken:
        return None
    return secret.decode()


def _box(purpose: str) -> Any:
    from cryptography.fernet import Fernet  # noqa: PLC0415 - see the docstring of the module
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    derived = HKDF(SHA256(), 32, salt=None, info=f"guichet {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(str(current_app.config["SECRET_KEY"]).encode())))
