"""The settings of the waiting list."""

from flask import Blueprint, Response, url_for

from app.booking import permissions as may
from app.booking.service import room
from app.booking.settings_views.answers import answered, own_house
from app.booking.waiting.forms import WaitingSettingsForm
from app.kernel.access import acting
from app.kernel.answers import Answer, opened
from app.kernel.editions import Overtaken
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import page

bp = Blueprint("waiting_settings", __name__, url_prefix="/admin/reglages/liste-attente")


@bp.get("")
@requires(may.CONFIGURE)
def waiting_edit() -> Response:
    """Show how the house keeps its waiting list."""
    return _page(WaitingSettingsForm.of(str(own_house().id)))


@bp.post("")
@requires(may.CONFIGURE)
def waiting_update() -> Response:
    """Change how the house keeps its waiting list."""
    house, form = own_house(), WaitingSettingsForm()
    return answered(
        form,
        Answer(
            act=lambda: room.change_waiting(house, form.wanted(), actor=acting()),
            show=lambda **context: _page(form, **context),
            message=_("La liste d’attente est réglée."),
            fallback=url_for(".waiting_edit"),
            standing=lambda: WaitingSettingsForm.of(str(house.id)),
        ),
    )


def _page(form: WaitingSettingsForm, *, status: int = 200, overtaken: Overtaken | None = None) -> Response:
    return page(
        "booking/waiting/settings_edit.html",
        status=status,
        form=form,
        url=url_for(".waiting_update"),
        **opened(form, overtaken),
    )
