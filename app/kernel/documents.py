"""Documents: files made from a record, declared by the slices, drawn by a job, kept by hash, listed on the record.

What was given out stays: a document made again is a new version beside the old one. One whose words a house may change
(`kernel.wordings`) is refused where a tag it cannot do without says nothing. Every one is drawn in the press.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from flask import Response, current_app
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock, files, press, printing
from app.kernel.access import Actor, Permission
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified, db, insert_missing, new_id, record_kinds, transaction
from app.kernel.files import StoredFile
from app.kernel.jobs import job
from app.kernel.languages import N_, _, current_language, speaking
from app.kernel.letters import Attachment
from app.kernel.storage import FileMissing, StorageDown
from app.kernel.wordings import TagsEmpty, Texts, texts_of, wordings

PDF = "application/pdf"
NOT_DRAWN = (printing.PrintingUnavailable, printing.OutsideResource, press.DrawingStopped, TagsEmpty)

LEFT_AFTER = timedelta(minutes=10)
MOST_AT_ONCE = 200

log = structlog.get_logger()


class DocumentState(Choice):
    """How far a document has come."""

    WAITING = "waiting", N_("En préparation")
    READY = "ready", N_("Prêt")
    FAILED = "failed", N_("Impossible à produire")


class Document(Identified, Base):
    """One version of a file made from one record, as it stood at one sequence, in one language; made by whom."""

    __tablename__ = "documents"
    __table_args__ = (
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "code", "sequence", "language", "version", name="uq_documents_version"
        ),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.CheckConstraint("(state = 'ready') = (file_digest IS NOT NULL)", name="file_digest"),
    )

    code: Mapped[str] = mapped_column(sa.String(80))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    made_by_id: Mapped[str] = mapped_column(sa.String(60), default="", index=True)
    made_by: Mapped[str] = mapped_column(sa.String(200), default="")
    language: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.WAITING)
    file_digest: Mapped[str | None] = mapped_column(sa.ForeignKey("stored_files.digest"), index=True)
    filename: Mapped[str] = mapped_column(sa.String(200), default="")
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    ready_at: Mapped[datetime | None]

    file: Mapped[StoredFile | None] = relationship(lazy="joined")

    @property
    def is_ready(self) -> bool:
        """Tell whether the file can be given out."""
        return self.state is DocumentState.READY

    @property
    def label(self) -> str:
        """Say what the document is, in the reader's language."""
        return _(_documents[self.code].label)


files.cited_by(Document.file_digest)


@dataclass(frozen=True, eq=False)
class DeclaredDocument:
    """A kind of document. `context(record)` gives what its template needs, or None when it has lost its object.

    One without `context` is drawn for whoever asks, from what they may see, and never kept. `permission` opens it on
    the page of its record, `remake` allows to make it again there; `number(record)` is what it is filed under, if it
    has one.
    """

    code: str
    label: str
    filename: Callable[[Any], str]
    template: str
    context: Callable[[Any], dict[str, Any] | None] | None
    keep_years: int
    number: Callable[[Any], str] | None = None
    permission: Permission | None = None
    remake: Permission | None = None

    def request(self, record: Identified, *, language: str, sequence: int = 0, actor: Actor | None = None) -> None:
        """Promise the document; the same record, sequence and language are drawn once."""
        if not _standing(self.code, record, sequence, language):
            self._promise(record, language, sequence, 1, actor)

    def renew(self, record: Identified, *, language: str, sequence: int = 0, actor: Actor | None = None) -> None:
        """Promise a new version because what it says has changed; one that was never drawn gives its place."""
        newest = _standing(self.code, record, sequence, language)
        version = newest.version + newest.is_ready if newest else 1
        if newest is not None and not newest.is_ready:
            db.session.execute(sa.delete(Document).where(Document.id == newest.id))
        self._promise(record, language, sequence, version, actor)

    def _promise(self, record: Any, language: str, sequence: int, version: int, actor: Actor | None) -> None:
        document_id = new_id()
        inserted = insert_missing(
            Document,
            id=document_id,
            code=self.code,
            subject_kind=record.kind(),
            subject_id=record.id,
            sequence=sequence,
            version=version,
            number=self.number(record) if self.number else "",
            made_by_id=actor.id if actor and actor.is_authenticated else "",
            made_by=actor.label[:200] if actor and actor.is_authenticated else "",
            language=language,
            state=DocumentState.WAITING,
            filename="",
            reason="",
            created_at=clock.now(),
        )
        if inserted:
            draw_document.later(key=f"document:{document_id}", document_id=document_id)

    def ensured(self, record: Identified) -> Document | None:
        """Give the record's latest document of this kind, drawn now if it was not yet. Outside any transaction."""
        promised = latest(self.code, record)
        return ensure(promised.id) if promised else None


_documents: dict[str, DeclaredDocument] = {}


def document(  # noqa: PLR0913 - a declaration names all it is
    code: str,
    label: str,
    *,
    filename: Callable[[Any], str],
    template: str,
    context: Callable[[Any], dict[str, Any] | None] | None = None,
    keep_years: int = 0,
    number: Callable[[Any], str] | None = None,
    permission: Permission | None = None,
    remake: Permission | None = None,
) -> DeclaredDocument:
    """Declare a kind of document."""
    declared = _documents[code] = DeclaredDocument(
        code, label, filename, template, context, keep_years, number, permission, remake
    )
    return declared


def documents() -> dict[str, DeclaredDocument]:
    """Give every declared kind of document by its code."""
    return _documents


# --- reading --------------------------------------------------------------------------------------------------


def versions_about(record: Identified) -> list[Document]:
    """List the documents of a record in all their versions, newest first."""
    query = sa.select(Document).where(Document.subject_kind == record.kind(), Document.subject_id == record.id)
    return list(db.session.scalars(query.order_by(Document.created_at.desc(), Document.id.desc())))


def documents_about(record: Identified) -> list[Document]:
    """List the documents of a record as they stand, newest first."""
    newest: dict[tuple[str, int, str], Document] = {}
    for each in sorted(versions_about(record), key=lambda each: each.version):
        newest[each.code, each.sequence, each.language] = each
    return sorted(newest.values(), key=lambda each: (each.created_at, each.id), reverse=True)


def order(document: Document) -> tuple[int, datetime, int]:
    """Tell what places a document after another of its kind on its record."""
    return document.sequence, document.created_at, document.version


def latest(code: str, record: Identified) -> Document | None:
    """Give the newest document of one kind, in whatever state it stands."""
    query = sa.select(Document).where(*_about(code, record))
    newest = query.order_by(Document.sequence.desc(), Document.created_at.desc(), Document.version.desc()).limit(1)
    return db.session.scalars(newest).first()


def _standing(code: str, record: Identified, sequence: int, language: str) -> Document | None:
    query = sa.select(Document).where(
        *_about(code, record), Document.sequence == sequence, Document.language == language
    )
    return db.session.scalars(query.order_by(Document.version.desc()).limit(1)).first()


def send(stored: Document) -> Response:
    """Answer with a document that is ready, as an attachment. Raises LookupError for one that has no file."""
    if stored.file is None:
        raise LookupError(f"document {stored.id} has no file")
    return files.send_stored(stored.file, stored.filename)


def enclosed(paper: Document | None) -> list[Attachment]:
    """Give a paper as a file that goes with a letter; nothing where it is not drawn, or cannot be read now."""
    if paper is None or paper.file is None:
        return []
    try:
        return [Attachment(paper.filename, paper.file.media_type, files.content_of(paper.file))]
    except (FileMissing, StorageDown) as error:
        log.warning("enclosure_unreadable", document=str(paper.id), error=type(error).__name__)
        return []


def _about(code: str, record: Identified) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Document.subject_kind == record.kind(),
        Document.subject_id == record.id,
        Document.code == code,
    )


# --- drawing --------------------------------------------------------------------------------------------------


def ensure(document_id: UUID) -> Document | None:
    """Give a document that is ready, or failed with its reason; None when it has lost its object.

    Drawing takes a while: it is done before the transaction that keeps the result, never inside one.
    """
    promised = db.session.get(Document, document_id)
    if promised is None or promised.state is not DocumentState.WAITING:
        return promised
    declared = _documents[promised.code]
    record = record_kinds()[promised.subject_kind].get(promised.subject_id)
    with speaking(promised.language):
        context = declared.context(record) if record is not None and declared.context is not None else None
        if context is None:
            _forget(document_id)
            return None
        try:
            content = drawn(declared, context)
        except NOT_DRAWN as reason:
            return _fail(document_id, str(reason))
    return _keep(document_id, content, declared.filename(record))


def drawn(declared: DeclaredDocument, context: dict[str, Any], draft: Texts | None = None) -> bytes:
    """Draw a document in the language now spoken, with `draft` for its words where they are only tried out.

    Raises TagsEmpty, and what the drawing raises.
    """
    return press.pdf(written(declared, context, draft), context.get("archive"))


def written(declared: DeclaredDocument, context: dict[str, Any], draft: Texts | None = None) -> str:
    """Write a document as HTML. Raises TagsEmpty, naming the tags, where it cannot do without what they stand for."""
    worded, house = wordings().get(declared.code), context.get("establishment")
    words: dict[str, Any] = {
        "language": current_language(),
        "sender_name": context.get("issuer", ""),
        "logo": carried(house.logo_digest) if house and house.logo_digest else "",
        **context,
    }
    if worded is not None:
        empty = worded.empty(words)
        if empty:
            raise TagsEmpty(empty)
        words["wording"] = worded.worded(draft or texts_of(worded, house.id if house else None), words)
    return current_app.jinja_env.get_template(declared.template).render(words)


def carried(digest: str) -> str:
    """Give a stored picture as an address that a document carries in itself; nothing where its bytes are gone."""
    try:
        content = files.storage().get(digest)
    except FileMissing:
        log.warning("picture_missing", digest=digest[:12])
        return ""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def _keep(document_id: UUID, content: bytes, filename: str) -> Document | None:
    digest = files.storage().put(content)  # before the transaction: a bucket is far away
    with transaction():
        kept = db.session.get(Document, document_id)
        if kept is not None and kept.state is DocumentState.WAITING:
            kept.file = files.note(digest, len(content), PDF)
            kept.filename, kept.state, kept.ready_at = filename, DocumentState.READY, clock.now()
    return kept


def _fail(document_id: UUID, reason: str) -> Document | None:
    log.warning("document_failed", document=str(document_id), reason=reason)
    with transaction():
        failed = db.session.get(Document, document_id)
        if failed is not None and failed.state is DocumentState.WAITING:
            failed.state, failed.reason = DocumentState.FAILED, reason[:300]
    return failed


def _forget(document_id: UUID) -> None:
    with transaction() as session:
        session.execute(sa.delete(Document).where(Document.id == document_id))


@job("kernel.draw_document", N_("Produire un document"))
def draw_document(document_id: str) -> None:
    """Draw one document, unless that is done already."""
    ensure(UUID(document_id))


@draw_document.when_given_up
def _give_up(document_id: str) -> None:
    promised = db.session.get(Document, UUID(document_id))
    if promised is not None and promised.state is DocumentState.WAITING:
        promised.state, promised.reason = DocumentState.FAILED, _("Le dessin a échoué plusieurs fois.")


@job("kernel.draw_left_documents", N_("Reprendre les documents que personne ne produit"), cron="*/15 * * * *")
def draw_left_documents() -> None:
    """Promise again what was left in preparation without a job, as a demonstration's first evening is."""
    left = sa.select(Document.id).where(
        Document.state == DocumentState.WAITING, Document.created_at < clock.now() - LEFT_AFTER
    )
    with transaction() as session:
        for document_id in session.scalars(left.limit(MOST_AT_ONCE)):
            draw_document.later(key=f"document:{document_id}", in_bulk=True, document_id=document_id)
