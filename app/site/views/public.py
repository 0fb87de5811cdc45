"""The public pages that belong to no slice: the house and its hours, legal notice, personal data, accessibility."""

from datetime import date
from typing import Any

from flask import Response, abort, g, url_for

from app.booking import queries as booking
from app.directory.models import Establishment
from app.directory.queries import establishment_by_slug, establishments, first_organisation
from app.kernel.formats import clock_time, near_date, short_weekdays, spoken_time, unbroken
from app.kernel.guards import public
from app.kernel.languages import _
from app.kernel.web import page
from app.site.views.blueprint import bp


@bp.get("/")
@public
def home_show() -> Response:
    """Show the house, its hours, and the way to a table."""
    houses = establishments()
    if not houses:
        return page("site/welcome_show.html")
    if len(houses) == 1:
        return _home_of(houses[0], url_for("booking.choice_show"))
    return page("site/house_list.html", house=None, doors=[_door(house) for house in houses])


@bp.get("/e/<string:slug>")
@public
def house_show(slug: str) -> Response:
    """Show one of several houses."""
    house = g.establishment = establishment_by_slug(slug)
    if house is None:
        abort(404)
    return _home_of(house, url_for("booking.choice_show", slug=slug))


def _home_of(house: Establishment, booking_url: str) -> Response:
    inside = booking.house_of(house)
    return page(
        "site/home_show.html",
        hours=_hours(inside),
        today_sentence=_today_sentence(inside, house.today()),
        booking_url=booking_url,
        lookup_url=url_for("booking.lookup_new"),
        house_rule=booking.cancelling_rule(inside, house),
        presentation=_(
            "Réservez votre table en ligne : vous voyez les horaires vraiment libres, et la réponse est immédiate."
        ),
    )


def _door(house: Establishment) -> dict[str, Any]:
    """Say of one of several houses what leads a guest to it."""
    return {
        "name": house.name,
        "house": house,
        "lines": house.address_lines,
        "today": _today_sentence(booking.house_of(house), house.today()),
        "url": url_for(".house_show", slug=house.slug),
        "booking_url": url_for("booking.choice_show", slug=house.slug),
    }


@bp.get("/mentions-legales")
@public
def legal_show() -> Response:
    """Show who publishes this site (loi n° 2004-575 du 21 juin 2004, article 6)."""
    return page("site/legal_show.html", organisation=first_organisation())


@bp.get("/donnees-personnelles")
@public
def privacy_show() -> Response:
    """Show what is kept of people, why and for how long (RGPD, articles 13 and 15 to 21)."""
    return page("site/privacy_show.html")


@bp.get("/accessibilite")
@public
def accessibility_show() -> Response:
    """Show how accessible the site is, and whom to tell when it is not."""
    return page("site/accessibility_show.html")


def _hours(house: booking.House) -> list[tuple[str, str]]:
    """Write the weekly hours: ("Mardi à samedi", "12:00 – 14:00, 19:00 – 21:45")."""
    names = [long for _short, long in short_weekdays()]
    lines = []
    for first, last, spans in booking.weekly_hours(house):
        written = ", ".join(unbroken(f"{clock_time(start)} – {clock_time(end)}") for start, end in spans)
        lines.append((_days(names, first, last), written or _("fermé")))
    return lines


def _days(names: list[str], first: int, last: int) -> str:
    if first == last:
        return _sentence_case(names[first])
    if last == first + 1:
        return _sentence_case(f"{names[first]}, {names[last]}")
    return _sentence_case(_("%(first)s à %(last)s", first=names[first], last=names[last]))


def _sentence_case(text: str) -> str:
    """Begin with a capital and leave the rest: English days keep theirs."""
    return text[:1].upper() + text[1:]


def _today_sentence(house: booking.House, today: date) -> str:
    found = booking.next_shift(house, today)
    if found is None:
        return ""
    day, first = found
    if day == today:
        return _("Ouvert aujourd’hui, à partir de %(time)s.", time=spoken_time(first))
    near = near_date(day, today)
    return _("Fermé aujourd’hui. Prochain service : %(day)s à %(time)s.", day=near, time=spoken_time(first))
