"""The sheet of the service: a page that stays readable without a connection, and a paper of A4."""

from typing import Any

from flask import Response, abort, current_app

from app.booking import permissions as may
from app.booking.documents import SHEET
from app.booking.presentation.sheet import sheet_of
from app.booking.views.floor import bp, house_of_request
from app.kernel import clock, documents
from app.kernel.access import acting
from app.kernel.formats import clock_time
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import page


@bp.get("/feuille")
@requires(may.VIEW)
def sheet_show() -> Response:
    """Show tonight's sheet."""
    return page("booking/sheet_show.html", **_sheet())


@bp.get("/feuille.pdf")
@requires(may.VIEW)
def sheet_export() -> Response:
    """Give tonight's sheet as a PDF."""
    try:
        drawn = documents.drawn(SHEET, _sheet())
    except documents.NOT_DRAWN as reason:
        current_app.logger.warning("sheet_not_drawn: %s", reason)
        abort(503, description=_("Le PDF ne peut pas être dessiné ici : imprimez la page."))
    name = SHEET.filename(may.day_under_way(house_of_request()))
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(drawn, mimetype="application/pdf", headers=headers)


def _sheet() -> dict[str, Any]:
    house = house_of_request()
    sheet = sheet_of(house, may.day_under_way(house), actor=acting())
    return {**sheet, "drawn_at": clock_time(clock.local(clock.now(), house.timezone).time())}
