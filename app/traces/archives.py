"""The archive of one person: what every slice declares, gathered by a job into a file for seven days."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from flask import current_app

from app.accounts.queries import user_of
from app.directory.models import Person
from app.directory.queries import first_organisation, house_zone
from app.kernel import clock, press, privacy
from app.kernel.access import Actor, system
from app.kernel.db import db, transaction
from app.kernel.disk import whole_file
from app.kernel.events import publish
from app.kernel.formats import clock_time, full_date, instant
from app.kernel.jobs import job
from app.kernel.languages import N_, _, current_language, speaking
from app.kernel.printing import PrintingUnavailable
from app.traces.events import ArchiveAsked
from app.traces.models import ArchiveState, PersonalArchive
from app.traces.notices import ARCHIVE_READY

KEPT_FOR = timedelta(days=7)
TEMPLATE = "documents/traces/archive.html"
SECONDS_TO_DRAW = 120.0  # ten years of a person are many pages

log = structlog.get_logger()


@dataclass(frozen=True)
class Chapter:
    """What is held for one purpose, with why and how long."""

    declared: privacy.PersonalData
    rows: list[dict[str, Any]]

    @property
    def label(self) -> str:
        """Give its title."""
        return _(self.declared.label)

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """Give what a reader sees of each row: labels with the values that say something."""
        return [
            [(label, _shown(value)) for label, value in row.items() if value not in (None, "")] for row in self.rows
        ]

    def told(self) -> dict[str, Any]:
        """Give it as a file keeps it."""
        return {
            "code": self.declared.code,
            "title": self.label,
            "purpose": _(self.declared.purpose),
            "basis": self.declared.basis.label,
            "kept": _(self.declared.kept),
            "rows": [{label: _kept(value) for label, value in row.items()} for row in self.rows],
        }


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return instant(value, house_zone())
    if isinstance(value, date):
        return full_date(value)
    return clock_time(value) if isinstance(value, time) else str(value)


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value


def chapters_of(person_id: UUID) -> list[Chapter]:
    """Ask every slice what it holds of a person."""
    known = privacy.known(person_id)
    return [Chapter(declared, declared.export(known)) for declared in privacy.all_personal_data()]


def ask_archive(person: Person, *, actor: Actor) -> PersonalArchive:
    """Promise the archive of a person; one that is being prepared is enough."""
    waiting = sa.select(PersonalArchive).where(
        PersonalArchive.person_id == person.id, PersonalArchive.state == ArchiveState.WAITING
    )
    found = db.session.scalars(waiting).first()
    if found is not None:
        return found
    now = clock.now()
    archive = PersonalArchive(
        person_id=person.id,
        asked_by=actor.id,
        language=current_language(),
        state=ArchiveState.WAITING,
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    db.session.add(archive)
    db.session.flush()
    publish(ArchiveAsked(person, actor))
    write_archive.later(key=f"traces.archive:{archive.id}", archive_id=archive.id)
    return archive


def archive_path(archive_id: UUID) -> Path:
    """Give where an archive stands: outside the web root, readable by this user alone."""
    return _folder() / f"{archive_id.hex}.zip"


def _folder() -> Path:
    path = Path(current_app.config["DATA_DIR"]) / "archives"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@job("traces.write_archive", N_("Préparer l’archive d’une personne"))
def write_archive(archive_id: str) -> None:
    """Gather and write one archive. Safe to run twice: the file takes its name only when it is whole."""
    archive = db.session.get(PersonalArchive, UUID(archive_id))
    if archive is None or archive.state is not ArchiveState.WAITING:
        return
    with speaking(archive.language):
        content = _zipped(archive.person)
    db.session.rollback()
    final = archive_path(UUID(archive_id))
    with whole_file(final) as draft:
        draft.write_bytes(content)
    with transaction():
        standing = db.session.get(PersonalArchive, UUID(archive_id))
        if standing is None:  # the person was erased meanwhile
            final.unlink()
            return
        standing.state, standing.file_name = ArchiveState.READY, final.name
        _tell_its_reader(standing)


def _tell_its_reader(archive: PersonalArchive) -> None:
    """Tell who asked for their own archive; staff who asked for somebody else's answer them in their own way."""
    user = user_of(archive.person_id)
    if user is not None and str(user.id) == archive.asked_by:
        writer = system("traces.write_archive")
        ARCHIVE_READY.announce(about=archive, actor=writer, key=str(archive.id), to=[archive.person_id])


@write_archive.when_given_up
def _give_up(archive_id: str) -> None:
    archive = db.session.get(PersonalArchive, UUID(archive_id))
    if archive is not None and archive.state is ArchiveState.WAITING:
        archive.state = ArchiveState.FAILED


def _zipped(person: Person) -> bytes:
    chapters = chapters_of(person.id)
    told = {
        "person": person.full_name,
        "written_at": clock.now().isoformat(),
        "chapters": [chapter.told() for chapter in chapters],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("donnees.json", json.dumps(told, ensure_ascii=False, indent=2))
        drawn = _drawn(person, chapters)
        if drawn is not None:
            archive.writestr("donnees.pdf", drawn)
    return buffer.getvalue()


def _drawn(person: Person, chapters: list[Chapter]) -> bytes | None:
    organisation = first_organisation()
    text = current_app.jinja_env.get_template(TEMPLATE).render(
        language=current_language(),
        issuer=organisation.name if organisation else "Guichet",
        person=person,
        chapters=chapters,
        today=full_date(clock.today(house_zone())),
    )
    try:
        return press.pdf(text, seconds=SECONDS_TO_DRAW)
    except (PrintingUnavailable, press.DrawingStopped) as reason:
        log.warning("archive_without_paper", reason=str(reason))
        return None
