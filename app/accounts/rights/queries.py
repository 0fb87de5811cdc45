"""Questions about people who have accounts, teams, roles, and who holds what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.accounts.models import Grant, Role, RolePermission, Team, TeamMember, User
from app.accounts.permissions import MANAGE_ACCOUNTS, VIEW_PEOPLE
from app.accounts.queries import in_force
from app.directory.models import Person
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.scopes import INSTALLATION, Scope

ROLES_ONLY = (
    selectinload(User.grants).joinedload(Grant.role).lazyload(Role.permissions),
    selectinload(User.teams).selectinload(Team.grants).joinedload(Grant.role).lazyload(Role.permissions),
)


def users_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the accounts this actor may see: all, or those who have had a role where they may see people."""
    query = sa.select(User).join(User.person).options(contains_eager(User.person))
    scopes = actor.scopes(VIEW_PEOPLE)
    if Scope() in scopes:
        return query
    return query.where(User.id.in_(_holders_within(scopes)))


def teams_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the teams this actor may see: all, or those that have had a role where they may see people."""
    query = sa.select(Team)
    scopes = actor.scopes(VIEW_PEOPLE)
    if Scope() in scopes:
        return query
    return query.where(Team.id.in_(sa.select(Grant.team_id).where(_within(scopes))))


def _holders_within(scopes: frozenset[Scope]) -> sa.CompoundSelect[Any]:
    own = sa.select(Grant.user_id).where(_within(scopes), Grant.user_id.is_not(None))
    together = sa.select(TeamMember.user_id).join(Grant, Grant.team_id == TeamMember.team_id).where(_within(scopes))
    return sa.union(own, together)


def _within(scopes: frozenset[Scope]) -> sa.ColumnElement[bool]:
    ids = [scope.id for scope in scopes if scope.kind == "establishment"]
    return sa.and_(Grant.scope_kind == "establishment", Grant.scope_id.in_(ids))


def teams_with_members(actor: Actor) -> list[Team]:
    """Give the teams this actor may see, with their members and roles, in the order of their names."""
    grants = selectinload(Team.grants).joinedload(Grant.role).lazyload(Role.permissions)
    query = teams_visible_to(actor).options(selectinload(Team.members), grants)
    return list(db.session.scalars(query.order_by(Team.name)))


def team_named(name: str) -> Team | None:
    """Give the team with this name."""
    return db.session.scalars(sa.select(Team).where(Team.name == name)).first()


def roles() -> list[Role]:
    """Give every role with its permissions, in the order of their names."""
    return list(db.session.scalars(sa.select(Role).order_by(Role.name)))


def role_with_id(role_id: UUID) -> Role | None:
    """Give a role by its id."""
    return db.session.get(Role, role_id)


def holders_of(role: Role, now: datetime) -> int:
    """Count the grants of a role that are in force or to come."""
    lasting = sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now)
    return db.session.scalar(sa.select(sa.func.count()).where(Grant.role_id == role.id, lasting)) or 0


def roles_in_use(now: datetime) -> set[UUID]:
    """Give the ids of roles somebody has, or will have."""
    lasting = sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now)
    return set(db.session.scalars(sa.select(Grant.role_id).where(lasting).distinct()))


def grants_with_reasons(user: User) -> Sequence[Grant]:
    """Give every grant of a user and of their teams, past and to come as well, the latest first."""
    teams = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    query = sa.select(Grant).where(sa.or_(Grant.user_id == user.id, Grant.team_id.in_(teams)))
    return db.session.scalars(query.options(joinedload(Grant.team)).order_by(Grant.starts_at.desc(), Grant.id)).all()


def who_manages(now: datetime) -> int:
    """Count the lasting grants that let somebody active manage the accounts of the whole installation."""
    own = sa.select(Grant.id).join(User, User.id == Grant.user_id).where(User.is_active)
    together = (
        sa.select(Grant.id)
        .join(TeamMember, TeamMember.team_id == Grant.team_id)
        .join(User, User.id == TeamMember.user_id)
        .where(User.is_active)
    )
    managing = sa.select(RolePermission.role_id).where(RolePermission.permission == MANAGE_ACCOUNTS.code)
    lasting = (Grant.role_id.in_(managing), Grant.scope_kind == INSTALLATION, in_force(now), Grant.ends_at.is_(None))
    found = sa.union_all(own.where(*lasting), together.where(*lasting)).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def users_to_add(team: Team, actor: Actor) -> list[User]:
    """Give the active people this actor sees who are not in a team yet."""
    members = sa.select(TeamMember.user_id).where(TeamMember.team_id == team.id)
    query = users_visible_to(actor).where(User.is_active, User.id.not_in(members))
    return list(db.session.scalars(query.order_by(Person.last_name, Person.first_name, User.id).limit(MOST_OFFERED)))


MOST_OFFERED = 500
