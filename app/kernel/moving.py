"""Moving: the files that stayed in another storage are copied to the one that is configured, each proved by its digest.

Safe to run twice, to stop and to begin again, and while the house is open: what is there already is read and left, what
came damaged is replaced, and nothing is taken from where it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.files import StoredFile
from app.kernel.storage import FileMissing, Storage

AT_ONCE = 200


class Outcome(Enum):
    """What became of one file."""

    THERE = "there"
    COPIED = "copied"
    LOST = "lost"


@dataclass(frozen=True)
class Moved:
    """One known file, its size in bytes, and what became of it."""

    digest: str
    size: int
    outcome: Outcome


def brought(source: Storage, target: Storage) -> Iterator[Moved]:
    """Copy every known file that `target` does not hold whole; say what became of each, as it goes.

    Outside any transaction. Raises StorageDown where one of them does not answer: the next run goes on from there.
    """
    for digest, size in _known():
        if _holds(target, digest):
            yield Moved(digest, size, Outcome.THERE)
            continue
        try:
            content = source.get(digest)
        except FileMissing:
            yield Moved(digest, size, Outcome.LOST)
            continue
        target.remove(digest)  # a folder never writes over what stands there, even damaged
        target.put(content)
        if not _is_known(digest):  # swept while it was on its way
            target.remove(digest)
        yield Moved(digest, size, Outcome.COPIED)


def _known() -> Iterator[tuple[str, int]]:
    """Give the known files by their digests, in pieces: copying takes hours, and holds no transaction open."""
    last = ""
    while True:
        query = sa.select(StoredFile.digest, StoredFile.size).where(StoredFile.digest > last)
        found = db.session.execute(query.order_by(StoredFile.digest).limit(AT_ONCE)).all()
        db.session.rollback()
        yield from found
        if not found:
            return
        last = found[-1][0]


def _holds(storage: Storage, digest: str) -> bool:
    """Read a file whole, and tell whether it is what was put."""
    try:
        for _piece in storage.pieces(digest):
            continue
    except FileMissing:
        return False
    return True


def _is_known(digest: str) -> bool:
    is_known = db.session.get(StoredFile, digest) is not None
    db.session.rollback()
    return is_known
