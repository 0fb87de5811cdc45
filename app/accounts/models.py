"""User, UserSession, Role, Team, Grant, LoginAttempt; and what opens an account: requests, invitations."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Person
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_, _
from app.kernel.scopes import Scope


class User(Identified, Base):
    """A person who can log in. `confirmed_at` is when they proved that the address of their login is theirs."""

    __tablename__ = "users"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    login: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sa.text("'{}'"))

    person: Mapped[Person] = relationship(lazy="joined")
    grants: Mapped[list["Grant"]] = relationship(back_populates="user", cascade="all, delete-orphan")
    teams: Mapped[list["Team"]] = relationship(secondary="team_members", back_populates="members")

    @property
    def all_grants(self) -> list["Grant"]:
        """Give every grant, in force or not: their own, and their teams'."""
        return [*self.grants, *(grant for team in self.teams for grant in team.grants)]

    @property
    def establishment_ids(self) -> set[str]:
        """Name the establishments in which they have had a role: who looks after one of these sees them."""
        return {grant.scope_id for grant in self.all_grants if grant.scope_kind == "establishment"}

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.person.trail_name


class UserSession(Identified, Base):
    """One login on one device. Its secret lives in the signed cookie, its hash here; the row can be ended."""

    __tablename__ = "user_sessions"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    device: Mapped[str] = mapped_column(sa.String(200), default="")
    network: Mapped[str] = mapped_column(sa.String(45), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")


class Role(Identified, Base):
    """A named set of permissions."""

    __tablename__ = "roles"

    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))

    permissions: Mapped[list["RolePermission"]] = relationship(
        back_populates="role", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def label(self) -> str:
        """Give its name; those of the first roles are in the reader's language."""
        return _(self.name)


class RolePermission(Base):
    """One permission of a role."""

    __tablename__ = "role_permissions"

    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    permission: Mapped[str] = mapped_column(sa.String(80), primary_key=True)

    role: Mapped[Role] = relationship(back_populates="permissions")


class Team(Identified, Base):
    """People who are given roles together."""

    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    created_at: Mapped[datetime]

    members: Mapped[list[User]] = relationship(secondary="team_members", back_populates="teams")
    grants: Mapped[list["Grant"]] = relationship(back_populates="team", cascade="all, delete-orphan")

    @property
    def establishment_ids(self) -> set[str]:
        """Name the establishments in which they have had a role together."""
        return {grant.scope_id for grant in self.grants if grant.scope_kind == "establishment"}


class TeamMember(Base):
    """Somebody in a team."""

    __tablename__ = "team_members"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)


class Grant(Identified, Base):
    """A role given to a user or to a team, in a scope, for a time, by somebody."""

    __tablename__ = "grants"
    __table_args__ = (
        sa.CheckConstraint("(user_id IS NULL) <> (team_id IS NULL)", name="holder"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_at"),
    )

    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("roles.id", ondelete="CASCADE"), index=True)
    scope_kind: Mapped[str] = mapped_column(sa.String(40), default="installation")
    scope_id: Mapped[str] = mapped_column(sa.String(40), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    given_by: Mapped[str] = mapped_column(sa.String(200), default="")

    user: Mapped[User | None] = relationship(back_populates="grants")
    team: Mapped[Team | None] = relationship(back_populates="grants")
    role: Mapped[Role] = relationship(lazy="joined")

    @property
    def holder(self) -> User | Team:
        """Give who has it."""
        return cast("User | Team", self.user or self.team)

    @property
    def scope(self) -> Scope:
        """Give where it holds."""
        return Scope(self.scope_kind, self.scope_id)

    @property
    def establishment_ids(self) -> set[str]:
        """Name the establishment in which it holds, if it does in one."""
        return {self.scope_id} if self.scope_kind == "establishment" else set()

    def is_over(self, now: datetime) -> bool:
        """Tell whether it gives nothing any more."""
        return self.ends_at is not None and self.ends_at <= now

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether it gives its role now."""
        return self.starts_at <= now and not self.is_over(now)


class LoginAttempt(Identified, Base):
    """A failed login, counted by account and by network. Both are kept hashed."""

    __tablename__ = "login_attempts"
    __table_args__ = (sa.Index(None, "counted", "at"),)

    counted: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class RequestKind(Choice):
    """What somebody who is not logged in asks by an address alone."""

    REGISTRATION = "registration", N_("Inscription")
    RESET = "reset", N_("Mot de passe oublié")


class AccountRequest(Identified, Base):
    """An address typed by a stranger. Whether it is known shows only in the letter sent to it, never on a page.

    The letter holds a link to this row, which is good once and not for long.
    """

    __tablename__ = "account_requests"
    __table_args__ = (sa.Index(None, "email_normalised", "purpose", "created_at"),)

    purpose: Mapped[RequestKind]
    email: Mapped[str] = mapped_column(sa.String(254))
    email_normalised: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(10))
    created_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class AddressChange(Identified, Base):
    """A user wants another address; it becomes theirs once both addresses have said yes."""

    __tablename__ = "address_changes"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    old_email: Mapped[str] = mapped_column(sa.String(254))
    new_email: Mapped[str] = mapped_column(sa.String(254))
    created_at: Mapped[datetime] = mapped_column(index=True)
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")


class InvitationState(Choice):
    """Where an invitation stands."""

    PENDING = "pending", N_("Sans réponse")
    ACCEPTED = "accepted", N_("Acceptée")
    REVOKED = "revoked", N_("Retirée")
    EXPIRED = "expired", N_("Expirée")


class Invitation(Identified, Base):
    """A role offered to whoever reads an address, in a scope, until a date, by somebody who holds it."""

    __tablename__ = "invitations"
    __table_args__ = (sa.Index(None, "created_at", "id"),)

    email: Mapped[str] = mapped_column(sa.String(254))
    email_normalised: Mapped[str] = mapped_column(sa.String(254), index=True)
    language: Mapped[str] = mapped_column(sa.String(10))
    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("roles.id", ondelete="CASCADE"), index=True)
    scope_kind: Mapped[str] = mapped_column(sa.String(40), default="installation")
    scope_id: Mapped[str] = mapped_column(sa.String(40), default="")
    inviter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.PENDING)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    role: Mapped[Role] = relationship(lazy="joined")
    inviter: Mapped[User] = relationship(lazy="joined")

    @property
    def scope(self) -> Scope:
        """Give where the role would hold."""
        return Scope(self.scope_kind, self.scope_id)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can still be accepted."""
        return self.state is InvitationState.PENDING and now < self.expires_at
