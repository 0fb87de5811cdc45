"""Questions about accounts."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import Grant, LoginAttempt, Role, User, UserSession
from app.directory.models import normalised_email
from app.kernel.access import INSTALLATION
from app.kernel.db import db


def user_with_login(login: str) -> User | None:
    """Give the user with this login, whatever its case."""
    return db.session.scalars(sa.select(User).where(User.login == normalised_email(login))).first()


def open_session(secret: str, now: datetime) -> UserSession | None:
    """Give the live session this secret opens, with its user and person, in one query."""
    return db.session.scalars(
        sa.select(UserSession).where(
            UserSession.secret_hash == secret_hash(secret),
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
        )
    ).first()


def grants_of(user: User, now: datetime) -> list[Grant]:
    """Give the grants in force, with role and permissions."""
    query = sa.select(Grant).where(
        Grant.user_id == user.id, Grant.starts_at <= now, sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now)
    )
    return list(db.session.scalars(query))


def role_with_code(code: str) -> Role | None:
    """Give a role by its code."""
    return db.session.scalars(sa.select(Role).where(Role.code == code)).first()


def recent_attempts(counted: str, since: datetime) -> int:
    """Count failed logins of one account or network since an instant."""
    query = sa.select(sa.func.count()).where(LoginAttempt.counted == counted, LoginAttempt.at > since)
    return db.session.scalar(query) or 0


def stale_before(now: datetime) -> datetime:
    """Give the instant before which failed logins no longer count."""
    return now - timedelta(minutes=15)


def secret_hash(secret: str) -> str:
    """Hash a secret for keeping (secrets of 256 bits need no salt)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def user_of(person_id: UUID) -> User | None:
    """Give the account of a person, if they have one."""
    return db.session.scalars(sa.select(User).where(User.person_id == person_id)).first()


def is_last_administrator(user: User, now: datetime) -> bool:
    """Tell whether nobody else holds the role of administrator over the installation."""
    holders = (
        sa.select(Grant.user_id)
        .join(Role, Grant.role_id == Role.id)
        .join(User, Grant.user_id == User.id)
        .where(
            Role.code == "administrator",
            Grant.scope_kind == INSTALLATION,
            Grant.starts_at <= now,
            sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now),
            User.is_active,
        )
    )
    return set(db.session.scalars(holders)) == {user.id}
