"""Writing the trail out: whole, or an extract, with all that its seals cover, so that it is verified far from here."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.kernel.audit.entries import GENESIS, AuditEntry, AuditHead
from app.kernel.db import db

FORMAT = "guichet-audit-1"
PIECE = 1000

Head = tuple[int, str]


@dataclass(frozen=True)
class Extract:
    """A run of entries: those that follow number `after`, up to number `last`."""

    after: int
    last: int

    def __len__(self) -> int:
        """Count its entries."""
        return self.last - self.after


def extract_between(since: datetime | None, before: datetime | None) -> Extract:
    """Give the shortest run that holds every entry written from an instant on, and before another."""
    of_that_time = [AuditEntry.at >= since] if since else []
    of_that_time += [AuditEntry.at < before] if before else []
    ends = sa.select(sa.func.min(AuditEntry.number), sa.func.max(AuditEntry.number)).where(sa.true(), *of_that_time)
    first, last = db.session.execute(ends).one()
    return Extract(first - 1, last) if last else Extract(0, 0)


def written(extract: Extract | None = None) -> Iterator[str]:
    """Write the trail as lines of JSON, in pieces: its head, then each entry with all that its hash covers."""
    number, last_hash = head()
    after, begins = 0, {}
    if extract is not None:
        after, number, last_hash = extract.after, extract.last, hash_of(extract.last)
        begins = {"after": after, "after_hash": hash_of(after)}
    yield _line({"format": FORMAT, "number": number, "hash": last_hash, **begins})
    while after < number:
        piece = list(rows(after, min(after + PIECE, number)))
        db.session.rollback()
        yield "".join(
            _line({**row, "at": row["at"].isoformat(), "forgotten_at": _iso(row["forgotten_at"])}) for row in piece
        )
        after = min(after + PIECE, number)


def head() -> Head:
    """Give the last number and hash of the chain, as the database says them."""
    found = db.session.execute(sa.select(AuditHead.number, AuditHead.hash).where(AuditHead.id == 1)).first()
    return (found.number, found.hash) if found else (0, GENESIS)


def hash_of(number: int) -> str:
    """Give the hash of an entry; of none before the first, the beginning of the chain."""
    found: str = db.session.scalar(sa.select(AuditEntry.hash).where(AuditEntry.number == number)) or GENESIS
    return found


def rows(after: int = 0, until: int | None = None) -> Iterator[Mapping[str, Any]]:
    """Read the entries after one number, up to another, by their columns."""
    query = sa.select(*AuditEntry.__table__.columns).where(AuditEntry.number > after).order_by(AuditEntry.number)
    if until is not None:
        query = query.where(AuditEntry.number <= until)
    for row in db.session.execute(query.execution_options(yield_per=PIECE)).mappings():
        yield dict(row)


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True) + "\n"


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
