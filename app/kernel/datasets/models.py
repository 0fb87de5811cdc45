"""Saved views and prepared exports."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_, _

EVERYBODY = ""


class SavedView(Identified, Base):
    """Filters, columns and order of a dataset kept under a name, for one user or (owner null) for all.

    `asked` holds arguments, not conditions: "demain" stays tomorrow, and what no longer exists is left aside.
    """

    __tablename__ = "saved_views"
    __table_args__ = (sa.Index(None, "dataset", "owner_id", "position"),)

    dataset: Mapped[str] = mapped_column(sa.String(40))
    owner_id: Mapped[str | None] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80))
    asked: Mapped[dict[str, Any]]
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    @property
    def label(self) -> str:
        """Give its name; the shared views a house begins with are named in the reader's language."""
        return _(self.name) if self.is_shared else self.name

    @property
    def is_shared(self) -> bool:
        """Tell whether everybody who opens the dataset sees it."""
        return self.owner_id is None


class DefaultView(Base):
    """The view a list opens with, for one user or (holder "") for all who chose none."""

    __tablename__ = "default_views"

    dataset: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    view_id: Mapped[UUID] = mapped_column(sa.ForeignKey("saved_views.id", ondelete="CASCADE"), index=True)


class ExportState(Choice):
    """How far an export has come."""

    WAITING = "waiting", N_("En attente")
    RUNNING = "running", N_("En préparation")
    DONE = "done", N_("Prêt")
    FAILED = "failed", N_("Échec")
    EXPIRED = "expired", N_("Expiré")


class DatasetExport(Identified, Base):
    """A workbook too long to wait for: asked, written by a job, fetched by its owner, gone after some days.

    `arguments` are those of the screen, `rights` those of its owner when it was asked ({code: [[kind, id]]}), so
    that the file holds what the screen showed. Whether the owner may still read it is asked again at download.
    """

    __tablename__ = "dataset_exports"
    __table_args__ = (
        sa.CheckConstraint("(state = 'done') = (file_name IS NOT NULL)", name="file_name"),
        sa.Index(None, "state", "expires_at"),
    )

    dataset: Mapped[str] = mapped_column(sa.String(40))
    owner_id: Mapped[str] = mapped_column(sa.String(40), index=True)
    owner_label: Mapped[str] = mapped_column(sa.String(200))
    person_id: Mapped[UUID | None]
    rights: Mapped[dict[str, Any]]
    arguments: Mapped[dict[str, Any]]
    language: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[ExportState] = mapped_column(default=ExportState.WAITING)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int]
    file_name: Mapped[str | None] = mapped_column(sa.String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
