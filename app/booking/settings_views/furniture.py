"""Pages of the room: its areas and tables in one grid, its combinations."""

from typing import Any

from flask import Response, request, url_for

from app.booking import permissions as may
from app.booking.models import Combination
from app.booking.queries import rooms
from app.booking.service import room
from app.booking.settings_forms import AreasForm, CombinationForm, ConfirmationForm, TablesForm
from app.booking.settings_views import bp
from app.booking.settings_views.answers import Answer, answered, is_forced, own_house, settings_page
from app.booking.settings_views.words import room_in_words
from app.directory.models import Establishment
from app.kernel.access import acting, requires
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
    return answered(form, Answer(
        act=lambda: room.change_tables(house, form.lines(), actor=acting(), force=is_forced()),
        show=lambda **context: _room_page(house, tables_form=form, **context),
        message=_("Les tables sont enregistrées."), fallback=url_for(".table_list"),
    ))


@bp.post("/salle/espaces")
@requires(may.CONFIGURE)
def area_update() -> Response:
    """Save the areas."""
    house, form = own_house(), AreasForm()
    return answered(form, Answer(
        act=lambda: room.change_areas(house, form.lines(), actor=acting(), force=is_forced()),
        show=lambda **context: _room_page(house, areas_form=form, **context),
        message=_("Les espaces sont enregistrés."), fallback=url_for(".table_list"),
    ))


@bp.get("/regroupements")
@requires(may.CONFIGURE)
def combination_list() -> Response:
    """Show the tables that can be joined."""
    combinations = rooms.combinations_of(own_house())
    return settings_page("combination_list", combinations=combinations, new_url=url_for(".combination_new"))


@bp.get("/regroupements/nouveau")
@requires(may.CONFIGURE)
def combination_new() -> Response:
    """Ask which tables can be joined."""
    return _combination_page(CombinationForm(rooms.tables_of(own_house())), None)


@bp.post("/regroupements")
@requires(may.CONFIGURE)
def combination_create() -> Response:
    """Add a combination."""
    house = own_house()
    form = CombinationForm(rooms.tables_of(house))
    return _saved(form, None, lambda: room.save_combination(
        house, form.line(), actor=acting(), force=is_forced()
    ), _("Le regroupement est ajouté."))


@bp.get("/regroupements/<uuid:id>")
@requires(may.CONFIGURE, on=Combination)
def combination_edit(combination: Combination) -> Response:
    """Show one combination."""
    return _combination_page(CombinationForm(rooms.tables_of(own_house()), combination), combination)


@bp.post("/regroupements/<uuid:id>")
@requires(may.CONFIGURE, on=Combination)
def combination_update(combination: Combination) -> Response:
    """Change a combination."""
    house = own_house()
    form = CombinationForm(rooms.tables_of(house), combination)
    return _saved(form, combination, lambda: room.save_combination(
        house, form.line(), combination=combination, actor=acting(), force=is_forced()
    ), _("Le regroupement est enregistré."))


@bp.post("/regroupements/<uuid:id>/suppression")
@requires(may.CONFIGURE, on=Combination)
def combination_delete(combination: Combination) -> Response:
    """Take a combination away."""
    house, form = own_house(), ConfirmationForm()
    return answered(form, Answer(
        act=lambda: room.delete_combination(house, combination, actor=acting(), force=is_forced()),
        show=lambda **context: _combination_page(
            CombinationForm(rooms.tables_of(house), combination), combination, deleting=True, **context
        ),
        message=_("Le regroupement est supprimé."), fallback=url_for(".combination_list"),
    ))
