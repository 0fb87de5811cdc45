"""Personal fields: what is shown of a telephone number, an address or an account to whoever may not read it whole."""

import re
from collections.abc import Callable
from typing import Any

from app.kernel.access import Actor, Permission
from app.kernel.formats import typed_phone

Mask = Callable[[str], str]
DOTS = "••"
CITED = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']*[^\s<>()\[\]:;,.\"']|\+\d{7,15}\b")


def masked_phone(number: str) -> str:
    """Leave the first and last pair of digits: "06 •• •• •• 78"."""
    pairs = re.findall(r"\+?\w+", typed_phone(number))
    if len(pairs) < 3:
        return DOTS
    return " ".join([pairs[0], *(DOTS for _pair in pairs[1:-1]), pairs[-1]])


def masked_email(address: str) -> str:
    """Leave the first letter and the ending: "a•••@•••.org"."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}•••@•••.{domain.rpartition('.')[2]}" if name and domain else DOTS


def masked_account(number: str) -> str:
    """Leave the last four characters: "•• •• 1234"."""
    kept = re.sub(r"\s", "", number)
    return f"{DOTS} {DOTS} {kept[-4:]}" if len(kept) > 8 else DOTS


def masked_address(address: str) -> str:
    """Mask what a message is sent to, whatever the channel: an e-mail address, a number, something else altogether."""
    if "@" in address:
        return masked_email(address)
    return masked_phone(address) if address.startswith("+") else DOTS


def without_addresses(text: str) -> str:
    """Mask the addresses and numbers that a text cites: servers like to repeat whom they refuse."""
    return CITED.sub(lambda found: masked_address(found[0]), text)


def shown_to(
    actor: Actor,
    permission: Permission,
    value: str | None,
    *,
    mask: Mask,
    record: Any,
    write: Callable[[str], str] = str,
) -> str:
    """Give a personal field as this actor may read it on a record: whole, or masked; nothing stays nothing."""
    if not value:
        return ""
    return write(value) if actor.may(permission, record) else mask(value)
