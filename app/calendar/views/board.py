"""The calendar: seen, and what is moved in it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for

from app.calendar import permissions as may
from app.calendar.forms import MoveForm
from app.calendar.periods import Shown
from app.calendar.presentation import ONE_BY_ONE, Agenda, agenda_of, board_of
from app.directory.models import Establishment
from app.directory.queries import are_several, establishment_by_slug
from app.kernel import clock, navigation, topics
from app.kernel.access import acting
from app.kernel.agenda import AgendaEntry, AgendaMoves, AgendaSource, Alternative, sources_for, topic_of
from app.kernel.db import transaction
from app.kernel.formats import clock_time
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.web import done, page

bp = Blueprint("calendar", __name__, url_prefix="/admin/calendrier")


@bp.get("")
@requires(may.VIEW)
def calendar_show() -> Response:
    """Show a month, a week or a day."""
    return page("calendar/calendar_show.html", **_calendar())


@bp.get("/_liste")
@requires(may.VIEW)
@topics.polled(lambda: topic_of(_place().id))
def agenda_fragment() -> Response:
    """Show the list again, when something in it has changed; what is drawn follows it."""
    return page("calendar/_agenda.html", **_calendar())


@bp.get("/<string:source>/<uuid:id>/deplacement")
@requires(may.VIEW)
def move_edit(source: str, id: UUID) -> Response:
    """Ask for another day or time."""
    declared, _moves, entry = _movable(source, id)
    starts = clock.local(entry.starts, entry.zone)
    form = MoveForm(formdata=None, date=starts.date().isoformat(), time=clock_time(starts.time()), seen=entry.version)
    form.back.data = _local(request.args.get("retour", "")) or url_for(".calendar_show", date=form.date.data)
    return _move_page(declared.key, entry, form)


@bp.post("/<string:source>/<uuid:id>/deplacement")
@requires(may.VIEW)
def move_update(source: str, id: UUID) -> Response:
    """Move an entry, or say why not and what could be; a drag is answered by a part, a form by a page."""
    declared, moves, entry = _movable(source, id)
    form = MoveForm()
    if not form.validate_on_submit():
        return _move_page(declared.key, entry, form, status=422)
    try:
        with transaction():
            moves.move(acting(), id, form.move())
    except RuleBroken as refusal:
        nearest = [] if isinstance(refusal, NotAllowed) else moves.nearest(acting(), id, form.move())
        return _move_page(declared.key, entry, form, status=refusal.status, refusal=refusal, alternatives=nearest)
    moved = declared.entry(acting(), id) or entry
    return done(
        "calendar/_moved.html",
        message=_("« %(title)s » est à sa nouvelle place.", title=moved.title),
        fallback=_local(form.back.data or "") or url_for(".calendar_show"),
        undo=_undo(declared.key, entry, moved),
    )


# --- pages ----------------------------------------------------------------------------------------------------


def _calendar() -> dict[str, Any]:
    agenda = agenda_of(_place(), request.args, acting())
    kept = {"maison": agenda.place.slug} if are_several() else {}
    url = url_for(".calendar_show")
    return {
        "agenda": agenda,
        "board": board_of(agenda),
        "url": url,
        "here": agenda.address(url, **kept),
        "poll_url": agenda.address(url_for(".agenda_fragment"), **kept),
        "kept": kept,
        "ways": _ways(agenda, url, kept),
        "views": [(shown, agenda.address(url, vue=shown.value, **kept)) for shown in Shown],
        "one_by_one_url": agenda.address(url, **{ONE_BY_ONE: "oui"}, **kept),
        "gathered_url": agenda.address(url, **{ONE_BY_ONE: ""}, **kept),
        "day_url": lambda day: agenda.address(url, vue=Shown.DAY.value, date=day.isoformat(), **kept),
        "move_url": lambda shown: url_for(".move_edit", source=shown.source.key, id=shown.entry.id),
    }


def _ways(agenda: Agenda, url: str, kept: dict[str, str]) -> dict[str, str]:
    days = {
        "previous": agenda.period.beside(-1),
        "next": agenda.period.beside(1),
        "today": agenda.place.today(),
    }
    return {name: agenda.address(url, date=day.isoformat(), **kept) for name, day in days.items()}


def _place() -> Establishment:
    """Give the place whose calendar is asked for: the one the address names, else the reader's own."""
    named = request.args.get("maison")
    place: Establishment | None = establishment_by_slug(named) if named else navigation.current_house()
    if place is None:
        abort(404)
    if not acting().may(may.VIEW, place):
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    return place


def _movable(key: str, id: UUID) -> tuple[AgendaSource, AgendaMoves, AgendaEntry]:
    """Find the entry an address names among those that may be seen: 404 otherwise, and where nothing can be moved."""
    declared = next((source for source in sources_for(acting()) if source.key == key), None)
    entry = declared.entry(acting(), id) if declared is not None else None
    if declared is None or declared.moves is None or entry is None:
        abort(404)
    return declared, declared.moves, entry


def _move_page(
    key: str,
    entry: AgendaEntry,
    form: MoveForm,
    *,
    status: int = 200,
    refusal: RuleBroken | None = None,
    alternatives: list[Alternative] | None = None,
) -> Response:
    return page(
        "calendar/move_edit.html",
        fragment="calendar/_move_refused.html",
        status=status,
        entry=entry,
        form=form,
        refusal=refusal,
        alternatives=alternatives or [],
        url=url_for(".move_update", source=key, id=entry.id),
    )


def _undo(key: str, before: AgendaEntry, moved: AgendaEntry) -> dict[str, Any]:
    """Give the form that takes a move back."""
    starts = clock.local(before.starts, before.zone)
    sends = {
        "date": starts.date().isoformat(),
        "time": clock_time(starts.time()),
        "seen": moved.version,
        "back": _local(request.form.get("back", "")),
    }
    return {"url": url_for(".move_update", source=key, id=moved.id), "sends": sends}


def _local(address: str) -> str:
    """Give an address of the calendar as it is, nothing for any other."""
    return address if address.startswith(url_for(".calendar_show")) else ""
