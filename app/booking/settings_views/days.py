"""Pages of closures and exceptional days."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, url_for

from app.booking import permissions as may
from app.booking.models import Closure, ExceptionalDay
from app.booking.opening import CloseOut
from app.booking.presentation.closings import in_words
from app.booking.queries import rooms
from app.booking.queries.houses import pure_close_out
from app.booking.service import room
from app.booking.settings_forms import ClosureForm, ExceptionalDayForm
from app.booking.settings_views.answers import Removal, answered, is_forced, own_house, removed, settings_page
from app.booking.settings_views.blueprint import bp
from app.booking.settings_views.words import hours_in_words, weekdays_in_words
from app.kernel.access import acting
from app.kernel.answers import Answer
from app.kernel.formats import full_date
from app.kernel.guards import requires
from app.kernel.languages import _


@bp.get("/fermetures")
@requires(may.CONFIGURE)
def closure_list() -> Response:
    """Show the closures and exceptional days, coming first."""
    house = own_house()
    today = house.today()
    closures = [_closure_row(closure) for closure in rooms.closures_of(house) if closure.last_day >= today]
    days = [_day_row(day) for day in rooms.exceptional_days_of(house) if day.day >= today]
    tables, codes = rooms.tables_of(house), rooms.codes_of(house)
    close_outs = [
        _close_out_row(each.id, pure_close_out(each, tables), codes)
        for each in rooms.close_outs_of(house)
        if each.last_day is None or each.last_day >= today
    ]
    return settings_page("closure_list", closures=closures, days=days, close_outs=close_outs)


@bp.get("/fermetures/nouvelle")
@requires(may.CONFIGURE)
def closure_new() -> Response:
    """Ask when the house is closed."""
    own_house()
    return _closure_page(ClosureForm())


@bp.post("/fermetures")
@requires(may.CONFIGURE)
def closure_create() -> Response:
    """Close the house for some days."""
    return _closure_saved(None, _("La fermeture est ajoutée."))


@bp.get("/fermetures/<uuid:id>")
@requires(may.CONFIGURE, on=Closure)
def closure_edit(closure: Closure) -> Response:
    """Show one closure."""
    return _closure_page(ClosureForm(closure), closure)


@bp.post("/fermetures/<uuid:id>")
@requires(may.CONFIGURE, on=Closure)
def closure_update(closure: Closure) -> Response:
    """Change a closure."""
    return _closure_saved(closure, _("La fermeture est enregistrée."))


@bp.post("/fermetures/<uuid:id>/suppression")
@requires(may.CONFIGURE, on=Closure)
def closure_delete(closure: Closure) -> Response:
    """Open again."""
    house = own_house()
    return removed(
        Removal(
            act=lambda: room.delete_closure(house, closure, actor=acting(), force=is_forced()),
            show=lambda **context: _closure_page(ClosureForm(closure, formdata=None), closure, **context),
            page_url=url_for(".closure_edit", id=closure.id),
            message=_("La fermeture est supprimée."),
            fallback=url_for(".closure_list"),
        )
    )


@bp.get("/fermetures/jours-particuliers/nouveau")
@requires(may.CONFIGURE)
def exceptional_day_new() -> Response:
    """Ask for a date and its own hours."""
    own_house()
    return _day_page(ExceptionalDayForm())


@bp.post("/fermetures/jours-particuliers")
@requires(may.CONFIGURE)
def exceptional_day_create() -> Response:
    """Give a date its own hours."""
    return _day_saved(None, _("Le jour particulier est ajouté."))


@bp.get("/fermetures/jours-particuliers/<uuid:id>")
@requires(may.CONFIGURE, on=ExceptionalDay)
def exceptional_day_edit(exceptionalday: ExceptionalDay) -> Response:
    """Show one exceptional day."""
    return _day_page(ExceptionalDayForm(exceptionalday), exceptionalday)


@bp.post("/fermetures/jours-particuliers/<uuid:id>")
@requires(may.CONFIGURE, on=ExceptionalDay)
def exceptional_day_update(exceptionalday: ExceptionalDay) -> Response:
    """Change an exceptional day."""
    return _day_saved(exceptionalday, _("Le jour particulier est enregistré."))


@bp.post("/fermetures/jours-particuliers/<uuid:id>/suppression")
@requires(may.CONFIGURE, on=ExceptionalDay)
def exceptional_day_delete(exceptionalday: ExceptionalDay) -> Response:
    """Give a date back to its weekday."""
    house = own_house()
    return removed(
        Removal(
            act=lambda: room.delete_exceptional_day(house, exceptionalday, actor=acting(), force=is_forced()),
            show=lambda **context: _day_page(
                ExceptionalDayForm(exceptionalday, formdata=None), exceptionalday, **context
            ),
            page_url=url_for(".exceptional_day_edit", id=exceptionalday.id),
            message=_("Le jour particulier est supprimé."),
            fallback=url_for(".closure_list"),
        )
    )


# --- pages ----------------------------------------------------------------------------------------------------


def _closure_row(closure: Closure) -> dict[str, Any]:
    one_day = closure.first_day == closure.last_day
    first, last = full_date(closure.first_day), full_date(closure.last_day)
    return {
        "when": first if one_day else _("du %(first)s au %(last)s", first=first, last=last),
        "detail": closure.reason,
        "url": url_for(".closure_edit", id=closure.id),
    }


def _close_out_row(id: UUID, close_out: CloseOut, codes: Mapping[str, str]) -> dict[str, Any]:
    first = full_date(close_out.first)
    when = first
    if close_out.last is None:
        when = _("à partir du %(first)s", first=first)
    elif close_out.last != close_out.first:
        when = _("du %(first)s au %(last)s", first=first, last=full_date(close_out.last))
    if close_out.weekdays:
        when = _("%(weekdays)s, %(dates)s", weekdays=weekdays_in_words(close_out.weekdays), dates=when)
    return {"when": when, "detail": in_words(close_out, codes), "url": url_for(".close_out_edit", id=id)}


def _day_row(day: ExceptionalDay) -> dict[str, Any]:
    shifts = [f"{shift.name}, {hours_in_words(shift.first, shift.last)}" for shift in day.shifts]
    return {
        "when": full_date(day.day),
        "detail": " · ".join(filter(None, [day.title, *(shifts or [_("fermé")])])),
        "url": url_for(".exceptional_day_edit", id=day.id),
    }


def _closure_page(form: ClosureForm, closure: Closure | None = None, *, status: int = 200, **context: Any) -> Response:
    return settings_page(
        "closure_edit",
        status=status,
        form=form,
        closure=closure,
        url=url_for(".closure_update", id=closure.id) if closure else url_for(".closure_create"),
        delete_url=url_for(".closure_delete", id=closure.id) if closure else None,
        **context,
    )


def _closure_saved(closure: Closure | None, message: str) -> Response:
    house, form = own_house(), ClosureForm(closure)
    return answered(
        form,
        Answer(
            act=lambda: room.save_closure(house, form.wanted(), closure=closure, actor=acting(), force=is_forced()),
            show=lambda **context: _closure_page(form, closure, **context),
            message=message,
            fallback=url_for(".closure_list"),
        ),
    )


def _day_page(
    form: ExceptionalDayForm, day: ExceptionalDay | None = None, *, status: int = 200, **context: Any
) -> Response:
    return settings_page(
        "exceptional_day_edit",
        status=status,
        form=form,
        day=day,
        url=url_for(".exceptional_day_update", id=day.id) if day else url_for(".exceptional_day_create"),
        delete_url=url_for(".exceptional_day_delete", id=day.id) if day else None,
        **context,
    )


def _day_saved(day: ExceptionalDay | None, message: str) -> Response:
    house, form = own_house(), ExceptionalDayForm(day)
    return answered(
        form,
        Answer(
            act=lambda: room.save_exceptional_day(house, form.wanted(), day=day, actor=acting(), force=is_forced()),
            show=lambda **context: _day_page(form, day, **context),
            message=message,
            fallback=url_for(".closure_list"),
        ),
    )
