"""A party at the door: a table now, or how long it waits and why."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.door_forms import WalkInForm
from app.booking.models import Table
from app.booking.opening import QUARTER_MINUTES
from app.booking.presentation.room import covers_in_words, tables_in_service
from app.booking.queries import floor, rooms
from app.booking.refusals import explained
from app.booking.service import DoorAnswer
from app.booking.views.floor import bp
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import clock_time, delay_shown
from app.kernel.guards import own_house, requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, page

LATE_NAMED = 3


@bp.get("/sans-reservation")
@requires(may.WELCOME)
def walk_in_new() -> Response:
    """Ask how many they are; once it is said, answer with a table or with a wait."""
    house = own_house(may.WELCOME)
    form = WalkInForm(tables_in_service(house), formdata=request.args)
    return _door_page(house, form)


@bp.post("/sans-reservation")
@requires(may.WELCOME)
def walk_in_create() -> Response:
    """Seat them, at the table proposed or at those ticked."""
    house = own_house(may.WELCOME)
    form = WalkInForm(tables_in_service(house))
    if not form.validate_on_submit():
        return _door_page(house, form, status=422)
    until = request.form.get("until", type=time.fromisoformat)
    if "until" in request.form and until is None:
        return _door_page(house, form, status=422)
    try:
        with transaction():
            party = service.seat_walk_in(
                house,
                form.covers.data,
                actor=acting(),
                tables=[UUID(chosen) for chosen in form.tables.data or ()],
                name=form.name.data,
                force=form.force.data,
                until=until,
            )
    except RuleBroken as refusal:
        return _door_page(house, form, status=refusal.status, refusal=refusal)
    message = _("%(party)s à la table %(tables)s.", party=covers_in_words(party.covers), tables=party.table_codes())
    return done(None, message=message, fallback=url_for(".party_show", id=party.id))


@bp.post("/sans-reservation/attente")
@requires(may.WELCOME)
def waiting_walk_in_create() -> Response:
    """Keep the table quoted for those who wait for it."""
    house = own_house(may.WELCOME)
    form = WalkInForm(tables_in_service(house))
    quoted = request.form.get("quoted", type=time.fromisoformat)
    if not form.validate_on_submit() or quoted is None:
        return _door_page(house, form, status=422)
    try:
        with transaction():
            party = service.keep_walk_in(house, form.covers.data, actor=acting(), quoted=quoted, name=form.name.data)
    except RuleBroken as refusal:
        return _door_page(house, form, status=refusal.status, refusal=refusal)
    message = _(
        "%(party)s : la table %(tables)s est gardée pour %(time)s.",
        party=covers_in_words(party.covers),
        tables=party.table_codes(),
        time=clock_time(party.local_time),
    )
    return done(None, message=message, fallback=url_for(".room_show"))


@bp.post("/sans-reservation/renoncement")
@requires(may.WELCOME)
def lost_walk_in_create() -> Response:
    """Write down that they did not wait: on Monday it counts among what was refused."""
    house = own_house(may.WELCOME)
    form = WalkInForm(tables_in_service(house))
    if not form.validate_on_submit():
        return _door_page(house, form, status=422)
    with transaction():
        service.note_lost_walk_in(house, form.covers.data, actor=acting())
    message = _(
        "C’est noté : %(party)s sans table, parmi les demandes refusées.", party=covers_in_words(form.covers.data)
    )
    return done(None, message=message, fallback=url_for(".room_show"))


def _door_page(
    house: Establishment, form: WalkInForm, *, status: int = 200, refusal: RuleBroken | None = None
) -> Response:
    covers = form.covers.data
    answer = service.answer_at_door(house, covers) if covers else None
    return page(
        "booking/walk_in_new.html",
        status=status,
        form=form,
        refusal=refusal,
        url=url_for(".walk_in_create"),
        keep_url=url_for(".waiting_walk_in_create"),
        lose_url=url_for(".lost_walk_in_create"),
        may_force=acting().may(may.FORCE, house),
        proposed=_in_words(house, answer) if answer else None,
    )


def _in_words(house: Establishment, answer: DoorAnswer) -> dict[str, Any]:
    """Say what the engine answers, and how it comes to it."""
    known = queries.house_of(house)
    if answer.slot is None or answer.placement is None:
        reason = explained(answer.refusal, known) if answer.refusal else ""
        return {"kind": "none", "reason": reason, "lines": [], **_sooner(house, answer)}
    zone = house.timezone

    def local(instant: datetime) -> str:
        return clock_time(clock.local(instant, zone).time())

    lines = [
        _(
            "La table %(table)s est à %(guest)s de %(first)s à %(last)s.",
            table=code,
            guest=party.guest_name,
            first=local(party.starts_at),
            last=local(party.ends_at),
        )
        for code, party in answer.after
    ]
    return {
        "kind": "now" if answer.is_now else "later",
        "tables": _codes(answer.placement.unit.tables),
        "wait": delay_shown(answer.wait_minutes),
        "at": local(answer.slot.instant),
        "stay": answer.placement.stay * QUARTER_MINUTES,
        "reason": explained(answer.refusal, known) if answer.refusal and not lines else "",
        "lines": lines,
        **_sooner(house, answer),
    }


def _sooner(house: Establishment, answer: DoorAnswer) -> dict[str, Any]:
    """Say what would let them sit at once: a table that is free for a while, those kept for parties that are late."""
    if answer.is_now:
        return {}
    brief, seats = answer.brief, {table.id: table for table in rooms.tables_of(house)}
    late = [
        (party, minutes)
        for party, minutes in floor.late_tonight(house, acting(), with_tables=True)
        if party.is_coming and sum(seats[id].max_covers for id in party.tables if id in seats) >= answer.covers
    ]
    return {
        "brief": brief
        and {
            "tables": _codes(brief.placement.unit.tables),
            "until": clock_time(brief.until),
            "minutes": delay_shown(int((brief.ends_at - answer.asked_at).total_seconds()) // 300 * 5),
        },
        "late": [
            {
                "sentence": _(
                    "La table %(table)s est gardée pour %(guest)s, attendu depuis %(delay)s.",
                    table=" + ".join(seats[id].code for id in party.tables if id in seats),
                    guest=party.name,
                    delay=delay_shown(minutes),
                ),
                "url": url_for(".party_show", id=party.id),
            }
            for party, minutes in late[:LATE_NAMED]
        ],
    }


def _codes(ids: tuple[str, ...]) -> str:
    found = (Table.get(UUID(id)) for id in ids)
    return " + ".join(table.code for table in found if table is not None)
