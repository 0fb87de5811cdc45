"""Pages of the weekly shifts."""

from typing import Any

from flask import Response, request, url_for

from app.booking import permissions as may
from app.booking import turns
from app.booking.models import Shift
from app.booking.queries import house_of, rooms
from app.booking.queries.houses import pure_shift
from app.booking.service import room
from app.booking.settings_forms import ShiftForm
from app.booking.settings_views.answers import Removal, answered, is_forced, own_house, removed, settings_page
from app.booking.settings_views.blueprint import bp
from app.booking.settings_views.words import (
    hours_in_words,
    online_in_words,
    pacing_in_words,
    policy_in_words,
    weekdays_in_words,
)
from app.kernel.access import acting
from app.kernel.answers import Answer
from app.kernel.guards import requires
from app.kernel.languages import _


@bp.get("/services")
@requires(may.CONFIGURE)
def shift_list() -> Response:
    """Show the shifts of an ordinary week."""
    rows = [
        {
            "name": shift.name,
            "url": url_for(".shift_edit", id=shift.id),
            "pacing": pacing_in_words(shift),
            "days": weekdays_in_words(shift.weekdays),
            "hours": hours_in_words(shift.first, shift.last),
            "has_stays": bool(shift.durations),
            "policy": policy_in_words(shift),
            "online": online_in_words(shift),
        }
        for shift in rooms.weekly_shifts_of(own_house())
    ]
    return settings_page("shift_list", rows=rows)


@bp.get("/services/nouveau")
@requires(may.CONFIGURE)
def shift_new() -> Response:
    """Ask for a new shift."""
    own_house()
    return _shift_page(ShiftForm())


@bp.post("/services")
@requires(may.CONFIGURE)
def shift_create() -> Response:
    """Add a shift."""
    return _shift_saved(None, _("Le service est ajouté."))


@bp.get("/services/<uuid:id>")
@requires(may.CONFIGURE, on=Shift)
def shift_edit(shift: Shift) -> Response:
    """Show one shift."""
    proposed = turns.read(request.args.get("durees", ""))
    return _shift_page(ShiftForm(shift, proposed), shift, is_proposal=proposed is not None)


@bp.post("/services/<uuid:id>")
@requires(may.CONFIGURE, on=Shift)
def shift_update(shift: Shift) -> Response:
    """Change a shift."""
    return _shift_saved(shift, _("Le service est enregistré."))


@bp.post("/services/<uuid:id>/suppression")
@requires(may.CONFIGURE, on=Shift)
def shift_delete(shift: Shift) -> Response:
    """Take a shift away."""
    house = own_house()
    return removed(
        Removal(
            act=lambda: room.delete_shift(house, shift, actor=acting(), force=is_forced()),
            show=lambda **context: _shift_page(ShiftForm(shift, formdata=None), shift, **context),
            page_url=url_for(".shift_edit", id=shift.id),
            message=_("Le service est supprimé."),
            fallback=url_for(".shift_list"),
        )
    )


def _shift_page(form: ShiftForm, shift: Shift | None = None, *, status: int = 200, **context: Any) -> Response:
    return settings_page(
        "shift_edit",
        status=status,
        form=form,
        shift=shift,
        serves_once=shift is not None and _serves_once(shift),
        url=url_for(".shift_update", id=shift.id) if shift else url_for(".shift_create"),
        delete_url=url_for(".shift_delete", id=shift.id) if shift else None,
        **context,
    )


def _serves_once(shift: Shift) -> bool:
    """Tell whether even the shortest stay of the first arrivals outlasts the last one."""
    pure, house = pure_shift(shift), house_of(own_house())
    shortest = min(band.minutes for band in pure.durations or house.room.durations)
    return pure.minutes[-1] - pure.minutes[0] < shortest + house.room.turnover_minutes


def _shift_saved(shift: Shift | None, message: str) -> Response:
    house, form = own_house(), ShiftForm(shift)
    return answered(
        form,
        Answer(
            act=lambda: room.save_shift(house, form.wanted(), shift=shift, actor=acting(), force=is_forced()),
            show=lambda **context: _shift_page(form, shift, **context),
            message=message,
            fallback=url_for(".shift_list"),
        ),
    )
