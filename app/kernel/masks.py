"""Masks: enough of a personal value to recognise it, too little to give it away."""

HIDDEN = "•••"


def masked_text(value: str | None) -> str:
    """Keep the first letter: "D•••"."""
    return f"{value[0]}{HIDDEN}" if value else ""


def masked_email(value: str | None) -> str:
    """Keep the first letter of both sides: "a•••@e•••"."""
    if not value:
        return ""
    name, _at, domain = value.partition("@")
    return f"{masked_text(name)}@{masked_text(domain)}"


def masked_phone(value: str | None) -> str:
    """Keep the last two digits: "•••78"."""
    return f"{HIDDEN}{value[-2:]}" if value else ""


def hidden(value: str | None) -> str:
    """Keep nothing but that there was something."""
    return HIDDEN if value else ""
