"""Pages of close-outs: times, tables or areas closed while the house is open."""

from typing import Any

from flask import Response, url_for

from app.booking import permissions as may
from app.booking.models import CloseOut
from app.booking.queries import rooms
from app.booking.service import room
from app.booking.settings_forms import CloseOutForm
from app.booking.settings_views.answers import answered, is_forced, own_house, settings_page
from app.booking.settings_views.blueprint import bp
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.answers import Answer
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import done


@bp.get("/fermetures/partielles/nouvelle")
@requires(may.CONFIGURE)
def close_out_new() -> Response:
    """Ask what closes, and when."""
    return _page(_form(own_house()))


@bp.post("/fermetures/partielles")
@requires(may.CONFIGURE)
def close_out_create() -> Response:
    """Close times, tables or an area."""
    return _saved(None, _("La fermeture partielle est ajoutée."))


@bp.get("/fermetures/partielles/<uuid:id>")
@requires(may.CONFIGURE, on=CloseOut)
def close_out_edit(closeout: CloseOut) -> Response:
    """Show one close-out."""
    return _page(_form(own_house(), closeout), closeout)


@bp.post("/fermetures/partielles/<uuid:id>")
@requires(may.CONFIGURE, on=CloseOut)
def close_out_update(closeout: CloseOut) -> Response:
    """Change a close-out."""
    return _saved(closeout, _("La fermeture partielle est enregistrée."))


@bp.post("/fermetures/partielles/<uuid:id>/suppression")
@requires(may.CONFIGURE, on=CloseOut)
def close_out_delete(closeout: CloseOut) -> Response:
    """Open again."""
    house = own_house()
    with transaction():
        room.delete_close_out(house, closeout, actor=acting())
    return done(None, message=_("La fermeture partielle est supprimée."), fallback=url_for(".closure_list"))


# --- pages ----------------------------------------------------------------------------------------------------


def _form(house: Establishment, close_out: CloseOut | None = None) -> CloseOutForm:
    return CloseOutForm(rooms.areas_of(house), rooms.tables_of(house), close_out)


def _page(form: CloseOutForm, close_out: CloseOut | None = None, *, status: int = 200, **context: Any) -> Response:
    return settings_page(
        "close_out_edit",
        status=status,
        form=form,
        close_out=close_out,
        url=url_for(".close_out_update", id=close_out.id) if close_out else url_for(".close_out_create"),
        delete_url=url_for(".close_out_delete", id=close_out.id) if close_out else None,
        **context,
    )


def _saved(close_out: CloseOut | None, message: str) -> Response:
    house = own_house()
    form = _form(house, close_out)
    return answered(
        form,
        Answer(
            act=lambda: room.save_close_out(
                house, form.wanted(), close_out=close_out, actor=acting(), force=is_forced()
            ),
            show=lambda **context: _page(form, close_out, **context),
            message=message,
            fallback=url_for(".closure_list"),
        ),
    )
