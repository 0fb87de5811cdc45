"""How the kernel's tables forget: verbs used by declarations of erasure and retention, and the erasure of a person."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.permissions import MANAGE_ACCOUNTS
from app.directory.models import Person
from app.kernel import attachments, audit, clock, files, privacy
from app.kernel.access import Actor, system
from app.kernel.attachments import Attachment
from app.kernel.audit import AuditEntry
from app.kernel.capture import capture_box
from app.kernel.datasets import exports
from app.kernel.datasets.models import DatasetExport, DefaultView, ExportState, SavedView
from app.kernel.db import after_commit, db
from app.kernel.documents import Document
from app.kernel.events import publish
from app.kernel.files import StoredFile
from app.kernel.languages import N_, _
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.links import Link
from app.kernel.messages import Message, MessageAttempt, MessageState
from app.kernel.outbox import OutboxRow
from app.kernel.privacy import Known
from app.traces import queries
from app.traces.archives import archive_path
from app.traces.events import EntriesForgotten, Trail
from app.traces.models import PersonalArchive

PIECE = 500
T = TypeVar("T")


def erase_person(person: Person, *, actor: Actor) -> None:
    """Forget a person everywhere. What must stay stays without their name, and the trail still verifies.

    Raises RuleBroken, saying what must come first; NotAllowed for the account of somebody else, without the right to
    manage accounts.
    """
    known = privacy.known(person.id)
    is_somebody_s_account = bool(known.ids_of(User.kind())) and actor.person_id != person.id
    if is_somebody_s_account and not actor.may(MANAGE_ACCOUNTS):
        raise NotAllowed(_("Cette personne a un compte : il faut le droit de gérer les comptes pour l’effacer."))
    in_the_way = privacy.obstacles(known)
    if in_the_way:
        raise RuleBroken(" ".join(in_the_way))
    numbers = _entries_of(known)
    privacy.erase(known)
    db.session.flush()
    named = audit.forget(numbers)
    speaker = Actor(actor.kind, actor.id, N_("Nom effacé")) if actor.person_id == person.id else actor
    publish(EntriesForgotten(db.session.get_one(Person, person.id), speaker, len(numbers), named))


def erase_people(ids: list[UUID]) -> None:
    """Forget people whom nothing recalls any more."""
    for person_id in ids:
        erase_person(db.session.get_one(Person, person_id), actor=system("traces.apply_retention"))


def _entries_of(known: Known) -> set[int]:
    """Give the numbers of what a person did, of what was done for them, and of what happened to their records."""
    conditions = [AuditEntry.done_by(actors) for actors in _pieces(sorted(known.actors))]
    conditions += [
        sa.and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(ids))
        for kind in {kind for kind, _id in known.records}
        for ids in _pieces(sorted(map(str, known.ids_of(kind))))
    ]
    return {
        number
        for condition in conditions
        for number in db.session.scalars(sa.select(AuditEntry.number).where(condition))
    }


def _pieces(items: Iterable[T], size: int = 200) -> Iterator[list[T]]:
    remaining = iter(items)
    while piece := list(islice(remaining, size)):
        yield piece


# --- the trail --------------------------------------------------------------------------------------------------


def leave_the_trail_to_the_end(_known: Known) -> None:
    """Do nothing yet: the trail is emptied after all else, when no slice writes to it any more."""


def empty_old_entries(numbers: list[int]) -> None:
    """Empty what has been kept long enough."""
    named = audit.forget(numbers)
    publish(EntriesForgotten(Trail(), system("traces.apply_retention"), len(numbers), named, is_by_age=True))


# --- messages ---------------------------------------------------------------------------------------------------


def forget_messages(known: Known) -> None:
    """Blank the messages to a person, and those about their records; what waits no longer leaves."""
    messages = queries.messages_to(known)
    for message in messages:
        message.to_name = message.to_address = ""
        message.details = {}
        if message.state is MessageState.QUEUED:
            message.state = MessageState.DROPPED
    for piece in _pieces([message.id for message in messages], PIECE):
        db.session.execute(sa.update(MessageAttempt).where(MessageAttempt.message_id.in_(piece)).values(answer=""))
        keys = [f"message:{message_id}" for message_id in piece]
        db.session.execute(sa.update(OutboxRow).where(OutboxRow.natural_key.in_(keys)).values(last_error=""))
        after_commit(partial(_remove_captured, [str(message_id) for message_id in piece]))


def forget_suppressed(known: Known) -> None:
    """Delete a person's addresses from those a server refused."""
    for suppressed in queries.suppressed_of(known):
        db.session.delete(suppressed)


def delete_messages(ids: list[UUID]) -> None:
    """Delete messages, what servers answered, and the letters captured for the demonstration."""
    db.session.execute(sa.delete(Message).where(Message.id.in_(ids)))
    after_commit(partial(_remove_captured, [str(message_id) for message_id in ids]))


def _remove_captured(ids: list[str]) -> None:
    for letter in capture_box().glob("*.eml"):
        if letter.stem.partition("-")[2] in ids:
            letter.unlink(missing_ok=True)


# --- links ------------------------------------------------------------------------------------------------------


def revoke_links(known: Known) -> None:
    """Take back every right a person holds by an address."""
    for link in queries.links_of(known):
        link.revoked_at = link.revoked_at or clock.now()


def delete_links(ids: list[UUID]) -> None:
    """Delete links that give no right any more."""
    db.session.execute(sa.delete(Link).where(Link.id.in_(ids)))


# --- documents and files ----------------------------------------------------------------------------------------


def delete_documents_of(known: Known) -> None:
    """Delete the documents of a person's records; those they made of others' no longer say so."""
    made = sa.update(Document).where(Document.made_by_id.in_(known.actors))
    db.session.execute(made.values(made_by="", made_by_id=""))
    delete_documents([document.id for document in queries.documents_of(known)])


def delete_documents(ids: list[UUID]) -> None:
    """Delete documents, and the files no other document cites."""
    found = list(db.session.scalars(sa.select(Document).where(Document.id.in_(ids))))
    digests = {document.file_digest for document in found if document.file_digest}
    db.session.execute(sa.delete(Document).where(Document.id.in_(ids)))
    db.session.expire_all()
    delete_files(queries.uncited(digests))


def delete_attachments_of(known: Known) -> None:
    """Delete the files sent in with a person's records; those they sent elsewhere no longer say so."""
    sent = sa.update(Attachment).where(Attachment.added_by_id.in_(known.actors))
    db.session.execute(sent.values(added_by="", added_by_id=""))
    delete_attachments([each.id for each in queries.attachments_of(known)])


def delete_attachments(ids: list[UUID]) -> None:
    """Delete files sent in, and their bytes where nothing else cites them."""
    found = db.session.scalars(sa.select(Attachment.file_digest).where(Attachment.id.in_(ids)))
    digests = [digest for digest in found if digest]
    attachments.forget_attachments(ids)
    delete_files(queries.uncited(digests))


def delete_files(digests: list[str]) -> None:
    """Delete stored files: the row now, the bytes after the commit."""
    db.session.execute(sa.delete(StoredFile).where(StoredFile.digest.in_(digests)))
    after_commit(partial(files.remove, digests))


# --- lists ------------------------------------------------------------------------------------------------------


def forget_lists(known: Known) -> None:
    """Delete a person's views; let every prepared export go, since the person may stand in it."""
    db.session.execute(sa.delete(DefaultView).where(DefaultView.holder.in_(known.actors)))
    db.session.execute(sa.delete(SavedView).where(SavedView.owner_id.in_(known.actors)))
    prepared = list(db.session.scalars(sa.select(DatasetExport).where(DatasetExport.file_name.is_not(None))))
    names = [export.file_name for export in prepared]
    for export in prepared:
        export.state, export.file_name = ExportState.EXPIRED, None
    own = sa.update(DatasetExport).where(DatasetExport.owner_id.in_(known.actors))
    db.session.execute(own.values(owner_label="", arguments={}))
    after_commit(partial(_remove_exports, names))


def _remove_exports(names: list[Any]) -> None:
    for name in names:
        (exports.folder() / name).unlink(missing_ok=True)


# --- archives ---------------------------------------------------------------------------------------------------


def delete_archives_of(known: Known) -> None:
    """Delete the archives prepared for a person."""
    delete_archives([archive.id for archive in queries.archives_of(known.person_id)])


def delete_archives(ids: list[UUID]) -> None:
    """Delete archives, and their files after the commit."""
    db.session.execute(sa.delete(PersonalArchive).where(PersonalArchive.id.in_(ids)))
    after_commit(partial(_remove_archives, ids))


def _remove_archives(ids: list[UUID]) -> None:
    for archive_id in ids:
        archive_path(archive_id).unlink(missing_ok=True)
