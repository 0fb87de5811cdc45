"""Questions about accounts."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.accounts.models import Grant, LoginAttempt, Role, TeamMember, User, UserSession
from app.directory.models import normalised_email
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


def held_by(user: User) -> sa.ColumnElement[bool]:
    """Give the condition on a grant that it is this user's own, or one of their teams'."""
    teams = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    return sa.or_(Grant.user_id == user.id, Grant.team_id.in_(teams))


def in_force(now: datetime) -> sa.ColumnElement[bool]:
    """Give the condition on a grant that it gives its role now."""
    return sa.and_(Grant.starts_at <= now, sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now))


def grants_of(user: User, now: datetime) -> list[Grant]:
    """Give the grants in force, the user's own and their teams', with role and permissions."""
    return list(db.session.scalars(sa.select(Grant).where(held_by(user), in_force(now))))


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
