"""Secrets that must be read again (an authenticator's) are sealed with a key drawn from SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def seal(secret: str) -> str:
    """Give a secret in the form in which it may stand in a row."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Read a sealed secret; None when it was sealed under another SECRET_KEY."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"guichet authenticators")
    return Fernet(base64.urlsafe_b64encode(derived.derive(str(current_app.config["SECRET_KEY"]).encode())))
