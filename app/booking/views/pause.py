"""Pausing online bookings from the room, and taking them up again."""

from flask import Blueprint, Response, request, url_for

from app.booking import permissions as may
from app.booking import service
from app.booking.views.floor import house_of_request
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import spoken_time
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import done

bp = Blueprint("pause", __name__, url_prefix="/admin/service/suspension")


@bp.post("")
@requires(may.PAUSE)
def pause_create() -> Response:
    """Pause the online bookings that would begin soon."""
    house = house_of_request()
    with transaction():
        until = service.pause_online(house, actor=acting())
    said = spoken_time(clock.local(until, house.timezone).time().replace(second=0, microsecond=0))
    return done(
        None,
        message=_("Personne ne réserve plus en ligne pour avant %(time)s.", time=said),
        fallback=url_for("floor.room_show"),
    )


@bp.post("/reprise")
@requires(may.PAUSE)
def pause_delete() -> Response:
    """Take online bookings up again, and go back to the page of the team that offered it."""
    with transaction():
        resumed = service.resume_online(house_of_request(), actor=acting())
    message = _("Les réservations en ligne reprennent.") if resumed else _("Aucune suspension n’est en cours.")
    back = request.form.get("back", "")
    return done(None, message=message, fallback=back if back.startswith("/admin") else url_for("floor.room_show"))
