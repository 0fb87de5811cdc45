"""User, UserSession, Role, RolePermission, Grant, LoginAttempt."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Person
from app.kernel.db import Base, Identified


class User(Identified, Base):
    """A person who can log in."""

    __tablename__ = "users"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    login: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")
    grants: Mapped[list["Grant"]] = relationship(back_populates="user", cascade="all, delete-orphan")


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


class RolePermission(Base):
    """One permission of a role."""

    __tablename__ = "role_permissions"

    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    permission: Mapped[str] = mapped_column(sa.String(80), primary_key=True)

    role: Mapped[Role] = relationship(back_populates="permissions")


class Grant(Identified, Base):
    """A role given to a user, in a scope, for a time, by somebody."""

    __tablename__ = "grants"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("roles.id", ondelete="CASCADE"), index=True)
    scope_kind: Mapped[str] = mapped_column(sa.String(40), default="installation")
    scope_id: Mapped[str] = mapped_column(sa.String(40), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    given_by: Mapped[str] = mapped_column(sa.String(200), default="")

    user: Mapped[User] = relationship(back_populates="grants")
    role: Mapped[Role] = relationship(lazy="joined")


class LoginAttempt(Identified, Base):
    """A failed login, counted by account and by network. Both are kept hashed."""

    __tablename__ = "login_attempts"
    __table_args__ = (sa.Index(None, "counted", "at"),)

    counted: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)
