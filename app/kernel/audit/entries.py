"""The entries of the trail, and what seals them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.kernel.choices import Choice
from app.kernel.db import Base, db
from app.kernel.languages import N_

GENESIS = "0" * 64

# What an entry says of people: it enters the hash by its digest only, and can be forgotten.
CONTENT = ("actor_label", "details", "address", "salt")
# What entries have said since: part of the digest where it says something, so that older entries keep theirs.
LATER_CONTENT = ("changes", "subject_label", "on_behalf_id", "on_behalf_label")


class AuditSource(Choice):
    """By which way an act came."""

    PAGE = "page", N_("Page")
    API = "api", N_("API")
    JOB = "job", N_("Travail")
    IMPORT = "import", N_("Import")


class AuditEntry(Base):
    """Who did what, to what, when and from where. `number` grows by one, without holes.

    `changes` says before and after ({field: [old, new]}); `on_behalf_…` for whom the actor acted, if for somebody
    else. An entry that was forgotten says nothing of people any more, and the chain still holds.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.Index(None, "subject_kind", "subject_id", "number"),
        sa.Index(None, "subject_kind", "number"),
        sa.Index(None, "subject_label", "number"),
        sa.Index(None, "actor_id", "number"),
        sa.Index(
            "ix_audit_entries_on_behalf",
            "on_behalf_id",
            "number",
            sqlite_where=sa.text("on_behalf_id <> ''"),
            postgresql_where=sa.text("on_behalf_id <> ''"),
        ),
        sa.Index(None, "fact", "number"),
        sa.Index(None, "source", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    fact: Mapped[str] = mapped_column(sa.String(80))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[str] = mapped_column(sa.String(40))
    subject_label: Mapped[str] = mapped_column(sa.String(200), default="")
    actor_kind: Mapped[str] = mapped_column(sa.String(20))
    actor_id: Mapped[str] = mapped_column(sa.String(80))
    actor_label: Mapped[str] = mapped_column(sa.String(200))
    on_behalf_id: Mapped[str] = mapped_column(sa.String(80), default="")
    on_behalf_label: Mapped[str] = mapped_column(sa.String(200), default="")
    details: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source: Mapped[str] = mapped_column(sa.String(20))
    request_id: Mapped[str] = mapped_column(sa.String(40))
    address: Mapped[str] = mapped_column(sa.String(45))
    salt: Mapped[str] = mapped_column(sa.String(32))
    digest: Mapped[str] = mapped_column(sa.String(64))
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    forgotten_at: Mapped[datetime | None]

    id = synonym("number")

    @classmethod
    def done_by(cls, actor_ids: Iterable[str]) -> sa.ColumnElement[bool]:
        """Select what these actors did, and what was done for them."""
        ids = list(actor_ids)
        return sa.or_(
            cls.actor_id.in_(ids), sa.and_(cls.on_behalf_id != sa.literal_column("''"), cls.on_behalf_id.in_(ids))
        )

    def content_digest(self) -> str:
        """Digest what the entry says of people and things, with its salt."""
        return content_digest(self._values())

    def sealed_hash(self) -> str:
        """Compute the hash that seals this entry to the one before it."""
        return sealed_hash(self._values())

    def _values(self) -> dict[str, Any]:
        return {column.key: getattr(self, column.key) for column in sa.inspect(AuditEntry).column_attrs}


class AuditHead(Base):
    """The last number and hash of the chain; its one row is the lock under which entries are numbered."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


def content_digest(values: Mapping[str, Any]) -> str:
    """Digest what an entry, given by its columns, says of people and things."""
    said: list[Any] = [values[name] for name in CONTENT]
    later = {name: values[name] for name in LATER_CONTENT if values.get(name)}
    return hashlib.sha256(_canonical([*said, later] if later else said)).hexdigest()


def sealed_hash(values: Mapping[str, Any]) -> str:
    """Compute the hash that seals an entry, given by its columns, to the one before it."""
    at = values["at"]
    sealed = [
        values["number"],
        at.isoformat() if isinstance(at, datetime) else at,
        values["fact"],
        values["subject_kind"],
        values["subject_id"],
        values["actor_kind"],
        values["actor_id"],
        values["source"],
        values["request_id"],
        values["digest"],
        values["previous_hash"],
    ]
    return hashlib.sha256(_canonical(sealed)).hexdigest()


def says_nothing(values: Mapping[str, Any]) -> bool:
    """Tell whether an entry says nothing of people any more."""
    return not any(values.get(name) for name in (*CONTENT, *LATER_CONTENT))


def entries_on(subject_kind: str, subject_id: UUID, limit: int = 200) -> list[AuditEntry]:
    """Give the last entries about one record, newest first."""
    query = sa.select(AuditEntry).where(
        AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == str(subject_id)
    )
    return list(db.session.scalars(query.order_by(AuditEntry.number.desc()).limit(limit)))


def truncated_address(address: str | None) -> str:
    """Shorten an address so that it names a network and no household (CNIL's advice: /24, /48)."""
    if not address:
        return ""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    return ".".join(address.split(".")[:3]) + ".0"


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
