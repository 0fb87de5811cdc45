"""The public pages that belong to no slice, and the reader's choice of language and appearance."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from app.booking import queries as booking
from app.booking.opening import slots_on
from app.booking.presentation import cancelling_rule
from app.directory.queries import first_organisation
from app.kernel.access import public
from app.kernel.formats import clock_time, short_weekdays, spoken_time
from app.kernel.languages import COOKIE, LANGUAGES, _
from app.kernel.web import page, redirect_to
from app.site.layout import THEME_COOKIE, THEMES, current_house

bp = Blueprint("site", __name__)
YEAR = 60 * 60 * 24 * 365


@bp.get("/")
@public
def home_show() -> Response:
    """Show the house, its hours, and the way to a table."""
    house = current_house()
    if house is None:
        return page("site/welcome_show.html")
    inside = booking.house_of(house)
    return page(
        "site/home_show.html", hours=_hours(inside), today_sentence=_today_sentence(inside, house.today()),
        booking_url=url_for("booking.choice_show"), lookup_url=url_for("booking.lookup_new"),
        house_rule=cancelling_rule(inside, house),
        presentation=_("Réservez votre table en ligne : vous voyez les horaires vraiment libres, et la réponse est immédiate."),
    )


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


@bp.get("/langue/<code>")
@public
def language_update(code: str) -> Response:
    """Keep the reader's choice of language."""
    answer = redirect_to(_local(request.args.get("suite", "/")))
    if code in LANGUAGES:
        _keep(answer, COOKIE, code)
    return answer


@bp.post("/apparence")
@public
def display_update() -> Response:
    """Keep the reader's choice of appearance."""
    answer = redirect_to(_local(request.referrer or "/"))
    if request.form.get("theme") in THEMES:
        _keep(answer, THEME_COOKIE, request.form["theme"])
    return answer


def _keep(answer: Response, name: str, value: str) -> None:
    secure = current_app.config["CONFIGURATION"].is_https
    answer.set_cookie(name, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")


def _local(address: str) -> str:
    host = request.host_url.rstrip("/")
    address = address.removeprefix(host)
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _hours(house: booking.House) -> list[tuple[str, str]]:
    """Give the weekly hours, days alike said together: ("mardi à samedi", "12:00 – 14:00, 19:00 – 21:45")."""
    names = [long for _short, long in short_weekdays()]
    spans = []
    for weekday in range(1, 8):
        shifts = sorted(
            (shift for shift in house.opening.shifts if weekday in shift.weekdays), key=lambda shift: shift.first
        )
        spans.append(", ".join(f"{clock_time(shift.first)} – {clock_time(shift.last)}" for shift in shifts))
    lines: list[tuple[int, int, str]] = []
    for index, span in enumerate(spans):
        if lines and lines[-1][2] == span:
            lines[-1] = (lines[-1][0], index, span)
        else:
            lines.append((index, index, span))
    return [(_days(names, first, last), span or _("fermé")) for first, last, span in lines]


def _days(names: list[str], first: int, last: int) -> str:
    if first == last:
        return names[first].capitalize()
    if last == first + 1:
        return f"{names[first]}, {names[last]}".capitalize()
    return _("%(first)s à %(last)s", first=names[first], last=names[last]).capitalize()


def _today_sentence(house: booking.House, today: date) -> str:
    for offset in range(14):
        slots: Any = slots_on(house.opening, today + timedelta(days=offset))
        if slots:
            first = spoken_time(slots[0].local_time)
            if offset == 0:
                return _("Ouvert aujourd’hui, à partir de %(time)s.", time=first)
            if offset == 1:
                return _("Fermé aujourd’hui. Prochain service demain à %(time)s.", time=first)
            day = short_weekdays()[(today + timedelta(days=offset)).weekday()][1]
            return _("Fermé aujourd’hui. Prochain service %(day)s à %(time)s.", day=day, time=first)
    return ""
