"""What every page of the house is framed by: establishment, menus, reader, language, appearance."""

from typing import Any

from flask import Flask, current_app, g, get_flashed_messages, has_request_context, request, session, url_for

from app.directory.models import Establishment
from app.directory.queries import establishments, first_establishment
from app.kernel import navigation
from app.kernel.access import Actor, acting
from app.kernel.formats import (
    clock_time,
    full_date,
    number,
    number_range,
    phone,
    short_date,
    shown_time,
    spoken_time,
)
from app.kernel.framing import current_frame
from app.kernel.languages import LANGUAGES, current_language, text_direction
from app.kernel.once import once_a_request
from app.kernel.preferences import AUTO, DENSITY, MOTION, TEXT_SIZE, THEME, preferred
from app.kernel.version import version
from app.kernel.web import dom_id

THEMES = ("auto", "light", "dark", "contrast")
THEME_COOKIE = "theme"
HOUSE, DRAWN_FOR = "maison", "drawn_for"


def init_layout(app: Flask) -> None:
    """Give templates the layout's context and the house's formats."""
    app.extensions["guichet_house"] = current_house
    app.context_processor(_context)
    app.url_defaults(_keep_house)
    app.jinja_env.globals.update(
        dom_id=dom_id, drawn_for=_drawn_for, entries_of=lambda area: navigation.shown(area, acting())
    )
    app.jinja_env.filters.update(
        full_date=full_date,
        short_date=short_date,
        clock_time=clock_time,
        number_range=number_range,
        shown_time=shown_time,
        spoken_time=spoken_time,
        phone=phone,
        number=number,
    )


def current_house() -> Establishment | None:
    """Give the establishment this request is about: named by its address, its form or its record, else the reader's.

    Somebody of the team works in the house they chose last, else in the first of theirs.
    """
    if "establishment" not in g:
        g.establishment = _house_of_the_record() or _house_of_the_reader()
    house: Establishment | None = g.establishment
    return house


def houses_of(actor: Actor) -> list[Establishment]:
    """Give the establishments in which somebody of the team works: all, or those in which they have a right."""
    if not actor.is_staff:
        return []
    mine = {scope.id for scopes in actor.rights.values() for scope in scopes}  # "" stands for everywhere
    return [house for house in establishments() if "" in mine or str(house.id) in mine]


def _house_of_the_record() -> Establishment | None:
    house_id = getattr(g.get("record"), "establishment_id", None)
    return Establishment.get(house_id) if house_id else None


def _house_of_the_reader() -> Establishment | None:
    houses = _houses_here()
    if not houses:
        return first_establishment()
    wanted = (request.form.get(DRAWN_FOR), request.values.get(HOUSE), session.get(HOUSE) if len(houses) > 1 else None)
    known = {house.slug: house for house in houses}
    return next((known[slug] for slug in wanted if slug in known), houses[0])


def _houses_here() -> list[Establishment]:
    """Give the houses of who acts in this request, read once."""
    return once_a_request("houses", lambda: houses_of(acting()))


def _drawn_for() -> str:
    """Name the house a form of the team is drawn for, where there are several: it stays the one the form is about."""
    house = current_house() if len(_houses_here()) > 1 else None
    return house.slug if house else ""


def _keep_house(endpoint: str, values: dict[str, Any]) -> None:
    """Let what a page asks for again by itself be about the house of that page, whatever is chosen meanwhile."""
    if endpoint.endswith("_fragment") and has_request_context() and (slug := _drawn_for()):
        values.setdefault(HOUSE, slug)


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
        "houses": _houses_here() if in_office else [],
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
