"""What the house remembers of its guests: tags, preferences, notes; and what it must know of their health."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Person
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_


class TagTone(Choice):
    """The colour of a tag, by the name a badge knows it by."""

    NEUTRAL = "neutral", N_("Gris")
    PRIMARY = "primary", N_("Sapin")
    INFO = "info", N_("Bleu")
    WARNING = "warning", N_("Ocre")
    DANGER = "danger", N_("Brique")


class GuestTag(Identified, Base):
    """A word the house puts on guests: VIP, regular, pram."""

    __tablename__ = "guest_tags"

    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    tone: Mapped[TagTone] = mapped_column(default=TagTone.NEUTRAL)
    created_at: Mapped[datetime]

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.name


class GuestTagging(Base):
    """A tag on a guest."""

    __tablename__ = "guest_taggings"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("guest_tags.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    given_at: Mapped[datetime]

    tag: Mapped[GuestTag] = relationship(lazy="joined")


class GuestProfile(Base):
    """What a guest likes, and the day of their birthday; never the year."""

    __tablename__ = "guest_profiles"
    __table_args__ = (
        sa.CheckConstraint("(birth_day IS NULL) = (birth_month IS NULL)", name="birthday"),
        sa.CheckConstraint("birth_day BETWEEN 1 AND 31 AND birth_month BETWEEN 1 AND 12", name="birth_date"),
    )

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    area: Mapped[str] = mapped_column(sa.String(40), default="")
    table_code: Mapped[str] = mapped_column(sa.String(40), default="")
    wishes: Mapped[str] = mapped_column(sa.String(300), default="")
    birth_day: Mapped[int | None]
    birth_month: Mapped[int | None]
    changed_at: Mapped[datetime]


class GuestNote(Identified, Base):
    """A note the team keeps about a guest, from one visit to the next."""

    __tablename__ = "guest_notes"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    author: Mapped[str] = mapped_column(sa.String(200))
    written_at: Mapped[datetime]


class HealthNature(Choice):
    """What a mention of health is about."""

    ALLERGY = "allergy", N_("Allergie")
    DIET = "diet", N_("Régime")
    ACCESS = "access", N_("Fauteuil roulant, accès")
    OTHER = "other", N_("Autre")


class HealthMention(Identified, Base):
    """What the house must know of a guest's health to receive them well. They agreed to its being kept."""

    __tablename__ = "guest_health_mentions"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    nature: Mapped[HealthNature]
    text: Mapped[str] = mapped_column(sa.String(300))
    consent_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(200))

    person: Mapped[Person] = relationship()
