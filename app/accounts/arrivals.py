"""Where somebody goes once they are in: the local address they asked for, or their own place."""

from urllib.parse import urlsplit

from flask import request, url_for

from app.kernel.access import acting


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
    """Give the first page of who acts: the dashboard for the team, their own space for others."""
    return url_for("site.dashboard_show" if acting().is_staff else "accounts.own_space_show")
