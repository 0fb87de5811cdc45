"""Where somebody goes once they are in: the local address they asked for, or their own place."""

from urllib.parse import urlsplit

from flask import request, url_for

from app.kernel import navigation
from app.kernel.access import Actor, acting
from app.kernel.languages import LANGUAGES
from app.kernel.preferences import LANGUAGE, START_PAGE, preferred


def wanted() -> str | None:
    """Give the local address asked for, if one was."""
    return local(request.values.get("next", "")) or None


def safe_next() -> str:
    """Give the local address asked for, never another site's; without one, the first page of who acts."""
    return wanted() or home()


def local(address: str) -> str:
    """Give an address of this house as it is, nothing for any other."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and not urlsplit(address).netloc
    return address if inside else ""


def home() -> str:
    """Give the first page of who acts: the one they chose while it may be opened, else the first of the house."""
    actor = acting()
    chosen = preferred(START_PAGE, actor)
    if chosen in dict(start_pages(actor)):
        return chosen
    return url_for("site.dashboard_show" if actor.is_staff else "accounts.own_space_show")


def start_pages(actor: Actor) -> list[tuple[str, str]]:
    """Give the pages that may open after the login, with their labels."""
    areas = ("admin", "own") if actor.is_staff else ("own",)
    return [(entry.url, entry.label) for area in areas for entry in navigation.shown(area, actor)]


def own_language() -> str | None:
    """Give the language the acting user chose; None when they chose none."""
    chosen = preferred(LANGUAGE)
    return chosen if chosen in LANGUAGES else None
