"""Questions about accounts."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from app.accounts.events import LoginFailed
from app.accounts.models import (
    AccountRequest,
    AddressChange,
    Grant,
    Invitation,
    InvitationState,
    LoginAttempt,
    RequestKind,
    Role,
    RolePermission,
    TeamMember,
    User,
    UserSession,
)
from app.accounts.permissions import GRANT, MANAGE_ACCOUNTS
from app.directory.models import normalised_email
from app.kernel.access import Actor
from app.kernel.audit import AuditEntry
from app.kernel.db import Identified, UTCDateTime, db
from app.kernel.scopes import Scope

R = TypeVar("R", bound=Identified)


def user_with_login(login: str) -> User | None:
    """Give the user with this login, whatever its case."""
    return db.session.scalars(sa.select(User).where(User.login == normalised_email(login))).first()


def user(user_id: UUID) -> User | None:
    """Give a user by id."""
    return db.session.get(User, user_id)


# --- who acts: one query for session, user, person and rights ---------------------------------------------------

NOW = sa.bindparam("now", type_=UTCDateTime())
OWN, TEAMS = aliased(Grant), aliased(Grant)
RIGHTS = (
    sa.select(
        sa.func.aggregate_strings(
            RolePermission.permission.concat(" ")
            .concat(Grant.scope_kind)
            .concat(" ")
            .concat(Grant.scope_id)
            .concat(" ")
            .concat(Role.code),
            "\n",
        )
    )
    .join_from(Grant, RolePermission, RolePermission.role_id == Grant.role_id)
    .join(Role, Role.id == Grant.role_id)
    .where(
        Grant.id.in_(
            sa.union_all(
                sa.select(OWN.id).where(OWN.user_id == User.id).correlate(User),
                sa.select(TEAMS.id)
                .join(TeamMember, TeamMember.team_id == TEAMS.team_id)
                .where(TeamMember.user_id == User.id)
                .correlate(User),
            )
        ),
        Grant.starts_at <= NOW,
        sa.or_(Grant.ends_at.is_(None), Grant.ends_at > NOW),
    )
    .correlate(User)
    .scalar_subquery()
)
OPEN_SESSION = (
    sa.select(UserSession, RIGHTS)
    .join(UserSession.user)
    .options(contains_eager(UserSession.user))
    .where(
        UserSession.secret_hash == sa.bindparam("secret_hash"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > NOW,
        User.is_active,
    )
)
RIGHTS_OF = sa.select(RIGHTS).select_from(User).where(User.id == sa.bindparam("user_id"))


def held_by(holder: User) -> sa.ColumnElement[bool]:
    """Give the condition on a grant that it is this user's own, or one of their teams'."""
    teams = sa.select(TeamMember.team_id).where(TeamMember.user_id == holder.id)
    return sa.or_(Grant.user_id == holder.id, Grant.team_id.in_(teams))


def in_force(now: datetime) -> sa.ColumnElement[bool]:
    """Give the condition on a grant that it gives its role now."""
    return sa.and_(Grant.starts_at <= now, sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now))


def open_session(secret: str, now: datetime) -> tuple[UserSession, str] | None:
    """Give the live session this secret opens, with its user and person, and the rights held, one a line."""
    row = db.session.execute(OPEN_SESSION, {"secret_hash": secret_hash(secret), "now": now}).first()
    return (row[0], row[1] or "") if row else None


def rights_of(holder: User, now: datetime) -> str:
    """Give the rights of the grants in force, one a line: permission, kind of scope, id, role."""
    return db.session.scalar(RIGHTS_OF, {"user_id": holder.id, "now": now}) or ""


# --- sessions and attempts ------------------------------------------------------------------------------------


def open_sessions_of(holder: User, now: datetime) -> list[UserSession]:
    """List the live sessions of a user, the last used first."""
    query = sa.select(UserSession).where(
        UserSession.user_id == holder.id, UserSession.ended_at.is_(None), UserSession.expires_at > now
    )
    return list(db.session.scalars(query.order_by(UserSession.last_seen_at.desc(), UserSession.id)))


def failures_since_login_before(opened: UserSession) -> list[AuditEntry]:
    """Give the failed logins on this account since the login before this one, newest first."""
    before = sa.select(sa.func.max(UserSession.created_at)).where(
        UserSession.user_id == opened.user_id, UserSession.created_at < opened.created_at
    )
    since = db.session.scalar(before) or opened.user.created_at
    query = sa.select(AuditEntry).where(
        AuditEntry.subject_kind == User.kind(),
        AuditEntry.subject_id == str(opened.user_id),
        AuditEntry.fact == LoginFailed.code,
        AuditEntry.at >= since,
    )
    return list(db.session.scalars(query.order_by(AuditEntry.number.desc()).limit(20)))


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


# --- what links open ------------------------------------------------------------------------------------------


def requests_since(email: str, purpose: RequestKind, since: datetime) -> int:
    """Count what was asked for one address since an instant."""
    query = sa.select(sa.func.count()).where(
        AccountRequest.email_normalised == normalised_email(email),
        AccountRequest.purpose == purpose,
        AccountRequest.created_at > since,
    )
    return db.session.scalar(query) or 0


def borne(model: type[R], scope: str, actor: Actor) -> R | None:
    """Give the record to which the visitor bears a link of this scope, the last one made if there are several."""
    followed = [right for right in actor.links if right.scope == scope and right.record_kind == model.kind()]
    return model.get(max(followed, key=lambda right: right.link_id).record_id) if followed else None


def locked(record: R) -> R:
    """Read a record again, so that nobody else answers for it meanwhile."""
    return db.session.get_one(type(record), record.id, with_for_update={"of": type(record)}, populate_existing=True)


def open_address_change(holder: User) -> AddressChange | None:
    """Give the change of address a user still waits for."""
    query = sa.select(AddressChange).where(AddressChange.user_id == holder.id, AddressChange.closed_at.is_(None))
    return db.session.scalars(query.order_by(AddressChange.created_at.desc())).first()


# --- roles and invitations ------------------------------------------------------------------------------------


def role_with_code(code: str) -> Role | None:
    """Give a role by its code."""
    return db.session.scalars(sa.select(Role).where(Role.code == code)).first()


def roles() -> list[Role]:
    """Give every role, by name."""
    return list(db.session.scalars(sa.select(Role).order_by(Role.name, Role.code)))


def invitations_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the invitations this actor may see: all, or those to the scopes in which they give roles."""
    query = sa.select(Invitation)
    scopes = actor.scopes(GRANT)
    if Scope() in scopes:
        return query
    within = [sa.and_(Invitation.scope_kind == scope.kind, Invitation.scope_id == scope.id) for scope in scopes]
    return query.where(sa.or_(sa.false(), *within))


def pending_invitation_to(email: str, role: Role, scope: Scope) -> Invitation | None:
    """Give the invitation to the same address, for the same role and scope, that waits for an answer."""
    query = sa.select(Invitation).where(
        Invitation.email_normalised == normalised_email(email),
        Invitation.role_id == role.id,
        Invitation.scope_kind == scope.kind,
        Invitation.scope_id == scope.id,
        Invitation.state == InvitationState.PENDING,
    )
    return db.session.scalars(query).first()


def managers_of_everything(now: datetime) -> set[UUID]:
    """Give the active users who manage accounts over the whole installation."""
    query = (
        sa.select(User.id)
        .join(Grant, Grant.user_id == User.id)
        .join(RolePermission, RolePermission.role_id == Grant.role_id)
        .where(
            User.is_active,
            RolePermission.permission == MANAGE_ACCOUNTS.code,
            Grant.scope_kind == Scope().kind,
            Grant.starts_at <= now,
            sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now),
        )
    )
    return set(db.session.scalars(query))


def invitations_over(now: datetime) -> list[Invitation]:
    """Give the invitations that wait for an answer past their time."""
    query = sa.select(Invitation).where(Invitation.state == InvitationState.PENDING, Invitation.expires_at <= now)
    return list(db.session.scalars(query))


def user_of(person_id: UUID) -> User | None:
    """Give the account of a person, if they have one."""
    return db.session.scalars(sa.select(User).where(User.person_id == person_id)).first()
