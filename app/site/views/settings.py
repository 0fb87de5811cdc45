"""The way to every page of settings, and the one that belongs to no slice: security and limits."""

from functools import partial
from typing import Any

from flask import Response, request, url_for

from app.kernel import navigation, settings
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.editions import Overtaken, edition_opened, refuse_overtaken
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit
from app.kernel.web import done, page
from app.site import permissions as may
from app.site.events import SettingChanged
from app.site.views.blueprint import bp


@bp.get("/admin/reglages")
@requires(may.SETTINGS)
def settings_index() -> Response:
    """Show every settings page the reader may open."""
    return page("site/settings_index.html", entries=navigation.shown("settings", acting()))


@bp.get("/admin/reglages/securite")
@requires(may.SETTINGS)
def security_settings_edit() -> Response:
    """Show the settings of security and limits."""
    return _settings_page("security", {}, {})


@bp.post("/admin/reglages/securite")
@requires(may.SETTINGS)
def security_settings_update() -> Response:
    """Change the settings of security and limits; one that does not fit is told beside its field."""
    declared = _settings_of("security")
    typed = {setting.code: request.form.get(setting.code, "").strip() for setting in declared}
    problems: dict[str, str] = {}
    try:
        with transaction():
            refuse_overtaken("settings security", partial(_standing, declared), typed)
            for setting in declared:
                _change(setting, typed[setting.code], problems)
            if problems:
                raise Unfit(_("Rien n’est enregistré."))  # noqa: TRY301 - undoes the transaction
    except Overtaken as overtaken:
        return _settings_page("security", typed, {}, status=overtaken.status, overtaken=overtaken)
    except Unfit as refusal:
        return _settings_page("security", typed, problems, status=refusal.status)
    return done(None, message=_("Les réglages sont enregistrés."), fallback=url_for(".security_settings_edit"))


def _settings_of(name: str) -> list[settings.Setting[Any]]:
    return [setting for setting in settings.settings().values() if setting.page == name]


def _standing(declared: list[settings.Setting[Any]]) -> dict[str, str]:
    return {setting.code: str(setting.value()) for setting in declared}


def _change(setting: settings.Setting[Any], typed: str, problems: dict[str, str]) -> None:
    """Change one setting and tell the fact, if it is one; what does not fit is noted among the problems."""
    before = str(setting.value())
    try:
        after = str(settings.change(setting, typed))
    except RuleBroken as refusal:
        problems[setting.code] = refusal.message
    else:
        if before != after:
            SettingChanged.tell(setting.code, before, after, acting())


def _settings_page(
    name: str,
    typed: dict[str, str],
    problems: dict[str, str],
    status: int = 200,
    overtaken: Overtaken | None = None,
) -> Response:
    declared = _settings_of(name)
    standing = _standing(declared)
    lines = [
        {
            "code": setting.code,
            "label": _(setting.label),
            "hint": _(setting.hint) if setting.hint else "",
            "value": typed.get(setting.code, standing[setting.code]),
            "error": problems.get(setting.code),
        }
        for setting in declared
    ]
    return page(
        "site/settings_edit.html",
        status=status,
        lines=lines,
        edition=edition_opened(standing, overtaken),
        differences=overtaken.differences({setting.code: _(setting.label) for setting in declared})
        if overtaken
        else [],
        title=_("Sécurité et limites"),
        url=url_for(".security_settings_update"),
    )
