"""Attachments: files that people send in, held by a record of a slice that declared a place for them.

A file is checked and drawn anew (`kernel.uploads`) before it is kept. Where an antivirus is configured it waits apart
until that has read it. One sent with a form that was refused for something else waits too, under a signed name that
only that form knows, and is forgotten after a day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import antivirus, clock, files
from app.kernel.access import Actor, Permission
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified, db, transaction
from app.kernel.files import StoredFile
from app.kernel.jobs import job
from app.kernel.languages import N_, _, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.uploads import Kind, Received, size_in_words

WAITS_FOR = timedelta(days=1)

log = structlog.get_logger()


class AttachmentState(Choice):
    """What is known of a file that was sent in."""

    SCANNING = "scanning", N_("En attente d’analyse")
    READY = "ready", N_("Prêt")
    REFUSED = "refused", N_("Écarté")


class Attachment(Identified, Base):
    """One file sent in. It belongs to a record, or waits for the form it came with to be accepted."""

    __tablename__ = "attachments"
    __table_args__ = (
        sa.CheckConstraint("(state = 'refused') = (file_digest IS NULL)", name="file_digest"),
        sa.CheckConstraint("(subject_kind = '') = (subject_id IS NULL)", name="subject_id"),
        sa.Index(None, "subject_kind", "subject_id"),
    )

    place: Mapped[str] = mapped_column(sa.String(80))
    subject_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    subject_id: Mapped[UUID | None]
    file_digest: Mapped[str | None] = mapped_column(sa.ForeignKey("stored_files.digest"), index=True)
    filename: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[AttachmentState] = mapped_column(default=AttachmentState.READY)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    added_by_id: Mapped[str] = mapped_column(sa.String(60), default="", index=True)
    added_by: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)

    file: Mapped[StoredFile | None] = relationship(lazy="joined")

    @property
    def is_ready(self) -> bool:
        """Tell whether it may be given out."""
        return self.state is AttachmentState.READY

    @property
    def size(self) -> str:
        """Say how big it is; nothing of one that is gone."""
        return size_in_words(self.file.size) if self.file else ""


files.cited_by(Attachment.file_digest)


@dataclass(frozen=True, eq=False)
class FilePlace:
    """Where a kind of record holds files: which kinds, how many, how big; who opens and who removes them."""

    code: str
    kinds: tuple[Kind, ...]
    most: int
    biggest: int
    permission: Permission
    removing: Permission

    @property
    def announced(self) -> str:
        """Say beforehand what may be sent."""
        names = ", ".join(dict.fromkeys(kind.label for kind in self.kinds))
        count = ngettext("%(num)s fichier au plus", "%(num)s fichiers au plus", self.most)
        return _("%(names)s. %(count)s, %(size)s chacun.", names=names, count=count, size=size_in_words(self.biggest))

    @property
    def accepted(self) -> str:
        """Give the media types, as a browser's file dialog wants them."""
        return ",".join(kind.media_type for kind in self.kinds)

    @property
    def biggest_body(self) -> int:
        """Give how many bytes a form with as many files as allowed may weigh."""
        return self.most * self.biggest + 256 * 1024


_places: dict[str, FilePlace] = {}


def file_place(
    code: str, *, kinds: Sequence[Kind], most: int, biggest: int, permission: Permission, removing: Permission
) -> FilePlace:
    """Declare where a kind of record holds files."""
    declared = _places[code] = FilePlace(code, tuple(kinds), most, biggest, permission, removing)
    return declared


def file_places() -> dict[str, FilePlace]:
    """Give every declared place by its code."""
    return _places


# --- reading ------------------------------------------------------------------------------------------------------


def attached_to(record: Identified) -> list[Attachment]:
    """List the files of a record, the oldest first."""
    query = sa.select(Attachment).where(Attachment.subject_kind == record.kind(), Attachment.subject_id == record.id)
    return list(db.session.scalars(query.order_by(Attachment.created_at, Attachment.id)))


def sealed(attachment: Attachment) -> str:
    """Give the name under which the form it came with knows a file that waits."""
    return _seals().dumps(str(attachment.id))


def waiting(place: FilePlace, names: Collection[str]) -> list[Attachment]:
    """Give the files that wait under these sealed names; a forged, old or taken one is nothing."""
    found = [db.session.get(Attachment, record_id) for record_id in map(_unsealed, dict.fromkeys(names)) if record_id]
    return [each for each in found if each and each.place == place.code and each.subject_id is None]


def _seals() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="attachments")


def _unsealed(name: str) -> UUID | None:
    try:
        return UUID(_seals().loads(name))
    except (BadSignature, ValueError, TypeError):
        return None


# --- verbs --------------------------------------------------------------------------------------------------------


def receive(place: FilePlace, received: Received, *, actor: Actor) -> Attachment:
    """Keep a file that was checked, waiting for its record. Outside any transaction: the storage may be far away."""
    digest = files.storage().put(received.content)
    is_scanned = antivirus.is_configured()
    with transaction() as session:
        file = files.note(digest, len(received.content), received.media_type)
        kept = Attachment(
            place=place.code,
            file_digest=file.digest,
            filename=received.filename,
            state=AttachmentState.SCANNING if is_scanned else AttachmentState.READY,
            added_by_id=actor.id if actor.is_authenticated else "",
            added_by=actor.label[:200] if actor.is_authenticated else "",
            created_at=clock.now(),
        )
        session.add(kept)
        if is_scanned:
            scan_attachment.later(key=f"scan:{kept.id}", attachment_id=kept.id)
    return kept


def attach(attachments: Collection[Attachment], record: Identified) -> None:
    """Give files that waited to their record. Raises RuleBroken when it would hold more than its place allows."""
    held = len(attached_to(record))
    for each in attachments:
        held += 1
        if held > _places[each.place].most:
            raise RuleBroken(_("Trop de fichiers. %(announced)s", announced=_places[each.place].announced))
        each.subject_kind, each.subject_id = record.kind(), record.id


def remove(attachments: Collection[Attachment]) -> None:
    """Forget files; their bytes go when nothing else names them."""
    for each in attachments:
        db.session.delete(each)


def forget_those_of(kind: str, ids: Collection[UUID]) -> None:
    """Forget the files of records that are forgotten."""
    db.session.execute(sa.delete(Attachment).where(Attachment.subject_kind == kind, Attachment.subject_id.in_(ids)))


def forget_attachments(ids: Collection[Any]) -> None:
    """Forget files by their ids."""
    db.session.execute(sa.delete(Attachment).where(Attachment.id.in_(ids)))


def left_waiting(before: datetime) -> sa.Select[Any]:
    """Select the files whose form never came to its end."""
    return sa.select(Attachment.id).where(Attachment.subject_id.is_(None), Attachment.created_at < before)


# --- reading by the antivirus ----------------------------------------------------------------------------------------


@job("kernel.scan_attachment", N_("Faire lire un fichier par l’antivirus"))
def scan_attachment(attachment_id: str) -> None:
    """Have one file read; it is given out, or forgotten with its reason. Without an answer it goes on waiting."""
    found = db.session.get(Attachment, UUID(attachment_id))
    if found is None or found.state is not AttachmentState.SCANNING or found.file is None:
        return
    threat = antivirus.threat_in(files.content_of(found.file))
    with transaction():
        read = db.session.get(Attachment, UUID(attachment_id))
        if read is None or read.state is not AttachmentState.SCANNING:
            return
        if not threat:
            read.state = AttachmentState.READY
        else:
            log.warning("attachment_refused", attachment=attachment_id, threat=threat)
            read.state, read.file_digest, read.reason = AttachmentState.REFUSED, None, threat[:300]
