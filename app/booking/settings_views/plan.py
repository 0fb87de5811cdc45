"""The page on which a manager draws the floor, one area at a time."""

from typing import Any
from uuid import UUID

from flask import Response, abort, request, url_for

from app.booking import permissions as may
from app.booking.floor_plan import STEP, Extent, Plan, Standing, planned
from app.booking.models import Area, Table
from app.booking.queries import rooms
from app.booking.service import room
from app.booking.settings_forms import PlanForm
from app.booking.settings_views.answers import answered, own_house, settings_page
from app.booking.settings_views.blueprint import bp
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.answers import Answer
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import done

LEAST_CANVAS, EDGE = (1100, 620), 40


@bp.get("/salle/plan")
@requires(may.CONFIGURE)
def plan_edit() -> Response:
    """Show an area as it is drawn, or laid out by itself."""
    house = own_house()
    area = _chosen_area(house, request.args.get("espace"))
    tables = _standing_in(house, area)
    return _plan_page(house, area, tables, PlanForm.of(tables, _plan(area, tables)))


@bp.post("/salle/plan")
@requires(may.CONFIGURE)
def plan_update() -> Response:
    """Keep the drawing of an area, or forget it so that its tables are laid out by themselves."""
    house = own_house()
    area = _chosen_area(house, request.form.get("espace"))
    tables, back = _standing_in(house, area), url_for(".plan_edit", espace=area.id)
    if "tidy" in request.form:
        with transaction():
            room.draw_floor(house, area, {table.id: None for table in tables}, area.drawing, actor=acting())
        return done(None, message=_("Les tables sont rangées."), fallback=back)
    form = PlanForm()
    return answered(
        form,
        Answer(
            act=lambda: room.draw_floor(house, area, form.places(), form.drawing(), actor=acting()),
            show=lambda **context: _plan_page(house, area, tables, form, **context),
            message=_("Le plan est enregistré."),
            fallback=back,
        ),
    )


def _chosen_area(house: Establishment, asked: str | None) -> Area:
    areas = rooms.areas_of(house)
    if not areas:
        abort(404, description=_("Créez d’abord un espace et ses tables."))
    try:
        wanted = UUID(asked) if asked else areas[0].id
    except ValueError:
        abort(404)
    found = next((area for area in areas if area.id == wanted), None)
    return found or abort(404)


def _standing_in(house: Establishment, area: Area) -> list[Table]:
    return [table for table in rooms.tables_of(house) if table.is_active and table.area_id == area.id]


def _plan(area: Area, tables: list[Table]) -> Plan:
    return planned([Standing(table.code, table.max_covers, table.place) for table in tables], area.drawing)


def _canvas(shown: Extent) -> Extent:
    """Give what is shown of the floor while it is drawn: all of it, with room to move."""
    width, height = max(LEAST_CANVAS[0], shown.x + shown.width), max(LEAST_CANVAS[1], shown.y + shown.height)
    return Extent(-EDGE, -EDGE, width + EDGE, height + EDGE)


def _plan_page(
    house: Establishment, area: Area, tables: list[Table], form: PlanForm, *, status: int = 200, **context: Any
) -> Response:
    return settings_page(
        "plan_edit",
        status=status,
        form=form,
        area=area,
        areas=rooms.areas_of(house),
        tables={str(table.id): table for table in tables},
        canvas=_canvas(_plan(area, tables).extent),
        step=STEP,
        **context,
    )
