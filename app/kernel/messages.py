"""Messages: what leaves the house, one row for each, and every try at sending it with what was answered.

The text is rendered when the message leaves and never kept here; the channel says which way it goes.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_


class Channel(Choice):
    """By which way a message goes."""

    EMAIL = "email", N_("E-mail")
    SMS = "sms", N_("SMS")
    PUSH = "push", N_("Appareil")
    WEBHOOK = "webhook", N_("Messagerie d’équipe")


class MessageState(Choice):
    """What became of a message."""

    QUEUED = "queued", N_("En attente d’envoi")
    SENT = "sent", N_("Envoyé")
    REFUSED = "refused", N_("Refusé par le serveur")
    FAILED = "failed", N_("Échec après plusieurs essais")
    DROPPED = "dropped", N_("Sans objet, non envoyé")
    SUPPRESSED = "suppressed", N_("Non envoyé, adresse écartée")
    UNWANTED = "unwanted", N_("Non envoyé, la personne n’en veut plus")


class Message(Identified, Base):
    """One message to one address, about one record. Its text is rendered when it leaves, never kept here."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("natural_key", "channel"),
        sa.Index(None, "subject_kind", "subject_id"),
        sa.Index(None, "created_at", "id"),
    )

    channel: Mapped[Channel] = mapped_column(default=Channel.EMAIL)
    notice: Mapped[str] = mapped_column(sa.String(80))
    natural_key: Mapped[str] = mapped_column(sa.String(200))
    to_name: Mapped[str] = mapped_column(sa.String(200))
    to_address: Mapped[str] = mapped_column(sa.String(254))
    person_id: Mapped[UUID | None]
    language: Mapped[str] = mapped_column(sa.String(10))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]]
    state: Mapped[MessageState] = mapped_column(default=MessageState.QUEUED)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    attempts: Mapped[list["MessageAttempt"]] = relationship(
        back_populates="message", order_by="MessageAttempt.at", cascade="all, delete-orphan"
    )

    @property
    def last_answer(self) -> str:
        """Give what was answered last."""
        return self.attempts[-1].answer if self.attempts else ""


class MessageAttempt(Identified, Base):
    """One try at sending, and what the server answered."""

    __tablename__ = "message_attempts"

    message_id: Mapped[UUID] = mapped_column(sa.ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    accepted: Mapped[bool]
    answer: Mapped[str] = mapped_column(sa.Text)

    message: Mapped[Message] = relationship(back_populates="attempts")
