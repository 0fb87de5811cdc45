"""One's own data: what is held, the archive, the erasure."""

from uuid import UUID

from flask import Blueprint, Response, abort, session, url_for

from app.directory.models import Person
from app.directory.queries import person as person_with_id
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import signed_in
from app.kernel.languages import _
from app.kernel.web import done, page
from app.traces import answers, archives, queries
from app.traces.forms import ErasureForm

bp = Blueprint("own_data", __name__, url_prefix="/espace/donnees")


@bp.get("")
@signed_in
def data_show() -> Response:
    """Show what the house holds of the reader, why, how long, and what they may do."""
    return page("traces/own_data_show.html", **answers.holdings_of(_oneself()))


@bp.post("/archive")
@signed_in
def archive_create() -> Response:
    """Ask for the archive."""
    with transaction():
        archives.ask_archive(_oneself(), actor=acting())
    return done(
        None,
        message=_("Votre archive se prépare : elle paraîtra ici pour sept jours, et une lettre vous le dira."),
        fallback=url_for(".data_show"),
    )


@bp.get("/archives/<uuid:id>")
@signed_in
def archive_show(id: UUID) -> Response:
    """Give the archive to whom it speaks of."""
    return answers.sent(queries.open_archive(id, acting().person_id), actor=acting())


@bp.get("/effacement")
@signed_in
def erasure_new() -> Response:
    """Say what erasing would do, and ask once more."""
    return page("traces/own_erasure_new.html", **answers.erasure_of(_oneself(), ErasureForm()))


@bp.post("/effacement")
@signed_in
def erasure_create() -> Response:
    """Erase the reader."""
    form, oneself = ErasureForm(), _oneself()
    refused = answers.erase(oneself, form, actor=acting())
    if refused:
        return page("traces/own_erasure_new.html", status=refused, **answers.erasure_of(_oneself(), form))
    session.clear()
    return done(
        None, message=_("Vos données sont effacées, et votre compte fermé."), fallback=url_for("site.home_show")
    )


def _oneself() -> Person:
    person_id = acting().person_id
    return (person_with_id(person_id) if person_id else None) or abort(404)
