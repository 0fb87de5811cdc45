"""What a reader chooses for all pages: the language, the appearance, the house they work in."""

import re
from urllib.parse import urlsplit

from flask import Response, current_app, request, session, url_for

from app.accounts.service import change_preferences, own_user
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import public, requires
from app.kernel.languages import COOKIE, LANGUAGES
from app.kernel.preferences import LANGUAGE, THEME
from app.kernel.settings import Setting
from app.kernel.web import redirect_to
from app.site import permissions as may
from app.site.layout import HOUSE, THEME_COOKIE, THEMES, current_house
from app.site.views.blueprint import bp

YEAR = 60 * 60 * 24 * 365
RECORD = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}")


@bp.post("/admin/etablissement")
@requires(may.ENTER)
def house_update() -> Response:
    """Keep in which house somebody of the team works from now on; a page of one record gives way to today's."""
    house = current_house()
    if house is not None:
        session[HOUSE] = house.slug
    path = urlsplit(_local(request.referrer or "")).path
    is_page_of_all = path.startswith("/admin") and not RECORD.search(path)
    return redirect_to(path if is_page_of_all else url_for(".dashboard_show"))


@bp.post("/langue")
@public
def language_update() -> Response:
    """Keep the reader's choice of language."""
    answer = redirect_to(_local(request.referrer or "/"))
    if request.form.get("language") in LANGUAGES:
        _keep(answer, COOKIE, request.form["language"])
        _keep_on_account(LANGUAGE, request.form["language"])
    return answer


@bp.post("/apparence")
@public
def display_update() -> Response:
    """Keep the reader's choice of appearance."""
    answer = redirect_to(_local(request.referrer or "/"))
    if request.form.get("theme") in THEMES:
        _keep(answer, THEME_COOKIE, request.form["theme"])
        _keep_on_account(THEME, request.form["theme"])
    return answer


def _keep_on_account(declared: Setting[str], value: str) -> None:
    """Keep the choice of somebody who logged in: it follows them to every browser."""
    if acting().is_authenticated:
        with transaction():
            change_preferences(own_user(acting()), {declared.code: value}, actor=acting())


def _keep(answer: Response, name: str, value: str) -> None:
    secure = current_app.config["CONFIGURATION"].is_https
    answer.set_cookie(name, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")


def _local(address: str) -> str:
    host = request.host_url.rstrip("/")
    address = address.removeprefix(host)
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"
