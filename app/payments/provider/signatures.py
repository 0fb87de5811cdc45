"""Who speaks at the webhook: Stripe's signature over the time and the very bytes (`t=…,v1=…`)."""

import hashlib
import hmac
from collections.abc import Sequence

TOLERANCE_SECONDS = 300


def secrets_in(value: str) -> list[str]:
    """Read one secret or several, with commas between: each address declared at Stripe has its own, old and new."""
    return [secret.strip() for secret in value.split(",") if secret.strip()]


def is_signed(payload: bytes, header: str, secrets: Sequence[str], now: float) -> bool:
    """Tell whether Stripe signed these bytes within five minutes with a secret of ours; compared in constant time."""
    pairs = [part.partition("=")[::2] for part in header.split(",")]
    moments = [value for name, value in pairs if name.strip() == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()):
        return False
    if len(moments[0]) > 12 or abs(now - int(moments[0])) > TOLERANCE_SECONDS:
        return False
    expected = [signed(payload, int(moments[0]), secret).encode() for secret in secrets]
    given = [value.strip().encode() for name, value in pairs if name.strip() == "v1"]
    return any(hmac.compare_digest(each, told) for each in expected for told in given[:8])


def signed(payload: bytes, moment: int, secret: str) -> str:
    """Give the signature of bytes at a moment."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()
