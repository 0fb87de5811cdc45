"""Documents: files made from a record, declared by the slices, drawn by a job, kept by hash, listed on the record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from flask import Response, current_app
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock, files, printing
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified, db, insert_missing, new_id, record_kinds, transaction
from app.kernel.files import StoredFile
from app.kernel.jobs import job
from app.kernel.languages import N_, _, speaking

PDF = "application/pdf"

log = structlog.get_logger()


class DocumentState(Choice):
    """How far a document has come."""

    WAITING = "waiting", N_("En préparation")
    READY = "ready", N_("Prêt")
    FAILED = "failed", N_("Impossible à produire")


class Document(Identified, Base):
    """One file made from one record, as it stood at one sequence, in one language."""

    __tablename__ = "documents"
    __table_args__ = (
        sa.UniqueConstraint("subject_kind", "subject_id", "code", "sequence", "language"),
        sa.CheckConstraint("(state = 'ready') = (file_digest IS NOT NULL)", name="file_digest"),
    )

    code: Mapped[str] = mapped_column(sa.String(80))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(default=0)
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


@dataclass(frozen=True, eq=False)
class DeclaredDocument:
    """A kind of document. `context(record)` gives what its template needs, or None when it has lost its object."""

    code: str
    label: str
    filename: Callable[[Any], str]
    template: str
    context: Callable[[Any], dict[str, Any] | None]
    keep_years: int

    def request(self, record: Identified, *, language: str, sequence: int = 0) -> None:
        """Promise the document; the same record, sequence and language are drawn once."""
        document_id = new_id()
        inserted = insert_missing(
            Document,
            id=document_id,
            code=self.code,
            subject_kind=record.kind(),
            subject_id=record.id,
            sequence=sequence,
            language=language,
            state=DocumentState.WAITING,
            filename="",
            reason="",
            created_at=clock.now(),
        )
        if inserted:
            draw_document.later(key=f"document:{document_id}", document_id=document_id)

    def renew(self, record: Identified, *, language: str, sequence: int = 0) -> None:
        """Promise it again because what it says has changed."""
        db.session.execute(
            sa.delete(Document).where(
                *_about(self.code, record), Document.sequence == sequence, Document.language == language
            )
        )
        self.request(record, language=language, sequence=sequence)

    def ensured(self, record: Identified) -> Document | None:
        """Give the record's latest document of this kind, drawn now if it was not yet. Outside any transaction."""
        promised = latest(self.code, record)
        return ensure(promised.id) if promised else None


_documents: dict[str, DeclaredDocument] = {}


def document(
    code: str,
    label: str,
    *,
    filename: Callable[[Any], str],
    template: str,
    context: Callable[[Any], dict[str, Any] | None],
    keep_years: int,
) -> DeclaredDocument:
    """Declare a kind of document."""
    declared = _documents[code] = DeclaredDocument(code, label, filename, template, context, keep_years)
    return declared


def documents() -> dict[str, DeclaredDocument]:
    """Give every declared kind of document by its code."""
    return _documents


# --- reading --------------------------------------------------------------------------------------------------


def documents_about(record: Identified) -> list[Document]:
    """List the documents of a record, newest first."""
    query = sa.select(Document).where(Document.subject_kind == record.kind(), Document.subject_id == record.id)
    return list(db.session.scalars(query.order_by(Document.created_at.desc(), Document.id.desc())))


def latest(code: str, record: Identified) -> Document | None:
    """Give the newest document of one kind, in whatever state it stands."""
    query = sa.select(Document).where(*_about(code, record))
    newest = query.order_by(Document.sequence.desc(), Document.created_at.desc()).limit(1)
    return db.session.scalars(newest).first()


def send(stored: Document) -> Response:
    """Answer with a document that is ready, as an attachment."""
    if stored.file is None:
        raise LookupError(f"document {stored.id} has no file")
    return files.send_stored(stored.file, stored.filename)


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
        context = declared.context(record) if record is not None else None
        if context is None:
            _forget(document_id)
            return None
        try:
            content = _drawn(declared, context, promised.language)
        except printing.PrintingUnavailable as missing:
            return _fail(document_id, str(missing))
    return _keep(document_id, content, declared.filename(record))


def _drawn(declared: DeclaredDocument, context: dict[str, Any], language: str) -> bytes:
    template = current_app.jinja_env.get_template(declared.template)
    return printing.pdf(template.render({"language": language, **context}), archive=context.get("archive"))


def _keep(document_id: UUID, content: bytes, filename: str) -> Document | None:
    with transaction():
        drawn = db.session.get(Document, document_id)
        if drawn is not None and drawn.state is DocumentState.WAITING:
            drawn.file = files.keep(content, PDF)
            drawn.filename, drawn.state, drawn.ready_at = filename, DocumentState.READY, clock.now()
    return drawn


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
