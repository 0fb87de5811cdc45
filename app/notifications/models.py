"""Notification, Delivery, Preference, Rhythm, Mute, ToldAnnouncement; PushKey, PushDevice, TeamRoom."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Role
from app.directory.models import Establishment
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.messages import Channel
from app.kernel.notices import Mode


class Notification(Identified, Base):
    """One line of somebody's centre: what was announced, about which record. `repeats` were merged into it."""

    __tablename__ = "notifications"
    __table_args__ = (
        sa.CheckConstraint("repeats >= 0", name="repeats"),
        sa.CheckConstraint("read_at IS NULL OR snoozed_until IS NULL", name="put_off"),
        sa.Index(None, "person_id", "last_at", "id"),
        sa.Index(None, "person_id", "read_at", "last_at", "id"),
        sa.Index(None, "person_id", "category", "last_at", "id"),
        sa.Index(None, "subject_kind", "subject_id", "last_at"),
        sa.Index(
            "ix_notifications_put_off",
            "person_id",
            "last_at",
            "id",
            sqlite_where=sa.text("snoozed_until IS NOT NULL"),
            postgresql_where=sa.text("snoozed_until IS NOT NULL"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"))
    notice: Mapped[str] = mapped_column(sa.String(80))
    category: Mapped[str] = mapped_column(sa.String(40))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    repeats: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]

    def sleeps(self, now: datetime) -> bool:
        """Tell whether it was put off until later."""
        return self.snoozed_until is not None and now < self.snoozed_until


class Delivery(Identified, Base):
    """A line to be told by a channel when it is due. `letter` names the letter that carried it; until then it waits."""

    __tablename__ = "notice_deliveries"
    __table_args__ = (sa.Index(None, "letter", "due_at"), sa.Index(None, "person_id", "letter", "due_at"))

    notification_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notifications.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"))
    channel: Mapped[Channel]
    mode: Mapped[Mode]
    due_at: Mapped[datetime]
    letter: Mapped[str | None] = mapped_column(sa.String(200))

    notification: Mapped[Notification] = relationship(lazy="joined")


class Preference(Base):
    """How soon somebody wants to be told by a channel. `target` is a notice, a category, or * for every one."""

    __tablename__ = "notice_preferences"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    target: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    mode: Mapped[Mode]


class Rhythm(Base):
    """When somebody may be disturbed: quiet hours on the clock of their zone, and a pause."""

    __tablename__ = "notice_rhythms"
    __table_args__ = (sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours"),)

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    zone: Mapped[str] = mapped_column(sa.String(60))
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    paused_until: Mapped[datetime | None]


class Mute(Identified, Base):
    """A record of which somebody wants to hear no more."""

    __tablename__ = "notice_mutes"
    __table_args__ = (sa.UniqueConstraint("person_id", "subject_kind", "subject_id"),)

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[UUID]
    created_at: Mapped[datetime]


class ToldAnnouncement(Base):
    """What was told already, by its natural key: a job that runs twice tells once."""

    __tablename__ = "told_announcements"

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(index=True)


class PushKey(Base):
    """The key by which push services know this installation (VAPID): one row, the same for every process and machine.

    The private half is sealed with SECRET_KEY.
    """

    __tablename__ = "push_keys"

    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    public: Mapped[str] = mapped_column(sa.String(100))
    sealed_private: Mapped[str] = mapped_column(sa.String(400))
    created_at: Mapped[datetime]


class PushDevice(Identified, Base):
    """A browser in which somebody agreed to be told. Its address and keys are what the browser gave."""

    __tablename__ = "push_devices"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(sa.Text)
    endpoint_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    public_key: Mapped[str] = mapped_column(sa.String(100))
    auth_secret: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class RoomKind(Choice):
    """Whose team chat a room is of."""

    SLACK = "slack", "Slack"
    DISCORD = "discord", "Discord"


class TeamRoom(Identified, Base):
    """A room of a team chat that is told what a role may see, in one establishment or everywhere.

    Its address opens the room to whoever has it: it is sealed, and only its host is ever shown. `categories` are those
    told; none means all.
    """

    __tablename__ = "team_rooms"

    name: Mapped[str] = mapped_column(sa.String(80))
    room_kind: Mapped[RoomKind]
    establishment_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("establishments.id", ondelete="CASCADE"), index=True
    )
    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("roles.id", ondelete="CASCADE"), index=True)
    categories: Mapped[list[str]]
    host: Mapped[str] = mapped_column(sa.String(253))
    sealed_url: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]

    establishment: Mapped[Establishment | None] = relationship(lazy="joined")
    role: Mapped[Role] = relationship(lazy="joined")

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.name
