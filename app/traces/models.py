"""AuditVerification, PersonalArchive, RetentionRun."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Person
from app.kernel.audit import Problem
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_


class AuditVerification(Identified, Base):
    """One verification of the trail: how far it read, the last seal, and what was wrong."""

    __tablename__ = "audit_verifications"

    at: Mapped[datetime] = mapped_column(index=True)
    entries: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
    problems_count: Mapped[int]
    problems: Mapped[dict[str, Any]]

    @property
    def is_sound(self) -> bool:
        """Tell whether the chain held."""
        return self.problems_count == 0

    @property
    def sentences(self) -> list[str]:
        """Say what was wrong, in the reader's language."""
        return [str(Problem(**found)) for found in self.problems.get("found", [])]


class ArchiveState(Choice):
    """How far an archive has come."""

    WAITING = "waiting", N_("En préparation")
    READY = "ready", N_("Prête")
    FAILED = "failed", N_("Échec")
    EXPIRED = "expired", N_("Expirée")


class PersonalArchive(Identified, Base):
    """All that the house knows of one person, as a file made by a job and kept for some days."""

    __tablename__ = "personal_archives"
    __table_args__ = (sa.CheckConstraint("(state = 'ready') = (file_name IS NOT NULL)", name="file_name"),)

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    asked_by: Mapped[str] = mapped_column(sa.String(80))
    language: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[ArchiveState] = mapped_column(default=ArchiveState.WAITING)
    file_name: Mapped[str | None] = mapped_column(sa.String(80))
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")


class RetentionRun(Base):
    """The last time a rule of retention was applied, and to how many rows."""

    __tablename__ = "retention_runs"

    rule: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    at: Mapped[datetime]
    rows: Mapped[int]
