"""The back office's own pages: today, search, settings, modules, jobs."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, request, url_for

from app.booking import permissions as booking_permissions
from app.booking import queries as booking
from app.booking.queries import floor, guests
from app.config import ROOT
from app.directory.models import Establishment
from app.directory.queries import are_several
from app.kernel import clock, figures, finding, jobs, navigation, settings, topics
from app.kernel.access import acting
from app.kernel.datasets.searching import clean
from app.kernel.db import db, transaction
from app.kernel.editions import Overtaken, edition_opened, refuse_overtaken
from app.kernel.formats import clock_time, full_date, near_date, spoken_time
from app.kernel.formats import instant as written_instant
from app.kernel.guards import own_house, requires
from app.kernel.languages import N_, SOURCE, _, current_language, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.outbox import JobState, OutboxRow
from app.kernel.schedules import Schedule
from app.kernel.web import done, page
from app.site import permissions as may
from app.site.events import SettingChanged
from app.site.layout import current_house
from app.site.module_notices import module_notice
from app.site.pages import bp

navigation.entry("admin", N_("Aujourd’hui"), "site.dashboard_show", icon="dashboard", permission=may.ENTER, order=10)
navigation.entry("admin", N_("Réglages"), "site.settings_index", icon="settings", permission=may.SETTINGS, order=90)
navigation.entry(
    "settings",
    N_("Sécurité et limites"),
    "site.security_settings_edit",
    icon="shield",
    permission=may.SETTINGS,
    order=80,
    hint=N_("Connexions, envois publics, recherches."),
)
navigation.entry(
    "settings",
    N_("Modules"),
    "site.module_list",
    icon="columns",
    permission=may.SETTINGS,
    order=90,
    hint=N_("Ce que fait chaque partie de Guichet, et ce qui y a changé."),
)
navigation.entry(
    "settings",
    N_("Travaux"),
    "site.job_list",
    icon="history",
    permission=may.OPERATE,
    order=95,
    hint=N_("Ce qui part tout seul, et ce qui a échoué."),
)


MEASURES = {
    "booking.occupancy": "aujourdhui",
    "booking.covers": "7-prochains-jours",
    "booking.no_shows": "30-derniers-jours",
}
TO_CONFIRM: dict[str, Any] = {"date": "a-venir", "etat": "requested"}
UNDECIDED_PATH = "placements-en-suspens"
TOP_TABLES, TOP = "booking.parties_by_table", 5
ARRIVALS = 12

MODULES = {
    "accounts": N_("Comptes"),
    "booking": N_("Réservations"),
    "calendar": N_("Calendrier"),
    "directory": N_("Annuaire"),
    "invoices": N_("Factures"),
    "notifications": N_("Messages"),
    "payments": N_("Paiements"),
    "site": N_("Site"),
    "traces": N_("Traces"),
}


@bp.get("/admin")
@requires(may.ENTER)
def dashboard_show() -> Response:
    """Show today: figures and the next arrivals."""
    return page("site/dashboard_show.html", **_today())


@bp.get("/admin/_chiffres")
@requires(may.ENTER)
@topics.polled(lambda: f"reservations:{_house_id()}", lasting=30)
def dashboard_fragment() -> Response:
    """Show today's live part again, when something has changed."""
    return page("site/_today.html", **_today())


@bp.get("/admin/recherche")
@requires(may.ENTER)
def search_show() -> Response:
    """Look everywhere at once: the first of each kind that the reader may open."""
    typed = clean(request.args.get("q", ""))
    groups = finding.found(typed, acting()) if typed else []
    return page("site/search_show.html", typed=typed, groups=groups, url=url_for(".search_show"))


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
                raise RuleBroken(_("Rien n’est enregistré."))  # noqa: TRY301 - undoes the transaction
    except Overtaken as overtaken:
        return _settings_page("security", typed, {}, status=409, overtaken=overtaken)
    except RuleBroken:
        return _settings_page("security", typed, problems, status=422)
    return done(None, message=_("Les réglages sont enregistrés."), fallback=url_for(".security_settings_edit"))


@bp.get("/admin/reglages/modules")
@requires(may.SETTINGS)
def module_list() -> Response:
    """Show what each module is, from its page in docs/modules."""
    pages = sorted((ROOT / "docs" / "modules").glob("*.md"))
    modules = [{**module_notice(path.read_text(encoding="utf-8")), "name": _(MODULES[path.stem])} for path in pages]
    return page("site/module_list.html", modules=modules, is_translated=current_language() != SOURCE)


@bp.get("/admin/exploitation/travaux")
@requires(may.OPERATE)
def job_list() -> Response:
    """Show what failed, what waits, and the schedule."""
    rows = db.session.scalars(
        sa.select(OutboxRow)
        .where(OutboxRow.state != JobState.DONE)
        .order_by(OutboxRow.state, OutboxRow.due_at.desc(), OutboxRow.id)
        .limit(100)
    )
    schedules = db.session.scalars(sa.select(Schedule).order_by(Schedule.next_at))
    declared = jobs.declared_jobs()
    return page(
        "site/job_list.html",
        rows=[(row, declared[row.job].label if row.job in declared else row.job, _when(row.due_at)) for row in rows],
        schedules=[
            (declared[row.job].label, row.cron, _when(row.next_at), _when(row.last_at) if row.last_at else "")
            for row in schedules
            if row.job in declared
        ],
    )


@bp.post("/admin/exploitation/travaux/<uuid:row_id>/reprise")
@requires(may.OPERATE)
def replay_create(row_id: UUID) -> Response:
    """Promise a failed job again."""
    row = db.session.get(OutboxRow, row_id)
    if row is None:
        abort(404)
    if row.state is not JobState.FAILED:
        raise RuleBroken(_("Ce travail n’est pas en échec : il n’y a rien à reprendre."))
    with transaction():
        jobs.replay(row)
    return done(None, message=_("Le travail est remis en route."), fallback=url_for(".job_list"))


# --- pages ----------------------------------------------------------------------------------------------------


def _house_id() -> str:
    house = current_house()
    return str(house.id) if house else ""


def _today() -> dict[str, Any]:
    house: Establishment = own_house(may.ENTER)
    today = booking_permissions.day_under_way(house)
    counts = booking.figures_of(house.id, today)
    sees = acting().may(booking_permissions.VIEW)
    here = house.slug if are_several() else None
    counts_it = acting().may(booking_permissions.VIEW_DEMAND, house)
    day_url = url_for("desk.reservation_list", date=today.isoformat(), maison=here)
    title = full_date(today)
    return {
        "day_title": title[:1].upper() + title[1:],
        "day_sentence": ngettext("%(num)s couvert aujourd’hui.", "%(num)s couverts aujourd’hui.", counts.covers),
        "new_url": url_for("desk.reservation_new"),
        "list_url": day_url,
        "may_create": acting().may(booking_permissions.CREATE),
        "poll_url": url_for("site.dashboard_fragment"),
        "figures": [
            {"label": _("Couverts du jour"), "value": counts.covers, "alert": False},
            {"label": _("Réservations"), "value": counts.reservations, "alert": False},
            {"label": _("À confirmer"), "value": counts.to_confirm, "alert": counts.to_confirm > 0},
            {"label": _("Groupes à table"), "value": counts.seated, "alert": False},
            {"label": _("Absences"), "value": counts.missed, "alert": False},
        ],
        "measures": figures.tiles_for(acting(), MEASURES, maison=house.slug) if counts_it else [],
        "alerts": _alerts(house, counts) if sees else [],
        "pause": _pause(house),
        "top_tables": _top_tables(house) if counts_it else None,
        "arrivals": _arrivals(house, today) if sees else [],
    }


def _arrivals(house: Establishment, today: date) -> list[dict[str, Any]]:
    """Give who comes next, those who are not yet so late that they are told of above."""
    not_late_yet = clock.now() - floor.patience_of(house).arrival
    reservations = booking.next_arrivals(house.id, not_late_yet, actor=acting(), limit=ARRIVALS)
    marks = guests.marks_of([reservation.guest_id for reservation in reservations], today, acting())
    return [
        {
            "time": clock_time(reservation.local_time),
            "name": reservation.guest_name,
            "day": "" if reservation.service_date == today else near_date(reservation.service_date, today),
            "url": url_for("desk.reservation_show", id=reservation.id),
            "covers": reservation.covers,
            "tables": reservation.table_codes(),
            "state": reservation.state.value,
            "state_label": reservation.state.label,
            "note": reservation.special_requests[:60],
            "marks": marks[reservation.guest_id],
        }
        for reservation in reservations
    ]


def _alerts(house: Establishment, counts: booking.DayFigures) -> list[dict[str, str]]:
    """Say what waits for somebody: who is late, in coming or in leaving, what has no answer yet, by the team or not."""
    found = [
        {
            "icon": "hourglass" if party.is_here else "clock",
            "name": party.name,
            "words": ngettext("devait partir il y a %(num)s min", "devait partir il y a %(num)s min", minutes)
            if party.is_here
            else ngettext("attendu depuis %(num)s min", "attendu depuis %(num)s min", minutes),
            "url": url_for("floor.party_show", id=party.id),
        }
        for party, minutes in floor.late_tonight(house, acting())
    ]
    if counts.to_confirm:
        words = ngettext("%(num)s réservation à confirmer", "%(num)s réservations à confirmer", counts.to_confirm)
        asked = url_for("desk.reservation_list", **TO_CONFIRM)
        found.append({"icon": "inbox", "name": "", "words": words, "url": asked})
    if counts.undecided:
        words = ngettext(
            "%(num)s demande en vérification : la salle cherche une place",
            "%(num)s demandes en vérification : la salle cherche une place",
            counts.undecided,
        )
        counted = acting().may(booking_permissions.VIEW_DEMAND, house)
        url = url_for("figures.figure_show", path=UNDECIDED_PATH) if counted else ""
        found.append({"icon": "hourglass", "name": "", "words": words, "url": url})
    return found


def _pause(house: Establishment) -> dict[str, Any] | None:
    """Say until when online bookings are paused, and whether the reader may take them up again."""
    until = booking.paused_until(house, clock.now())
    if until is None:
        return None
    at = spoken_time(clock.local(until, house.timezone).time())
    return {"until": at, "may_resume": acting().may(booking_permissions.PAUSE, house)}


def _top_tables(house: Establishment) -> dict[str, Any] | None:
    """Give the tables most parties sat at, with the figure they come from."""
    tiles = figures.tiles_for(acting(), {TOP_TABLES: "30-derniers-jours"}, maison=house.slug, par="table")
    if not tiles:
        return None
    points = tiles[0].points
    most = sorted(points, key=lambda point: point.values[0] or 0, reverse=True)[:TOP]
    largest = max((point.values[0] or 0 for point in most), default=0)
    rows = [(point.label, int(point.values[0] or 0), (point.values[0] or 0) / largest) for point in most if largest]
    return {"rows": rows, "url": tiles[0].url, "period": tiles[0].period}


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


def _when(moment: Any) -> str:
    return written_instant(moment, clock.USUAL_ZONE)
