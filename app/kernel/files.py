"""Files: kept by the hash of their content, outside the web root, given out as attachments only."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import sqlalchemy as sa
from flask import Response, current_app, request
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Base, db, insert_missing, new_id, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.kernel.storage import Storage, StorageDown, opened

ORPHANS_KEPT = timedelta(days=1)  # a form may still be on its way to name what it brought
ATTACHMENT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


class StoredFile(Base):
    """What is known of one content. Its bytes stand under its digest; the same content is kept once."""

    __tablename__ = "stored_files"
    __table_args__ = (sa.CheckConstraint("size >= 0", name="size"),)

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    created_at: Mapped[datetime]


_citations: list[InstrumentedAttribute[Any]] = []


def cited_by(column: InstrumentedAttribute[Any]) -> None:
    """Declare a column that holds digests: a file it names is kept."""
    _citations.append(column)


def citing() -> list[sa.Column[Any]]:
    """Give the declared columns."""
    return [column.property.columns[0] for column in _citations]


def is_cited() -> sa.ColumnElement[bool]:
    """Tell, in a query over files, whether anything names the file."""
    return sa.or_(*(sa.select(column).where(column == StoredFile.digest).exists() for column in _citations))


def orphans(before: datetime) -> sa.Select[Any]:
    """Select the files kept before an instant that nothing names: what the sweep removes."""
    return sa.select(StoredFile).where(StoredFile.created_at < before, ~is_cited())


def storage() -> Storage:
    """Give the storage of this installation."""
    return opened(current_app.config["STORAGE_URL"])


def keep(content: bytes, media_type: str) -> StoredFile:
    """Keep a content and its row; a content that is already there keeps its first row."""
    return note(storage().put(content), len(content), media_type)


def note(digest: str, size: int, media_type: str) -> StoredFile:
    """Keep the row of a content that was put before: the way of a storage at the other end of a network."""
    insert_missing(StoredFile, digest=digest, size=size, media_type=media_type, created_at=clock.now())
    return db.session.get_one(StoredFile, digest)


def content_of(file: StoredFile) -> bytes:
    """Read a stored file. Raises FileMissing."""
    return storage().get(file.digest)


def remove(digests: Collection[str]) -> None:
    """Delete the bytes of files that have no row any more; what the storage cannot do now is promised."""
    try:
        _remove(digests)
    except StorageDown:
        with transaction():
            remove_files.later(key=f"remove:{new_id()}", digests=list(digests))


def _remove(digests: Collection[str]) -> None:
    known = set(db.session.scalars(sa.select(StoredFile.digest).where(StoredFile.digest.in_(digests))))
    for digest in sorted(set(digests) - known):  # the same content may have come back meanwhile
        storage().remove(digest)


@job("kernel.remove_files", N_("Supprimer des fichiers que le stockage n’a pas pu supprimer"))
def remove_files(digests: list[str]) -> None:
    """Delete the bytes of files that have no row any more."""
    _remove(digests)


def send_stored(file: StoredFile, filename: str) -> Response:
    """Answer with a stored file, as an attachment under a policy of its own."""
    pieces = storage().pieces(file.digest)
    first = next(pieces)  # what is missing is said before the answer begins
    response = send_attachment(chain([first], pieces), file.media_type, filename)
    response.content_length = file.size
    response.set_etag(file.digest)
    response.make_conditional(request)
    return response


def send_attachment(content: bytes | Iterator[bytes], media_type: str, filename: str) -> Response:
    """Answer with bytes, or pieces of them, that a browser saves and never runs."""
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    return response
