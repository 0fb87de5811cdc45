"""One-time codes: those of an authenticator (RFC 6238) and those kept on paper. No Flask and no database here."""

import hmac
import secrets
from datetime import datetime

import pyotp

SECONDS = 30
DRIFT = 1  # a clock may be this many intervals off, either way
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without those one takes for another
RECOVERY_CODES = 10


def new_secret() -> str:
    """Make the secret an authenticator shares with us: 160 bits in base 32."""
    return pyotp.random_base32()


def address_for(secret: str, *, login: str, house: str) -> str:
    """Give the address an authenticator reads from the QR code."""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=login, issuer_name=house)


def matching_interval(secret: str, typed: str, now: datetime, *, after: int = -1) -> int | None:
    """Give the interval a typed code belongs to, later than `after`; None when it fits none near this instant."""
    code = "".join(typed.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    generator = pyotp.HOTP(secret)
    current = int(now.timestamp()) // SECONDS
    for interval in range(current - DRIFT, current + DRIFT + 1):
        if interval > after and hmac.compare_digest(generator.at(interval), code):
            return interval
    return None


def new_recovery_codes() -> list[str]:
    """Make ten codes of four groups ("abcd-efgh-jkmn-pqrs"): 79 bits each, so a plain digest keeps them."""
    return [_grouped("".join(secrets.choice(READABLE) for _letter in range(16))) for _code in range(RECOVERY_CODES)]


def tidy_recovery_code(typed: str) -> str:
    """Give a typed recovery code in the form in which it was shown, whatever its case, spaces and dashes."""
    return _grouped("".join(char for char in typed.lower() if char.isalnum()))


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
