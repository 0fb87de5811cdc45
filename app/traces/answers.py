"""What both pages of a person's data share: one's own, and the one staff answer from."""

from typing import Any

from flask import Response, abort

from app.directory.models import Person
from app.directory.queries import house_zone
from app.kernel import clock, privacy
from app.kernel.access import Actor
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.events import publish
from app.kernel.files import send_attachment
from app.kernel.formats import instant
from app.kernel.forms import tidy
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit
from app.traces import archives, forgetting, queries
from app.traces.events import ArchiveFetched
from app.traces.forms import ErasureForm
from app.traces.models import ArchiveState, PersonalArchive


def holdings_of(person: Person) -> dict[str, Any]:
    """Give what is held of a person, chapter by chapter, and the archives prepared."""
    now = clock.now()
    return {
        "person": person,
        "chapters": archives.chapters_of(person.id),
        "archives": [archive for archive in queries.archives_of(person.id) if archive.expires_at > now],
        "when": lambda moment: instant(moment, house_zone()),
    }


def erasure_of(person: Person, form: ErasureForm) -> dict[str, Any]:
    """Give what becomes of everything once a person is erased, and what must come first."""
    return {
        "person": person,
        "form": form,
        "holdings": privacy.all_personal_data(),
        "obstacles": privacy.obstacles(privacy.known(person.id)),
    }


def erase(person: Person, form: ErasureForm, *, actor: Actor) -> int | None:
    """Erase a person when the form names them; else tell in the form what forbids it, and give the answer's status."""
    if not form.validate_on_submit():
        return Unfit.status
    try:
        if tidy(form.name.data).casefold() != person.full_name.casefold():
            raise Unfit(_("Ce n’est pas le nom écrit ci-dessus."), "name")
        with transaction():
            forgetting.erase_person(person, actor=actor)
    except RuleBroken as refusal:
        return put(refusal, form)
    return None


def sent(archive: PersonalArchive | None, *, actor: Actor) -> Response:
    """Answer with an archive that is ready, and leave the fact that it was fetched."""
    if archive is None or archive.state is not ArchiveState.READY:
        abort(404, description=_("Cette archive n’est pas prête, ou n’est plus gardée."))
    path = archives.archive_path(archive.id)
    if not path.is_file():
        abort(404, description=_("Cette archive n’est pas prête, ou n’est plus gardée."))
    with transaction():
        publish(ArchiveFetched(archive.person, actor))
    answer = send_attachment(path.read_bytes(), "application/zip", f"donnees-{archive.created_at.date()}.zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer
