"""Writing the trail: entries are put aside during a transaction, numbered and sealed at its end."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app, g, has_request_context, request
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.audit.entries import GENESIS, AuditEntry, AuditHead, AuditSource, truncated_address
from app.kernel.db import after_commit, before_commit, put_aside

log = structlog.get_logger()
_way: ContextVar[AuditSource | None] = ContextVar("way", default=None)


@contextmanager
def coming_from(source: AuditSource) -> Iterator[None]:
    """Say by which way the acts of this block come, where nothing else tells: a file that is read in."""
    token = _way.set(source)
    try:
        yield
    finally:
        _way.reset(token)


def record(
    fact: str, subject: Any, actor: Actor, details: dict[str, Any], changes: dict[str, Any] | None = None
) -> None:
    """Put an entry aside; the end of the transaction numbers and seals it."""
    behalf = actor.on_behalf_of
    entry = AuditEntry(
        at=clock.now(),
        fact=fact,
        subject_kind=subject.kind(),
        subject_id=str(subject.id),
        subject_label=str(getattr(subject, "trail_name", ""))[:200],
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        on_behalf_id=behalf.id if behalf else "",
        on_behalf_label=behalf.label[:200] if behalf else "",
        details=details,
        changes=changes or {},
        source=_source(actor).value,
        request_id=getattr(g, "request_id", ""),
        address=truncated_address(request.remote_addr) if has_request_context() else "",
        salt=secrets.token_hex(16),
    )
    before_commit(_seal)
    put_aside().setdefault("audit_entries", []).append(entry)


def _source(actor: Actor) -> AuditSource:
    way = _way.get()
    if way is not None:
        return way
    if actor.kind == "api":
        return AuditSource.API
    return AuditSource.PAGE if has_request_context() else AuditSource.JOB


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
    after_commit(lambda: write_head(path, number, head_hash))


# --- the head, outside the database ---------------------------------------------------------------------------


def write_head(path: Path, number: int, head_hash: str) -> None:
    """Keep the head in its file, unless a later one stands there.

    It is written over the one before, in the same place, and what was committed stays so when it cannot be: the next
    entry tries again, and the verification finds the older head in the chain all the same.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _parse_head(file.read())[0] < number:
                file.seek(0)
                file.write(f"{number} {head_hash}\n")
                file.truncate()
    except OSError as error:
        log.error("audit_head_not_kept", number=number, error=type(error).__name__, why=error.strerror)  # noqa: TRY400


def kept_head(path: Path) -> tuple[int, str]:
    """Read the head kept in a file; the beginning of the chain where there is none."""
    return _parse_head(path.read_text(encoding="ascii")) if path.exists() else (0, GENESIS)


def _parse_head(text: str) -> tuple[int, str]:
    number, _space, head_hash = text.strip().partition(" ")
    return (int(number), head_hash) if number.isdigit() else (0, GENESIS)
