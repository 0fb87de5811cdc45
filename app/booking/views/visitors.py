"""What is known of a visitor: a random token in the signed cookie, and the network, both only as digests."""

import hashlib
import hmac
import secrets

from flask import current_app, request, session


def visitor() -> str | None:
    """Give the digest of this visitor's token, if they have one."""
    token = session.get("visitor")
    return digest(token) if token else None


def visitor_from_now_on() -> str:
    """Give the digest of this visitor's token, made at need.

    It is the secret their forms already bear, so that both posts of a double click come from one visitor.
    """
    if not session.get("visitor"):
        session["visitor"] = session.get("csrf_token") or secrets.token_urlsafe(24)
        session.permanent = True
    return visitor() or ""


def digest(token: str) -> str:
    """Give what reservations keep of a visitor's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def network() -> str:
    """Give the keyed digest of the address asked from: enough to count, useless to find anybody."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, (request.remote_addr or "").encode(), hashlib.sha256).hexdigest()
