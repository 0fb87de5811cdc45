"""Storage: contents under their SHA-256, in a folder of this machine or in a bucket that speaks S3 (`STORAGE_URL`)."""

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from app.kernel.disk import whole_file

PIECE = 1024 * 1024
NOWHERE = "0" * 64  # the digest of nothing: asked for only to see whether the storage answers


class FileMissing(Exception):
    """The bytes of a known file are gone, or are no longer what they were."""


class StorageDown(OSError):
    """The storage does not answer, or refuses us: nothing is lost, and it is worth another try."""


class Storage(ABC):
    """Contents, each under its digest. The same content is kept once; a reader never sees half of one."""

    def put(self, content: bytes) -> str:
        """Keep a content and give its digest."""
        digest = hashlib.sha256(content).hexdigest()
        self.write(digest, content)
        return digest

    def get(self, digest: str) -> bytes:
        """Give a content back, as it was put. Raises FileMissing."""
        return b"".join(self.pieces(digest))

    def pieces(self, digest: str) -> Iterator[bytes]:
        """Give it piece by piece; the last is held back until the whole has proved to be what was put."""
        seen, held = hashlib.sha256(), b""
        for piece in self.read(digest):
            if held:
                yield held
            seen.update(piece)
            held = piece
        if seen.hexdigest() != digest:
            raise FileMissing(digest)
        yield held

    @abstractmethod
    def write(self, digest: str, content: bytes) -> None:
        """Put bytes under a digest, whole or not at all."""

    @abstractmethod
    def read(self, digest: str) -> Iterator[bytes]:
        """Give the bytes as they stand. Raises FileMissing."""

    @abstractmethod
    def remove(self, digest: str) -> None:
        """Delete a content, if it is there."""

    def answers(self) -> None:
        """See that the storage can be reached. Raises StorageDown."""
        try:
            next(self.read(NOWHERE), None)
        except FileMissing:
            return


class Folder(Storage):
    """A folder of this machine, outside the web root: `ab/ab12…`."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made at the first file."""
        self.folder = folder

    def write(self, digest: str, content: bytes) -> None:
        """Put bytes under a digest, on the disk before it is said."""
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as draft, draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())

    def read(self, digest: str) -> Iterator[bytes]:
        """Give the bytes as they stand. Raises FileMissing."""
        try:
            file = self._path(digest).open("rb")
        except FileNotFoundError:
            raise FileMissing(digest) from None
        with file:
            while piece := file.read(PIECE):
                yield piece

    def remove(self, digest: str) -> None:
        """Delete a content, if it is there."""
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


class Bucket(Storage):
    """A bucket of an S3 server, read and written by obstore, which is loaded where there is one."""

    def __init__(self, url: str) -> None:
        """Keep where it is and by which key: `s3://key:secret@host/bucket/prefix?region=…`."""
        import obstore  # noqa: PLC0415 - fifteen megabytes: only where files stand in a bucket

        parts = urlsplit(url)
        bucket, _slash, self.prefix = parts.path.strip("/").partition("/")
        is_plain = parts.scheme == "s3+http"
        self.obstore = obstore
        self.bucket: Any = obstore.store.S3Store(
            bucket,
            prefix=self.prefix or None,
            endpoint=f"{'http' if is_plain else 'https'}://{parts.netloc.rpartition('@')[2]}",
            region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
            access_key_id=unquote(parts.username or ""),
            secret_access_key=unquote(parts.password or ""),
            virtual_hosted_style_request=False,
            disable_bulk_delete=True,  # DELETE is spoken by every server, POST ?delete by some
            client_options={"allow_http": is_plain, "connect_timeout": "3s", "timeout": "30s"},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
        )

    def write(self, digest: str, content: bytes) -> None:
        """Put bytes under a digest; S3 shows an object whole or not at all."""
        with self._telling(digest):
            self.obstore.put(self.bucket, _key(digest), content, use_multipart=False)

    def read(self, digest: str) -> Iterator[bytes]:
        """Give the bytes as they stand. Raises FileMissing."""
        with self._telling(digest):
            for piece in self.obstore.get(self.bucket, _key(digest)).stream(min_chunk_size=PIECE):
                yield bytes(piece)

    def remove(self, digest: str) -> None:
        """Delete a content, if it is there."""
        with self._telling(digest):
            self.obstore.delete(self.bucket, _key(digest))

    @contextmanager
    def _telling(self, digest: str) -> Iterator[None]:
        errors = self.obstore.exceptions
        try:
            yield
        except (errors.NotFoundError, FileNotFoundError):
            raise FileMissing(digest) from None
        except (errors.BaseError, OSError, ValueError) as error:
            raise StorageDown(f"{type(error).__name__} for {digest[:8]}") from None  # its words may hold the address


@lru_cache(maxsize=8)
def opened(url: str) -> Storage:
    """Give the storage an address of the configuration names."""
    parts = urlsplit(url)
    return Folder(Path(unquote(parts.path))) if parts.scheme == "file" else Bucket(url)


def _key(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
