"""The audit trail: append-only, written in the transaction it speaks of, each entry sealed to the one before.

An entry's hash covers its number, instant, fact, subject and the digest of what it says of people, and the hash of
the entry before it. The head of the chain is kept outside the database as well (AUDIT_HEAD_FILE), so that a trail cut
short is found too. What is said of people enters by a salted digest, so that a person can be forgotten and the chain
still hold.
"""

import fcntl
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, g, has_request_context, request
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import Base, after_commit, before_commit, db, put_aside

GENESIS = "0" * 64


class AuditEntry(Base):
    """Who did what, to what, when and from where. `number` grows by one, without holes."""

    __tablename__ = "audit_entries"
    __table_args__ = (sa.Index(None, "subject_kind", "subject_id", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    fact: Mapped[str] = mapped_column(sa.String(80))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[str] = mapped_column(sa.String(40))
    actor_kind: Mapped[str] = mapped_column(sa.String(20))
    actor_id: Mapped[str] = mapped_column(sa.String(80))
    actor_label: Mapped[str] = mapped_column(sa.String(200))
    details: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(sa.String(20))
    request_id: Mapped[str] = mapped_column(sa.String(40))
    address: Mapped[str] = mapped_column(sa.String(45))
    salt: Mapped[str] = mapped_column(sa.String(32))
    digest: Mapped[str] = mapped_column(sa.String(64))
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    def content_digest(self) -> str:
        """Digest what the entry says of people and things, with its salt."""
        said = [self.actor_label, self.details, self.address, self.salt]
        return hashlib.sha256(_canonical(said)).hexdigest()

    def sealed_hash(self) -> str:
        """Compute the hash that seals this entry to the one before it."""
        sealed = [
            self.number,
            self.at.isoformat(),
            self.fact,
            self.subject_kind,
            self.subject_id,
            self.actor_kind,
            self.actor_id,
            self.source,
            self.request_id,
            self.digest,
            self.previous_hash,
        ]
        return hashlib.sha256(_canonical(sealed)).hexdigest()


class AuditHead(Base):
    """The last number and hash of the chain; its one row is the lock under which entries are numbered."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


def record(fact: str, subject: Any, actor: Actor, details: dict[str, Any]) -> None:
    """Put an entry aside; the end of the transaction numbers and seals it."""
    entry = AuditEntry(
        at=clock.now(),
        fact=fact,
        subject_kind=subject.kind(),
        subject_id=str(subject.id),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        details=details,
        source=_source(actor),
        request_id=getattr(g, "request_id", ""),
        address=truncated_address(request.remote_addr) if has_request_context() else "",
        salt=secrets.token_hex(16),
    )
    before_commit(_seal)
    put_aside().setdefault("audit_entries", []).append(entry)


def _source(actor: Actor) -> str:
    if actor.kind == "api":
        return "api"
    return "page" if has_request_context() else "job"


def _seal(session: Session) -> None:
    entries: list[AuditEntry] = put_aside().pop("audit_entries", [])
    head = session.scalars(sa.select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()
    for entry in entries:
        entry.number, entry.previous_hash = head.number + 1, head.hash
        entry.digest = entry.content_digest()
        entry.hash = entry.sealed_hash()
        head.number, head.hash = entry.number, entry.hash
        session.add(entry)
    session.flush()
    number, head_hash, path = head.number, head.hash, Path(current_app.config["AUDIT_HEAD_FILE"])
    after_commit(lambda: _write_head(path, number, head_hash))


def truncated_address(address: str | None) -> str:
    """Shorten an address so that it names a network and no household (CNIL's advice: /24, /48)."""
    if not address:
        return ""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    return ".".join(address.split(".")[:3]) + ".0"


def _write_head(path: Path, number: int, head_hash: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if _parse_head(file.read())[0] < number:
            file.truncate(0)
            file.write(f"{number} {head_hash}\n")


def _parse_head(text: str) -> tuple[int, str]:
    number, _space, head_hash = text.strip().partition(" ")
    return (int(number), head_hash) if number.isdigit() else (0, GENESIS)


# --- reading --------------------------------------------------------------------------------------------------


def entries_on(subject_kind: str, subject_id: UUID, limit: int = 200) -> list[AuditEntry]:
    """Give the last entries about one record, newest first."""
    query = sa.select(AuditEntry).where(
        AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == str(subject_id)
    )
    return list(db.session.scalars(query.order_by(AuditEntry.number.desc()).limit(limit)))


@dataclass(frozen=True)
class Verdict:
    """What a verification found: how many entries it read, and what is wrong, if anything."""

    entries: int
    problems: list[str]


def verify(head_file: Path | None = None) -> Verdict:
    """Walk the whole chain: find an entry edited, removed, inserted, or a trail cut short."""
    problems: list[str] = []
    kept_number, kept_hash = _kept_head(head_file)
    expected, previous, seen_kept_head = 1, GENESIS, kept_number == 0
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000))
    for entry in entries:
        if entry.number != expected:
            problems.append(f"entries {expected} to {entry.number - 1} are missing")
        if entry.previous_hash != previous:
            problems.append(f"entry {entry.number} does not follow the one before it")
        if entry.digest != entry.content_digest() or entry.hash != entry.sealed_hash():
            problems.append(f"entry {entry.number} was changed")
        if entry.number == kept_number:
            seen_kept_head = entry.hash == kept_hash
        expected, previous = entry.number + 1, entry.hash
    head = db.session.get(AuditHead, 1)
    if head is not None and (head.number, head.hash) != (expected - 1, previous):
        problems.append(f"the trail ends at entry {expected - 1}, its head says {head.number}")
    if not seen_kept_head:
        problems.append(f"the head kept outside the database (entry {kept_number}) is not in the trail")
    return Verdict(expected - 1, problems)


def _kept_head(path: Path | None) -> tuple[int, str]:
    path = path or Path(current_app.config["AUDIT_HEAD_FILE"])
    return _parse_head(path.read_text(encoding="ascii")) if path.exists() else (0, GENESIS)


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
