"""Tables the engine changed, taken back from the room; and a better disposition of a coming shift, to accept or not."""

from datetime import date

from flask import Response, request, url_for

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.forms import SENSIBLE_YEARS
from app.booking.models import Rearrangement
from app.booking.presentation.rearrangements import proposals_shown, rearrangements_shown
from app.booking.presentation.room import day_title
from app.booking.queries.rearrangements import proposals_on
from app.booking.views.floor import bp, house_of_request, room_page
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import own_house, requires
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken
from app.kernel.navigation import entry
from app.kernel.web import done, page

entry("service", N_("Disposition"), "floor.disposition_show", icon="table", permission=may.WELCOME, order=40)


@bp.post("/deplacements/<uuid:id>/retrait")
@requires(may.WELCOME, on=Rearrangement)
def rearrangement_delete(rearrangement: Rearrangement) -> Response:
    """Put the tables back as they were, or say why that is no longer possible: in the room, or beside its day."""
    house, day = rearrangement.establishment, rearrangement.service_date
    is_tonight = house == house_of_request() and day == may.day_under_way(house)
    try:
        with transaction():
            undone = service.undo_rearrangement(rearrangement, actor=acting())
    except RuleBroken as refusal:
        if is_tonight:
            return room_page({"undo_refused": refusal.message}, status=refusal.status)
        return _disposition_page(house, day, status=refusal.status, undo_refused=refusal.message)
    message = _("Les tables sont remises comme avant.") if undone else _("Les tables étaient déjà remises.")
    elsewhere = url_for(".disposition_show", date=day.isoformat())
    return done(None, message=message, fallback=url_for(".room_show") if is_tonight else elsewhere)


@bp.get("/disposition")
@requires(may.WELCOME)
def disposition_show() -> Response:
    """Show what could be better at the shifts of a day."""
    return _disposition_page(own_house(may.WELCOME), _asked_day(request.args.get("date", "")))


@bp.post("/disposition")
@requires(may.WELCOME)
def disposition_create() -> Response:
    """Make all the moves of the proposal that was read, unless the day has changed since."""
    house = own_house(may.WELCOME)
    day, seen = _asked_day(request.form.get("date", "")), request.form.get("seen", "")
    try:
        with transaction():
            service.accept_proposal(
                house, day, request.form.get("service", ""), seen=seen, actor=acting(), evens_areas=_evens_areas()
            )
    except RuleBroken as refusal:
        return _disposition_page(house, day, status=refusal.status, refusal=refusal)
    back = url_for(".disposition_show", date=day.isoformat())
    return done(None, message=_("La salle est disposée ainsi."), fallback=back)


def _disposition_page(
    house: Establishment, day: date, *, status: int = 200, refusal: RuleBroken | None = None, undo_refused: str = ""
) -> Response:
    evens_areas = _evens_areas()
    found = proposals_on(queries.house_of(house), day, evens_areas=evens_areas)
    return page(
        "booking/disposition_show.html",
        status=status,
        refusal=refusal,
        rearrangements=rearrangements_shown(house, day),
        undo_refused=undo_refused,
        may_welcome=acting().may(may.WELCOME, house),
        day=day,
        title=day_title(day),
        has_shifts=bool(found),
        proposals=proposals_shown(house, found),
        evens_areas=evens_areas if len(queries.house_of(house).areas) > 1 else None,
    )


def _evens_areas() -> bool:
    return request.values.get("espaces") == "oui"


def _asked_day(typed: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return may.day_under_way(house_of_request())
    return day if day.year in SENSIBLE_YEARS else may.day_under_way(house_of_request())
