"""The page of the service in the room: lateness, and the sheet by mail."""

from flask import Response, url_for

from app.booking import permissions as may
from app.booking.service import room
from app.booking.settings_forms import PatienceForm
from app.booking.settings_views.answers import answered, own_house, settings_page
from app.booking.settings_views.blueprint import bp
from app.kernel.access import acting
from app.kernel.answers import Answer, opened
from app.kernel.editions import Overtaken
from app.kernel.guards import requires
from app.kernel.languages import _


@bp.get("/service-en-salle")
@requires(may.CONFIGURE)
def patience_edit() -> Response:
    """Show from when on the room calls somebody late."""
    return _patience_page(PatienceForm.of(str(own_house().id)))


@bp.post("/service-en-salle")
@requires(may.CONFIGURE)
def patience_update() -> Response:
    """Change it."""
    house, form = own_house(), PatienceForm()
    return answered(
        form,
        Answer(
            act=lambda: room.change_patience(house, form.wanted(), actor=acting()),
            show=lambda **context: _patience_page(form, **context),
            message=_("Le service en salle est réglé."),
            fallback=url_for(".patience_edit"),
            standing=lambda: PatienceForm.of(str(house.id)),
        ),
    )


def _patience_page(form: PatienceForm, *, status: int = 200, overtaken: Overtaken | None = None) -> Response:
    return settings_page(
        "patience_edit",
        status=status,
        form=form,
        url=url_for(".patience_update"),
        back_url=url_for(".patience_edit"),
        **opened(form, overtaken),
    )
