"""Feedback."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment, Person
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_, _

LONGEST_TEXT = 2000


class FeedbackKind(Choice):
    """What somebody wants to say."""

    IDEA = "idea", N_("Une idée")
    PROBLEM = "problem", N_("Un problème")
    THANKS = "thanks", N_("Un merci")


class FeedbackState(Choice):
    """How far the team has come with it."""

    NEW = "new", N_("Nouveau")
    READ = "read", N_("Lu")
    HANDLED = "handled", N_("Traité")


@dataclass(frozen=True)
class Said:
    """What somebody typed, from which page, in which language."""

    kind: FeedbackKind
    text: str
    page: str
    email: str
    language: str


class Feedback(Identified, Base):
    """What somebody said, from which page, with an address only if they want an answer."""

    __tablename__ = "feedback"
    __table_args__ = (sa.Index(None, "created_at", "id"),)

    establishment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("establishments.id"), index=True)
    nature: Mapped[FeedbackKind]
    text: Mapped[str] = mapped_column(sa.Text)
    search_text: Mapped[str] = mapped_column(sa.String(500))
    page: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(254))
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[FeedbackState] = mapped_column(default=FeedbackState.NEW)
    team_note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]

    establishment: Mapped[Establishment | None] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by its kind, which says nothing of anybody."""
        return self.nature.source_label

    @property
    def author(self) -> str:
        """Say who left it, as far as it is known."""
        return self.person.full_name if self.person else _("Quelqu’un sans compte")

    @property
    def beginning(self) -> str:
        """Give the first words, on one line."""
        words = " ".join(self.text.split())
        return words if len(words) <= 120 else f"{words[:119]}…"
