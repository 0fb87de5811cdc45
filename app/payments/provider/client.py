"""Speaking to Stripe: plain HTTP, one key to a call so that it counts once, short waits, plain errors.

The house's own door to the outside serves (`kernel.outbound`): Stripe's library would cost each web process thirty
megabytes for the eight calls made here (docs/decisions/0029-payments.md).
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from flask import current_app

from app.config import STRIPE
from app.kernel import outbound
from app.kernel.db import end_reading
from app.kernel.languages import N_

VERSION = "2024-06-20"
PAGES = "https://checkout.stripe.com"
MOST_READ = 2 * 1024 * 1024
PAUSES = (0.2,)
TRY_AGAIN = (409, 429)
_NO_KEY = N_("aucune clé n’est donnée")

log = structlog.get_logger()


class ProviderAway(OSError):
    """Stripe did not answer, or nothing one can read: nobody knows what it did. The same call may be made again."""


class KeyRefused(ProviderAway):
    """There is no key, or Stripe takes it no more: nothing was done, and all of it can be once the key is right."""


NOT_ALLOWED = (401, 403)
UNKNOWN = "resource_missing"
REASONS = {
    UNKNOWN: N_("ce compte Stripe ne le connaît pas : la clé est peut-être celle d’un autre compte"),
    "authentication_required": N_("la banque demande que le porteur de la carte confirme"),
    "card_declined": N_("la carte est refusée"),
    "insufficient_funds": N_("la carte n’est pas approvisionnée"),
    "expired_card": N_("la carte a expiré"),
    "charge_already_refunded": N_("ce paiement est déjà remboursé"),
    "charge_disputed": N_("ce paiement est contesté auprès de la banque"),
}


class ProviderRefused(Exception):
    """Stripe said no, for good; `code` says why, for machines, and its words for people, in French where we know it."""

    def __init__(self, code: str, message: str) -> None:
        """Keep both."""
        super().__init__(REASONS.get(code) or message or code)
        self.code = code


def pages_origin() -> str:
    """Give the origin of the pages where one pays: Stripe's, or that of what stands for it."""
    spoken_to = urlsplit(current_app.config["STRIPE_API_URL"])
    return PAGES if spoken_to.hostname == urlsplit(STRIPE).hostname else f"{spoken_to.scheme}://{spoken_to.netloc}"


def is_connected() -> bool:
    """Tell whether this installation has keys; without them no money is asked."""
    return bool(current_app.config["STRIPE_SECRET_KEY"])


def is_live() -> bool:
    """Tell whether the key moves real money."""
    return "_live_" in current_app.config["STRIPE_SECRET_KEY"]


def key_mark() -> str:
    """Give a mark by which a key is known again, and never guessed."""
    return hashlib.sha256(f"mark:{current_app.config['STRIPE_SECRET_KEY']}".encode()).hexdigest()[:12]


def create(path: str, parameters: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """Make something; the same key makes it once. Raises ProviderAway, ProviderRefused."""
    body = urlencode(list(_flat("", parameters))).encode()
    return _asked("POST", path, body, {"Idempotency-Key": key, "Content-Type": "application/x-www-form-urlencoded"})


def remove(path: str) -> None:
    """Delete something. Raises ProviderAway, ProviderRefused: also when it is there no more."""
    _asked("DELETE", path, None, {})


def read(path: str, **parameters: Any) -> dict[str, Any]:
    """Read something as it stands. Raises ProviderAway, ProviderRefused."""
    query = urlencode(list(_flat("", parameters)))
    return _asked("GET", f"{path}?{query}" if query else path, None, {})


def listed(path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Read a list, page by page. Raises ProviderAway, ProviderRefused."""
    after: dict[str, str] = {}
    while True:
        answer = read(path, limit=100, **parameters, **after)
        found = answer.get("data", [])
        yield from found
        if not answer.get("has_more") or not found:
            return
        after = {"starting_after": str(found[-1]["id"])}


def _asked(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
    end_reading()
    if not is_connected():
        raise KeyRefused(_NO_KEY)
    for pause in PAUSES:
        try:
            return _once(method, path, body, headers)
        except KeyRefused:
            raise
        except ProviderAway as error:
            log.warning("stripe_away", path=path.partition("?")[0], why=str(error))
        time.sleep(pause)
    return _once(method, path, body, headers)


def _once(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
    target = outbound.known(f"{current_app.config['STRIPE_API_URL'].rstrip('/')}{path}")
    said = {"Authorization": f"Bearer {current_app.config['STRIPE_SECRET_KEY']}", "Stripe-Version": VERSION, **headers}
    try:
        answer = outbound.send(target, method, body, said, MOST_READ)
    except outbound.Unreachable as error:
        raise ProviderAway(str(error)) from None
    try:
        told = json.loads(answer.body)
    except ValueError:
        raise ProviderAway(f"{answer.status}, unreadable") from None
    if not isinstance(told, dict) or answer.status >= 500 or answer.status in TRY_AGAIN:
        raise ProviderAway(str(answer.status))
    if answer.status in NOT_ALLOWED:
        raise KeyRefused(str((told.get("error") or {}).get("message", "")) or str(answer.status))
    if answer.status >= 400:
        raise _refusal(answer.status, told.get("error") or {})
    return told


def _refusal(status: int, wrong: Mapping[str, Any]) -> ProviderRefused:
    """Read why it said no: the bank's own reason where it gave one we know, else Stripe's."""
    code = str(wrong.get("code") or wrong.get("type") or status)
    declined = str(wrong.get("decline_code") or "")
    return ProviderRefused(declined if declined in REASONS else code, str(wrong.get("message", "")))


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Write nested parameters as Stripe reads them: line_items[0][quantity]=1."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(f"{prefix}[{name}]" if prefix else str(name), inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _flat(f"{prefix}[{place}]", inner)
    elif value is not None:
        yield prefix, {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
