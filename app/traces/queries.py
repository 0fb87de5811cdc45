"""Questions to the trail."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import User
from app.directory.models import Person
from app.kernel import clock, files, privacy, telling
from app.kernel.access import Actor
from app.kernel.attachments import Attachment
from app.kernel.audit import AuditEntry
from app.kernel.datasets.models import SavedView
from app.kernel.db import db
from app.kernel.documents import Document, documents
from app.kernel.files import StoredFile
from app.kernel.languages import _
from app.kernel.links import Link
from app.kernel.messages import Message
from app.kernel.outbox import JobState, OutboxRow
from app.kernel.privacy import Known
from app.kernel.scopes import Scope
from app.kernel.suppression import SuppressedAddress
from app.traces.models import AuditVerification, PersonalArchive, RetentionRun
from app.traces.permissions import VIEW

MOST_ACCOUNTS = 50
MOST_TOLD = 2000
OFTEN = 2000
HIGHEST_NUMBER = 2**31 - 1


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the trail to whoever may read all of it, nothing to others: it speaks of the whole installation."""
    query = sa.select(AuditEntry)
    return query if Scope() in actor.scopes(VIEW) else query.where(sa.false())


def entry_with_number(number: int, actor: Actor) -> AuditEntry | None:
    """Give one entry; a number no entry can bear gives none."""
    if number > HIGHEST_NUMBER:
        return None
    return db.session.scalars(visible_to(actor).where(AuditEntry.number == number)).first()


def accounts_named(typed: str) -> list[str]:
    """Give the ids of the accounts whose login or name is like this, a few dozen at most."""
    everything = Person.first_name + " " + Person.last_name + " " + User.login
    named = [everything.icontains(word, autoescape=True) for word in typed.split()]
    query = sa.select(User.id).join(Person, User.person_id == Person.id).where(*named).limit(MOST_ACCOUNTS)
    return [str(user_id) for user_id in db.session.scalars(query)]


def done_by(account_ids: list[str]) -> sa.ColumnElement[bool]:
    """Select what these accounts did, or had done for them.

    Who did much is met soon by walking back from today; who did little is looked up, or years would be walked in vain.
    """
    theirs = AuditEntry.done_by(account_ids)
    numbers = sa.select(AuditEntry.number).where(theirs)
    met = db.session.scalar(sa.select(sa.func.count()).select_from(numbers.limit(OFTEN).subquery()))
    return theirs if met == OFTEN else AuditEntry.number.in_(numbers)


def last_verification() -> AuditVerification | None:
    """Give the verdict that stands."""
    return db.session.scalars(sa.select(AuditVerification).order_by(AuditVerification.at.desc()).limit(1)).first()


def is_promised(job: str) -> bool:
    """Tell whether a job promised since yesterday is waiting or at work."""
    pending = OutboxRow.state.in_([JobState.WAITING, JobState.RUNNING])
    lately = OutboxRow.due_at > clock.now() - timedelta(days=1)
    return db.session.scalar(sa.select(OutboxRow.id).where(pending, lately, OutboxRow.job == job).limit(1)) is not None


def last_number() -> int:
    """Give how many entries the trail holds."""
    return db.session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0


# --- what is held of a person -----------------------------------------------------------------------------------


def messages_to(known: Known) -> list[Message]:
    """Give the messages to a person, to their addresses, or about their records, oldest first."""
    conditions = [Message.person_id == known.person_id, Message.to_address.in_(known.addresses)]
    conditions += _about(known, Message.subject_kind, Message.subject_id)
    query = sa.select(Message).where(sa.or_(*conditions)).order_by(Message.created_at)
    return list(db.session.scalars(query))


def suppressed_of(known: Known) -> list[SuppressedAddress]:
    """Give the addresses of a person that a server refused for good."""
    keys = [address.casefold() for address in known.addresses]
    return list(db.session.scalars(sa.select(SuppressedAddress).where(SuppressedAddress.address.in_(keys))))


def link_ids_of(person_id: UUID) -> list[UUID]:
    """Give the ids of the links made for a person."""
    return list(db.session.scalars(sa.select(Link.id).where(Link.person_id == person_id)))


def links_of(known: Known) -> list[Link]:
    """Give the links made for a person, or to their records."""
    conditions = [Link.person_id == known.person_id, *_about(known, Link.record_kind, Link.record_id)]
    return list(db.session.scalars(sa.select(Link).where(sa.or_(*conditions)).order_by(Link.created_at)))


def documents_of(known: Known) -> list[Document]:
    """Give the documents made of a person's records."""
    conditions = _about(known, Document.subject_kind, Document.subject_id)
    query = sa.select(Document).where(sa.or_(sa.false(), *conditions)).order_by(Document.created_at)
    return list(db.session.scalars(query))


def attachments_of(known: Known) -> list[Attachment]:
    """Give the files sent in with a person's records."""
    conditions = _about(known, Attachment.subject_kind, Attachment.subject_id)
    query = sa.select(Attachment).where(sa.or_(sa.false(), *conditions)).order_by(Attachment.created_at)
    return list(db.session.scalars(query))


def views_of(known: Known) -> list[SavedView]:
    """Give the views a person keeps for themselves."""
    return list(db.session.scalars(sa.select(SavedView).where(SavedView.owner_id.in_(known.actors))))


def archives_of(person_id: UUID) -> list[PersonalArchive]:
    """Give the archives prepared for a person, newest first."""
    query = sa.select(PersonalArchive).where(PersonalArchive.person_id == person_id)
    return list(db.session.scalars(query.order_by(PersonalArchive.created_at.desc())))


def told_entries_of(known: Known) -> list[dict[str, Any]]:
    """Give what a person did and what happened to their records, in words, newest first."""
    conditions = [
        AuditEntry.actor_id.in_(known.actors),
        *_about(known, AuditEntry.subject_kind, AuditEntry.subject_id, written=True),
    ]
    query = sa.select(AuditEntry).where(sa.or_(*conditions)).order_by(AuditEntry.number.desc()).limit(MOST_TOLD)
    return [
        {
            _("Quand"): entry.at,
            _("Fait"): telling.sentence_of(entry) if entry.actor_id in known.actors else telling.heading_of(entry.fact),
            _("Sur"): telling.subject_of(entry),
            _("Réseau"): entry.address if entry.actor_id in known.actors else "",
        }
        for entry in db.session.scalars(query)
    ]


def _about(known: Known, kind: Any, record_id: Any, *, written: bool = False) -> list[sa.ColumnElement[bool]]:
    return [
        sa.and_(kind == each, record_id.in_([str(id_) if written else id_ for id_ in known.ids_of(each)]))
        for each in sorted({each for each, _id in known.records})
    ]


# --- what has been kept long enough -----------------------------------------------------------------------------


def dead_links(before: datetime) -> sa.Select[Any]:
    """Select the links that ended before an instant."""
    return sa.select(Link.id).where(sa.or_(Link.expires_at < before, Link.revoked_at < before))


def documents_outlived(now: datetime) -> sa.Select[Any]:
    """Select the documents older than the years each kind is kept."""
    outlived = [
        sa.and_(Document.code == code, Document.created_at < now - timedelta(days=365 * declared.keep_years))
        for code, declared in documents().items()
    ]
    return sa.select(Document.id).where(sa.or_(sa.false(), *outlived))


def orphan_files(before: datetime) -> sa.Select[Any]:
    """Select the stored files that nothing cites."""
    return files.orphans(before).with_only_columns(StoredFile.digest)


def uncited(digests: Collection[str]) -> list[str]:
    """Give those of these files that nothing cites any more."""
    query = sa.select(StoredFile.digest).where(StoredFile.digest.in_(digests), ~files.is_cited())
    return list(db.session.scalars(query.order_by(StoredFile.digest)))


def expired_archives(now: datetime) -> sa.Select[Any]:
    """Select the archives nobody may fetch any more."""
    return sa.select(PersonalArchive.id).where(PersonalArchive.expires_at <= now)


def forgotten_people(before: datetime) -> sa.Select[Any]:
    """Select the people known since long whom nothing has needed since."""
    query = sa.select(Person.id).where(Person.created_at < before, Person.erased_at.is_(None))
    return query.where(*(~reference.needs(Person.id, before) for reference in privacy.person_references()))


def retention_runs() -> dict[str, RetentionRun]:
    """Give when each rule was last applied."""
    return {run.rule: run for run in db.session.scalars(sa.select(RetentionRun))}


def open_archive(archive_id: UUID, person_id: UUID | None) -> PersonalArchive | None:
    """Give an archive of this person that can still be fetched."""
    archive = db.session.get(PersonalArchive, archive_id)
    if archive is None or archive.person_id != person_id or archive.expires_at <= clock.now():
        return None
    return archive
