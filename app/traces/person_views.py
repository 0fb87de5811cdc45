"""Answering a person about their data, for whoever may."""

from uuid import UUID

from flask import Blueprint, Response, url_for

from app.directory.models import Person
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.events import publish
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import done, page
from app.traces import answers, archives, queries
from app.traces.events import PersonalDataSeen
from app.traces.forms import ErasureForm
from app.traces.permissions import ANSWER

bp = Blueprint("person_data", __name__, url_prefix="/admin/personnes/<uuid:id>/donnees")


@bp.get("")
@requires(ANSWER, on=Person)
def data_show(person: Person) -> Response:
    """Show what the house holds of a person; having looked is a fact."""
    with transaction():
        publish(PersonalDataSeen(person, acting()))
    return page("traces/person_data_show.html", **answers.holdings_of(person))


@bp.post("/archive")
@requires(ANSWER, on=Person)
def archive_create(person: Person) -> Response:
    """Ask for a person's archive, to be handed to them."""
    with transaction():
        archives.ask_archive(person, actor=acting())
    return done(
        None,
        message=_("L’archive se prépare : elle paraîtra ici dans un instant, pour sept jours."),
        fallback=url_for(".data_show", id=person.id),
    )


@bp.get("/archives/<uuid:archive_id>")
@requires(ANSWER, on=Person)
def archive_show(person: Person, archive_id: UUID) -> Response:
    """Give a person's archive."""
    return answers.sent(queries.open_archive(archive_id, person.id), actor=acting())


@bp.get("/effacement")
@requires(ANSWER, on=Person)
def erasure_new(person: Person) -> Response:
    """Say what erasing a person would do, and ask once more."""
    return page("traces/person_erasure_new.html", **answers.erasure_of(person, ErasureForm()))


@bp.post("/effacement")
@requires(ANSWER, on=Person)
def erasure_create(person: Person) -> Response:
    """Erase a person who asked for it."""
    form = ErasureForm()
    refused = answers.erase(person, form, actor=acting())
    if refused:
        return page("traces/person_erasure_new.html", status=refused, **answers.erasure_of(person, form))
    return done(
        None, message=_("Les données de cette personne sont effacées."), fallback=url_for(".data_show", id=person.id)
    )
