"""Files: kept by the hash of their content, outside the web root, given out as attachments only."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Response, current_app, request
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Base, db, insert_missing
from app.kernel.disk import whole_file

ATTACHMENT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


class StoredFile(Base):
    """What is known of one content. Its bytes stand under its digest; the same content is kept once."""

    __tablename__ = "stored_files"
    __table_args__ = (sa.CheckConstraint("size >= 0", name="size"),)

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    created_at: Mapped[datetime]


class FileMissing(Exception):
    """The bytes of a known file are gone, or are no longer what they were."""


class Storage:
    """A folder of contents, each under its SHA-256: `ab/ab12…`."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made at the first file."""
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep a content and give its digest; a reader never sees half a file."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as draft, draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        return digest

    def get(self, digest: str) -> bytes:
        """Give a content back, as it was put. Raises FileMissing."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise FileMissing(digest) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileMissing(digest)
        return content

    def remove(self, digest: str) -> None:
        """Delete a content, if it is there."""
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def storage() -> Storage:
    """Give the storage of this installation."""
    return Storage(Path(current_app.config["DATA_DIR"]) / "files")


def keep(content: bytes, media_type: str) -> StoredFile:
    """Keep a content and its row; a content that is already there keeps its first row."""
    digest = storage().put(content)
    insert_missing(StoredFile, digest=digest, size=len(content), media_type=media_type, created_at=clock.now())
    return db.session.get_one(StoredFile, digest)


def content_of(file: StoredFile) -> bytes:
    """Read a stored file. Raises FileMissing."""
    return storage().get(file.digest)


def send_stored(file: StoredFile, filename: str) -> Response:
    """Answer with a stored file, as an attachment under a policy of its own."""
    response = send_attachment(content_of(file), file.media_type, filename)
    response.set_etag(file.digest)
    response.make_conditional(request)
    return response


def send_attachment(content: bytes, media_type: str, filename: str) -> Response:
    """Answer with bytes that a browser saves and never runs."""
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    return response
