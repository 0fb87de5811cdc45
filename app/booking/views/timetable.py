"""The timeline: tables as rows, the hours of one service date as columns; parties moved between tables and times."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.forms import SENSIBLE_YEARS, TableMoveForm
from app.booking.models import Reservation
from app.booking.presentation.levers import LeverShown, levers_of_a_drop
from app.booking.presentation.rearrangements import moved_for
from app.booking.presentation.timetable import Timetable, nearest_moves, timetable_of, unit_held, wish_of
from app.booking.service import TimeTaken
from app.booking.views.levers import permit_of, pulled_on, unlock
from app.directory.models import Establishment
from app.directory.queries import are_several, establishment_by_slug
from app.kernel import clock, navigation, topics
from app.kernel.access import acting
from app.kernel.agenda import Alternative, topic_of
from app.kernel.db import transaction
from app.kernel.formats import clock_time, drawn_clock
from app.kernel.guards import refuse, requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, page

bp = Blueprint("timetable", __name__, url_prefix="/admin/service/frise")

ONE_DAY = timedelta(days=1)


@bp.before_request
def refuse_guests() -> ResponseReturnValue | None:
    """Keep the timeline to the team."""
    return None if acting().is_staff else refuse()


@bp.get("")
@requires(may.VIEW)
def timetable_show() -> Response:
    """Show one service date, table by table."""
    return page("booking/timetable_show.html", **_timetable())


@bp.get("/_tables")
@requires(may.VIEW)
@topics.polled(lambda: topic_of(_establishment().id))
def timetable_fragment() -> Response:
    """Show the tables again, when something has changed; what is drawn follows them."""
    return page("booking/_timetable.html", **_timetable())


@bp.get("/<uuid:id>/deplacement")
@requires(may.CHANGE, on=Reservation)
def seating_edit(reservation: Reservation) -> Response:
    """Ask for another time or table."""
    form = _form(reservation)
    house = queries.house_of(reservation.establishment)
    form.date.data = reservation.service_date.isoformat()
    form.time.data, form.unit.data = clock_time(reservation.local_time), unit_held(reservation, house)
    form.seen.data = str(reservation.sequence)
    return _move_page(reservation, form)


@bp.post("/<uuid:id>/deplacement")
@requires(may.CHANGE, on=Reservation)
def seating_update(reservation: Reservation) -> Response:
    """Move a party to another time or table, or say why not and what could be."""
    form, house = _form(reservation), queries.house_of(reservation.establishment)
    stood = {
        "date": reservation.service_date.isoformat(),
        "time": clock_time(reservation.local_time),
        "unit": unit_held(reservation, house),
    }
    if not form.validate_on_submit():
        return _move_page(reservation, form, status=422)
    lever = pulled_on(form)
    asked = form.asked()
    wish, since = wish_of(reservation, asked), clock.now()
    try:
        with transaction():
            unlock(lever)
            service.move_seen_reservation(
                reservation, wish, actor=acting(), permit=permit_of(lever, reservation), seen=asked.seen
            )
    except RuleBroken as refusal:
        return _move_page(reservation, form, status=refusal.status, refusal=refusal)
    message = _(
        "%(name)s : %(time)s, table %(table)s.",
        name=reservation.guest_name,
        time=clock_time(reservation.local_time),
        table=reservation.table_codes(),
    )
    others = moved_for(reservation, since)
    if others:
        message = _("%(moved)s Pour cela : %(others)s.", moved=message, others=", ".join(others))
    undo = {"url": request.path, "sends": {**stood, "seen": str(reservation.sequence)}}
    return done("booking/_seating_moved.html", message=message, undo=undo, fallback=_timeline_of(reservation))


# --- pages ----------------------------------------------------------------------------------------------------


def _timetable() -> dict[str, Any]:
    place = _establishment()
    day = _asked_day(may.day_under_way(place))
    timetable = timetable_of(place, day, acting())
    kept = _kept(place)
    return {
        "timetable": timetable,
        "board": _board_of(timetable),
        "poll_url": url_for(".timetable_fragment", date=day.isoformat(), **kept),
        "url": url_for(".timetable_show"),
        "kept": kept,
        "ways": {
            "previous": _shown(day - ONE_DAY, kept),
            "today": url_for(".timetable_show", **kept),
            "next": _shown(day + ONE_DAY, kept),
        },
        "move_url": lambda sitting: url_for(".seating_edit", id=sitting.entry.id),
    }


def _board_of(timetable: Timetable) -> dict[str, Any]:
    """Give what the drawn timeline needs to know, as attributes."""
    first, last = timetable.hours
    return {
        "data-view": "resourceTimelineDay",
        "data-date": timetable.service_date.isoformat(),
        "data-from": f"{first // 60:02}:00",
        "data-until": f"{last // 60:02}:00",
        "data-opens": f"{timetable.opens_at // 60:02}:00",
        "data-step": f"00:{timetable.step:02}",
        **drawn_clock(timetable.place.timezone),
    }


def _establishment() -> Establishment:
    """Give the place whose timeline is asked for: the one the address names, else the reader's own."""
    named = request.args.get("maison")
    establishment: Establishment | None = establishment_by_slug(named) if named else navigation.current_house()
    if establishment is None:
        abort(404)
    if not may.may_view_in(acting(), establishment):
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    return establishment


def _asked_day(today: date) -> date:
    try:
        day = date.fromisoformat(request.args.get("date", ""))
    except ValueError:
        return today
    return day if day.year in SENSIBLE_YEARS else today


def _kept(place: Establishment) -> dict[str, Any]:
    """Give what keeps an address with the house it was made for, where there are several."""
    return {"maison": place.slug} if are_several() else {}


def _shown(day: date, kept: dict[str, Any]) -> str:
    return url_for(".timetable_show", date=day.isoformat(), **kept)


def _timeline_of(reservation: Reservation) -> str:
    return _shown(reservation.service_date, _kept(reservation.establishment))


def _form(reservation: Reservation) -> TableMoveForm:
    return TableMoveForm(queries.unit_choices(reservation.establishment))


def _move_page(
    reservation: Reservation,
    form: TableMoveForm,
    *,
    status: int = 200,
    refusal: RuleBroken | None = None,
) -> Response:
    alternatives: list[Alternative] = []
    levers: list[LeverShown] = []
    if refusal is not None:
        asked = form.asked()
        alternatives = nearest_moves(reservation, asked)
        if isinstance(refusal, TimeTaken):
            levers = levers_of_a_drop(reservation, wish_of(reservation, asked), refusal.reason, acting())
    return page(
        "booking/seating_edit.html",
        fragment="booking/_seating_refused.html",
        status=status,
        reservation=reservation,
        form=form,
        refusal=refusal,
        alternatives=alternatives,
        levers=levers,
        sent={name: form[name].data or "" for name in ("date", "time", "unit", "seen")},
        url=url_for(".seating_update", id=reservation.id),
        back_url=_timeline_of(reservation),
        details_url=url_for("desk.move_new", id=reservation.id),
    )
