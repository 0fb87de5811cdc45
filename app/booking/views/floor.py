"""The room, live: the plan of each area, who comes, and what is done about a party by one tap."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.booking import permissions as may
from app.booking import service
from app.booking.forms import MOST_COVERS, parsed_covers
from app.booking.growing import larger_seats
from app.booking.guarantees.desk_presentation import absence_proposed
from app.booking.models import COMING, Reservation, Stage, Table
from app.booking.models import ReservationState as S
from app.booking.presentation.history import history_of
from app.booking.presentation.rearrangements import rearrangements_shown
from app.booking.presentation.room import (
    areas_shown,
    coming_by_hour,
    covers_in_words,
    day_title,
    hours_ahead,
    limits_on,
    moment_of,
    next_shift_shown,
    room_at,
    summary_of,
    tables_in_service,
)
from app.booking.queries import guests, house_of, rooms
from app.booking.service import TimeTaken
from app.booking.states import LIFECYCLE
from app.booking.tonight import Room
from app.booking.views.acts import ACTS
from app.booking.waiting.tonight import waited_tonight
from app.directory.models import Establishment
from app.kernel import clock, navigation, topics
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import clock_time, delay_shown
from app.kernel.guards import refuse, requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit
from app.kernel.web import done, page

bp = Blueprint("floor", __name__, url_prefix="/admin/service")

SOON_ENOUGH = 60
HERE = (S.ARRIVED, S.SEATED)
ON_THE_PLAN = {**ACTS, "seat_in_turn": service.seat_in_turn}
BACK = ("withdraw", "withdraw_arrival", "withdraw_seating", "resume")


@bp.before_request
def refuse_guests() -> ResponseReturnValue | None:
    """Keep the room to the team."""
    return None if acting().is_staff else refuse()


@bp.get("")
@requires(may.VIEW)
def room_show() -> Response:
    """Show the room as it is, or as it will be at an hour to come."""
    return room_page({})


@bp.get("/_salle")
@requires(may.VIEW)
@topics.polled(lambda: f"reservations:{house_of_request().id}", lasting=30)
def room_fragment() -> Response:
    """Show the live part again, when something has changed or half a minute has passed."""
    return page("booking/_room.html", **_room_context(house_of_request()))


@bp.get("/reservations/<uuid:id>")
@requires(may.VIEW, on=Reservation)
def party_show(reservation: Reservation) -> Response:
    """Open a party beside the plan, with what can be done about it."""
    return _party_page(reservation)


@bp.post("/reservations/<uuid:id>")
@requires(may.WELCOME, on=Reservation)
def party_update(reservation: Reservation) -> Response:
    """Do one act of the evening; what is no longer possible is answered with what happened meanwhile."""
    name = request.form.get("acte", "")
    if name not in (*ON_THE_PLAN, "covers"):
        abort(422)
    try:
        with transaction():
            if name == "covers":
                why = ""
                service.note_covers(reservation, _covers(request.form.get("couverts", "")), actor=acting())
            else:
                why = ON_THE_PLAN[name](reservation, actor=acting()) or ""
    except RuleBroken as refusal:
        return _party_page(reservation, status=refusal.status, refusal=refusal)
    if name == "covers":
        return _acted(reservation, covers_in_words(reservation.covers))
    said = (why.rstrip("."), reservation.state.label, absence_proposed(reservation))
    return _acted(reservation, ". ".join(filter(None, said)))


@bp.post("/reservations/<uuid:id>/etape")
@requires(may.SERVE, on=Reservation)
def stage_create(reservation: Reservation) -> Response:
    """Note a course, or the bill."""
    stage = _stage(request.form.get("etape", ""))
    try:
        with transaction():
            service.note_stage(reservation, stage, actor=acting())
    except RuleBroken as refusal:
        return _party_page(reservation, status=refusal.status, refusal=refusal)
    return _acted(reservation, stage.label if stage else reservation.state.label)


@bp.post("/reservations/<uuid:id>/tables")
@requires(may.WELCOME, on=Reservation)
def seating_update(reservation: Reservation) -> Response:
    """Give a party the tables that were ticked: another, several joined, one of several given back."""
    chosen, force = _chosen_tables(), request.form.get("force") == "1"
    try:
        with transaction():
            service.give_tables(reservation, chosen, actor=acting(), force=force)
    except RuleBroken as refusal:
        return _party_page(reservation, status=refusal.status, refusal=refusal, ticked=chosen)
    return _acted(reservation, _("Table %(tables)s", tables=reservation.table_codes()))


@bp.get("/tables/<uuid:table_id>")
@requires(may.VIEW)
def table_show(table_id: UUID) -> Response:
    """Open a table beside the plan: who sits there, who comes, and a way to seat somebody."""
    table = Table.get(table_id)
    if table is None or table.establishment_id != house_of_request().id:
        abort(404)
    context = _room_context(house_of_request())
    room: Room = context["room"]
    stays = [party for party in room.parties if table.id in party.tables and (party.is_coming or party.is_here)]
    offers = [offer for offer in room.offers if table.id in offer.tables]
    panel: dict[str, Any] = {"table": table, "now": room.shown.get(table.id), "stays": stays, "offers": offers}
    return page("booking/room_show.html", fragment="booking/_table_panel.html", panel="table", **context, **panel)


# --- pages ----------------------------------------------------------------------------------------------------


def house_of_request() -> Establishment:
    """Give the establishment of this request; 404 while there is none."""
    house: Establishment | None = navigation.current_house()
    if house is None:
        abort(404, description=_("Aucun établissement n’est encore créé : importez-en un."))
    return house


def room_page(panel: dict[str, Any], status: int = 200) -> Response:
    """Show the room, with a panel beside it or with what could not be done."""
    return page("booking/room_show.html", status=status, **_room_context(house_of_request()), **panel)


def _room_context(house: Establishment) -> dict[str, Any]:
    moment = moment_of(house, request.values.get("heure"))
    tables = tables_in_service(house)
    waited = waited_tonight(house, moment.service_date, acting())
    room = room_at(house, moment, tables, waited.offers, actor=acting())
    zone = house.timezone
    known = guests.marks_of([party.guest_id for party in room.parties], moment.service_date, acting(), house)
    asked, hours = moment.asked(zone), hours_ahead(house, moment)
    return {
        "moment": moment,
        "asked": asked,
        "shown_hour": asked.get("heure", ""),
        "hours": hours,
        "chosen_hour": next((index for index, (_hour, shown) in enumerate(hours) if shown), 0),
        "room": room,
        "rearrangements": rearrangements_shown(house, moment.service_date),
        "areas": areas_shown(rooms.areas_of(house), tables, room, zone, known),
        "marks": known,
        "coming": coming_by_hour(room),
        "next_shift": next_shift_shown(house, room, moment.service_date),
        "codes": room.tables,
        "covers_in_words": covers_in_words,
        "delay_shown": delay_shown,
        "local": lambda instant: clock_time(clock.local(instant, zone).time()),
        "is_near": lambda party: (party.starts_at - room.now).total_seconds() < SOON_ENOUGH * 60,
        "title": day_title(moment.service_date),
        "summary": summary_of(room),
        "poll_url": url_for(".room_fragment", **asked),
        "may_welcome": acting().may(may.WELCOME),
        "may_create": acting().may(may.CREATE),
        "limits": limits_on(house, moment.service_date),
        "may_pause": acting().may(may.PAUSE, house),
        "waited": waited,
    }


def _party_page(
    reservation: Reservation,
    *,
    status: int = 200,
    refusal: RuleBroken | None = None,
    said: str = "",
    ticked: list[UUID] | None = None,
) -> Response:
    context = _room_context(reservation.establishment)
    party = _party_context(reservation, context, ticked)
    is_a_rule = isinstance(refusal, TimeTaken) and not party["others"].keys() & set(party["ticked"])
    return page(
        "booking/room_show.html",
        fragment="booking/_party_panel.html",
        status=status,
        panel="party",
        way_on=_way_on(refusal),
        **context,
        **party,
        refusal=refusal,
        is_a_rule=is_a_rule,
        said=said,
    )


def _way_on(refusal: RuleBroken | None) -> dict[str, str] | None:
    """Give the act that does in one tap what was refused because others still sit there."""
    if not isinstance(refusal, service.TableStillTaken):
        return None
    return {"name": "seat_in_turn", "label": _("Noter leur départ et installer")}


def _party_context(reservation: Reservation, shown: dict[str, Any], ticked: list[UUID] | None) -> dict[str, Any]:
    actor, room = acting(), shown["room"]
    held = [seating.table_id for seating in reservation.seatings]
    available = [
        transition
        for transition in LIFECYCLE.available(reservation, actor)
        if transition.name in ACTS and service.has_come(transition.name, reservation)
    ]
    welcomes = actor.may(may.WELCOME, reservation)
    first = max(reservation.starts_at, room.now) if reservation.state is S.SEATED else reservation.starts_at
    others, is_here = room.others_at(reservation.id, first, max(reservation.ends_at, first)), reservation.state in HERE
    return {
        "reservation": reservation,
        "url": url_for(".party_update", id=reservation.id),
        "tables_url": url_for(".seating_update", id=reservation.id),
        "record_url": url_for("desk.reservation_show", id=reservation.id),
        "change_url": url_for("desk.move_new", id=reservation.id)
        if reservation.state in COMING and actor.may(may.CHANGE, reservation)
        else None,
        "close_url": url_for(".room_show", **shown["asked"]),
        "acts": [act for act in available if act.name not in BACK],
        "ways_back": [act for act in available if act.name in BACK],
        "stage_url": url_for(".stage_create", id=reservation.id),
        "stages": list(Stage) if actor.may(may.SERVE, reservation) and reservation.state is S.SEATED else [],
        "choices": tables_in_service(reservation.establishment) if welcomes and not reservation.is_terminal else [],
        "others": others,
        "may_count": welcomes and is_here,
        "missing": reservation.covers - sum(seating.table.max_covers for seating in reservation.seatings),
        "larger": _larger(reservation, others) if welcomes and is_here else [],
        "ticked": ticked if ticked is not None else held,
        "may_force": actor.may(may.FORCE, reservation),
        "latest": history_of(reservation)[:1],
    }


def _acted(reservation: Reservation, said: str) -> Response:
    """Answer an act: the panel and the room for a browser with JavaScript, the way back to the room for another."""
    context = _room_context(reservation.establishment)
    return done(
        "booking/_party_update.html",
        message=_("%(guest)s : %(said)s.", guest=reservation.guest_name, said=said),
        fallback=url_for(".party_show", id=reservation.id, **context["asked"]),
        panel="party",
        **context,
        **_party_context(reservation, context, None),
        refusal=None,
        way_on=None,
        said=said,
    )


def _stage(code: str) -> Stage | None:
    if code and code not in tuple(Stage):
        abort(422)
    return Stage(code) if code else None


def _covers(text: str) -> int:
    """Read how many there are. Raises Unfit."""
    try:
        covers = parsed_covers(text)
    except ValueError as unread:
        raise Unfit(str(unread)) from unread
    if covers > MOST_COVERS:
        raise Unfit(_("Indiquez %(most)s couverts au plus.", most=MOST_COVERS))
    return covers


def _larger(reservation: Reservation, taken: Collection[UUID]) -> list[dict[str, Any]]:
    """Propose where guests could sit that their own table has become too small for."""
    seats = sum(seating.table.max_covers for seating in reservation.seatings)
    if reservation.covers <= seats:
        return []
    room, codes = house_of(reservation.establishment).room, rooms.codes_of(reservation.establishment)
    held = frozenset(seating.table_id.hex for seating in reservation.seatings)
    found = larger_seats(room, held, reservation.covers, {table.hex for table in taken})
    return [
        {"tables": unit.tables, "label": " + ".join(codes[id] for id in unit.tables), "seats": unit.max_covers}
        for unit in found
    ]


def _chosen_tables() -> list[UUID]:
    try:
        return [UUID(raw) for raw in request.form.getlist("tables")]
    except ValueError:
        abort(422)
