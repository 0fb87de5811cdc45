"""Who speaks at the webhook: Stripe's signature over the time and the very bytes (`t=…,v1=…`)."""

import hashlib
import hmac

TOLERANCE_SECONDS = 300


def is_signed(payload: bytes, header: str, secret: str, now: float) -> bool:
    """Tell whether Stripe signed these bytes within five minutes; compared in constant time."""
    pairs = [part.partition("=")[::2] for part in header.split(",")]
    moments = [value for name, value in pairs if name.strip() == "t"]
    if not secret or len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()):
        return False
    if len(moments[0]) > 12 or abs(now - int(moments[0])) > TOLERANCE_SECONDS:
        return False
    expected = signed(payload, int(moments[0]), secret).encode()
    given = [value.strip().encode() for name, value in pairs if name.strip() == "v1"]
    return any(hmac.compare_digest(expected, each) for each in given[:8])


def signed(payload: bytes, moment: int, secret: str) -> str:
    """Give the signature of bytes at a moment."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()
