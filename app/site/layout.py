"""What every page of the house is framed by: establishment, menus, reader, language, appearance."""

from typing import Any

from flask import Flask, current_app, g, get_flashed_messages, request, url_for

from app.directory.models import Establishment
from app.directory.queries import establishments, first_establishment
from app.kernel import navigation
from app.kernel.access import Actor, Scope, acting
from app.kernel.formats import clock_time, full_date, number, phone, short_date, spoken_time
from app.kernel.framing import current_frame
from app.kernel.languages import LANGUAGES, current_language, text_direction
from app.kernel.preferences import AUTO, DENSITY, MOTION, TEXT_SIZE, THEME, preferred
from app.kernel.version import version
from app.kernel.web import dom_id

THEMES = ("auto", "light", "dark", "contrast")
THEME_COOKIE = "theme"


def init_layout(app: Flask) -> None:
    """Give templates the layout's context and the house's formats."""
    app.extensions["guichet_house"] = current_house
    app.context_processor(_context)
    app.jinja_env.globals.update(dom_id=dom_id, entries_of=lambda area: navigation.shown(area, acting()))
    app.jinja_env.filters.update(
        full_date=full_date,
        short_date=short_date,
        clock_time=clock_time,
        spoken_time=spoken_time,
        phone=phone,
        number=number,
    )


def current_house() -> Establishment | None:
    """Give the establishment this request is about: the one its address named, else the first one's own.

    Who has a right somewhere only, and not in the whole installation, works there.
    """
    if "establishment" not in g:
        mine = {scope.id for scopes in acting().rights.values() for scope in scopes if scope.kind == "establishment"}
        everywhere = any(Scope() in scopes for scopes in acting().rights.values())
        inside = [house for house in establishments() if str(house.id) in mine] if mine and not everywhere else []
        g.establishment = inside[0] if inside else first_establishment()
    house: Establishment | None = g.establishment
    return house


def _why_url(actor: Actor) -> str:
    """Give the page that says why this request was refused, to a member of the team."""
    if not (actor.is_authenticated and actor.is_staff and "refused" in g):
        return ""
    code, record = g.refused
    asked: dict[str, Any] = {"droit": code, **({"fiche": f"{record.kind()}:{record.id}"} if record else {})}
    return url_for("people.explanation_show", id=actor.id, **asked)


def _context() -> dict[str, Any]:
    language = current_language()
    actor = acting()
    framed = current_frame()
    theme = framed.theme if framed else preferred(THEME, actor)
    chosen = request.cookies.get(THEME_COOKIE, theme) if theme == AUTO and not framed else theme
    in_office = request.path.startswith("/admin") or (request.path.startswith("/espace") and actor.is_staff)
    configuration = current_app.config["CONFIGURATION"]
    return {
        "house": current_house(),
        "framed": framed,
        "viewer": actor,
        "language": language,
        "text_direction": text_direction(language),
        "languages": list(LANGUAGES.items()),
        "theme": chosen if chosen in THEMES else "auto",
        "density": preferred(DENSITY, actor),
        "text_size": preferred(TEXT_SIZE, actor),
        "motion": preferred(MOTION, actor),
        "navigation": navigation.shown("admin", actor) if in_office else [],
        "site_navigation": [] if in_office else navigation.shown("site", actor),
        "messages": get_flashed_messages(with_categories=True),
        "request_id": g.get("request_id", ""),
        "why_url": _why_url(actor),
        "demo": configuration.is_demo,
        "mailbox_url": "/demo/courrier" if configuration.captures_messages else "",
        "version": version(),
    }
