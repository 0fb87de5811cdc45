"""Pages of the room: its areas and tables in one grid, its combinations."""

from typing import Any

from flask import Response, request, url_for

from app.booking import permissions as may
from app.booking.models import Combination
from app.booking.queries import rooms
from app.booking.service import room
from app.booking.settings_forms import AreasForm, CombinationForm, TablesForm
from app.booking.settings_views.answers import Removal, answered, is_forced, own_house, removed, settings_page
from app.booking.settings_views.blueprint import bp
from app.booking.settings_views.words import room_in_words
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.answers import Answer
from app.kernel.guards import requires
from app.kernel.languages import _


@bp.get("/salle")
@requires(may.CONFIGURE)
def table_list() -> Response:
    """Show the areas and tables."""
    return _room_page(own_house())


@bp.post("/salle/tables")
@requires(may.CONFIGURE)
def table_update() -> Response:
    """Save the grid of tables, or offer one more line of it."""
    house = own_house()
    form = TablesForm(rooms.areas_of(house))
    if "add" in request.form:
        form.add_line()
        return _room_page(house, tables_form=form, added=True)
    return answered(
        form,
        Answer(
            act=lambda: room.change_tables(house, form.lines(), actor=acting(), force=is_forced()),
            show=lambda **context: _room_page(house, tables_form=form, **context),
            message=_("Les tables sont enregistrées."),
            fallback=url_for(".table_list"),
        ),
    )


@bp.post("/salle/espaces")
@requires(may.CONFIGURE)
def area_update() -> Response:
    """Save the areas."""
    house, form = own_house(), AreasForm()
    return answered(
        form,
        Answer(
            act=lambda: room.change_areas(house, form.lines(), actor=acting(), force=is_forced()),
            show=lambda **context: _room_page(house, areas_form=form, **context),
            message=_("Les espaces sont enregistrés."),
            fallback=url_for(".table_list"),
        ),
    )


@bp.get("/regroupements")
@requires(may.CONFIGURE)
def combination_list() -> Response:
    """Show the tables that can be joined."""
    combinations = rooms.combinations_of(own_house())
    return settings_page("combination_list", combinations=combinations)


@bp.get("/regroupements/nouveau")
@requires(may.CONFIGURE)
def combination_new() -> Response:
    """Ask which tables can be joined."""
    return _combination_page(CombinationForm(rooms.tables_of(own_house())))


@bp.post("/regroupements")
@requires(may.CONFIGURE)
def combination_create() -> Response:
    """Add a combination."""
    return _combination_saved(own_house(), None, _("Le regroupement est ajouté."))


@bp.get("/regroupements/<uuid:id>")
@requires(may.CONFIGURE, on=Combination)
def combination_edit(combination: Combination) -> Response:
    """Show one combination."""
    return _combination_page(CombinationForm(rooms.tables_of(own_house()), combination), combination)


@bp.post("/regroupements/<uuid:id>")
@requires(may.CONFIGURE, on=Combination)
def combination_update(combination: Combination) -> Response:
    """Change a combination."""
    return _combination_saved(own_house(), combination, _("Le regroupement est enregistré."))


@bp.post("/regroupements/<uuid:id>/suppression")
@requires(may.CONFIGURE, on=Combination)
def combination_delete(combination: Combination) -> Response:
    """Take a combination away."""
    house = own_house()
    return removed(
        Removal(
            act=lambda: room.delete_combination(house, combination, actor=acting(), force=is_forced()),
            show=lambda **context: _combination_page(
                CombinationForm(rooms.tables_of(house), combination, formdata=None), combination, **context
            ),
            page_url=url_for(".combination_edit", id=combination.id),
            message=_("Le regroupement est supprimé."),
            fallback=url_for(".combination_list"),
        )
    )


# --- pages ----------------------------------------------------------------------------------------------------


def _room_page(
    house: Establishment,
    *,
    tables_form: TablesForm | None = None,
    areas_form: AreasForm | None = None,
    status: int = 200,
    added: bool = False,
    **context: Any,
) -> Response:
    areas, tables = rooms.areas_of(house), rooms.tables_of(house)
    return settings_page(
        "table_list",
        status=status,
        sentence=room_in_words(tables, rooms.combinations_of(house)),
        tables_form=tables_form or TablesForm.of(areas, tables),
        areas_form=areas_form or AreasForm.of(areas),
        broken_form="areas" if areas_form else "tables",
        added=added,
        **context,
    )


def _combination_page(
    form: CombinationForm, combination: Combination | None = None, *, status: int = 200, **context: Any
) -> Response:
    return settings_page(
        "combination_edit",
        status=status,
        form=form,
        combination=combination,
        url=url_for(".combination_update", id=combination.id) if combination else url_for(".combination_create"),
        delete_url=url_for(".combination_delete", id=combination.id) if combination else None,
        **context,
    )


def _combination_saved(house: Establishment, combination: Combination | None, message: str) -> Response:
    form = CombinationForm(rooms.tables_of(house), combination)
    return answered(
        form,
        Answer(
            act=lambda: room.save_combination(
                house, form.line(), combination=combination, actor=acting(), force=is_forced()
            ),
            show=lambda **context: _combination_page(form, combination, **context),
            message=message,
            fallback=url_for(".combination_list"),
        ),
    )
