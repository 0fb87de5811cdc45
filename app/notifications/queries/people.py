"""Who is to be told, and what they want: each question asked once for everybody concerned."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from app.accounts import service as accounts
from app.accounts.models import Grant, Role, RolePermission, TeamMember, User
from app.accounts.queries import in_force
from app.directory.models import Person
from app.kernel import clock
from app.kernel.access import Actor, Permission, permissions, right_given
from app.kernel.db import db
from app.kernel.delivery import Announcement
from app.kernel.messages import Channel
from app.kernel.notices import Mode
from app.kernel.scopes import Scope
from app.notifications.models import Delivery, Mute, Notification, Preference, PushDevice, Rhythm

Wishes = dict[Channel, dict[str, Mode]]
NAMED_ONE_BY_ONE = 500


def people_told(announcement: Announcement) -> dict[UUID, frozenset[str]]:
    """Give the persons to be told, each with the roles that let them: nobody who may not see it, never the actor.

    What is required reaches the actor too: a new login is told to the one who logged in.
    """
    audience, named = announcement.notice.audience, announcement.person_ids
    told = _account_holders(named or ()) if audience is None else _allowed(audience, announcement)
    spared = announcement.actor_person_id if announcement.notice.optional else None
    return {
        person_id: roles
        for person_id, roles in told.items()
        if (named is None or person_id in named) and person_id != spared
    }


def _account_holders(named: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    active = sa.select(User.person_id).where(User.is_active, _one_of(User.person_id, named))
    return dict.fromkeys(db.session.scalars(active), frozenset())


def _allowed(audience: Permission, announcement: Announcement) -> dict[UUID, frozenset[str]]:
    """Ask in one query who holds the permission anywhere, then the permission itself whether it holds here."""
    giving = [declared.code for declared in permissions().values() if audience in (declared, declared.narrows)]
    held_by = sa.select(User.person_id, Role.code, RolePermission.permission, Grant.scope_kind, Grant.scope_id)
    holders = _in_force(held_by).where(RolePermission.permission.in_(giving))
    scopes: dict[UUID, set[Scope]] = defaultdict(set)
    roles: dict[UUID, set[str]] = defaultdict(set)
    for person_id, role, permission, scope_kind, scope_id in db.session.execute(holders):
        scopes[person_id].add(right_given(permission, Scope(scope_kind, scope_id))[1])
        roles[person_id].add(role)
    return {
        person_id: frozenset(roles[person_id])
        for person_id, held in scopes.items()
        if audience.allows(Actor("user", "", "", person_id, {audience.code: frozenset(held)}), announcement.record)
    }


def _in_force(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Ask of the permissions that active accounts hold now: who, by which role, in which scope."""
    held = sa.union_all(
        sa.select(Grant.id.label("grant_id"), Grant.user_id.label("user_id")).where(Grant.user_id.is_not(None)),
        sa.select(Grant.id, TeamMember.user_id).join(TeamMember, TeamMember.team_id == Grant.team_id),
    ).subquery()
    joined = query.select_from(held).join(Grant, Grant.id == held.c.grant_id).join(User, User.id == held.c.user_id)
    joined = joined.join(Role, Role.id == Grant.role_id).join(RolePermission, RolePermission.role_id == Role.id)
    return joined.where(User.is_active, in_force(clock.now()))


def roles_of(person_id: UUID) -> dict[str, frozenset[str]]:
    """Give by which roles somebody holds each of their permissions."""
    query = _in_force(sa.select(RolePermission.permission, Role.code)).where(User.person_id == person_id)
    roles: dict[str, set[str]] = defaultdict(set)
    for permission, role in db.session.execute(query):
        roles[right_given(permission, Scope())[0]].add(role)
    return {permission: frozenset(held) for permission, held in roles.items()}


def wishes_of(person_ids: Collection[UUID]) -> dict[UUID, Wishes]:
    """Give what each of these persons chose, by channel and target."""
    query = sa.select(Preference).where(_one_of(Preference.person_id, person_ids))
    wishes: dict[UUID, Wishes] = {}
    for chosen in db.session.scalars(query):
        wishes.setdefault(chosen.person_id, {}).setdefault(chosen.channel, {})[chosen.target] = chosen.mode
    return wishes


def rhythms_of(person_ids: Collection[UUID]) -> dict[UUID, Rhythm]:
    """Give the quiet hours and pauses of these persons."""
    query = sa.select(Rhythm).where(_one_of(Rhythm.person_id, person_ids))
    return {rhythm.person_id: rhythm for rhythm in db.session.scalars(query)}


def mutes_of(kind: str, record_id: UUID) -> set[UUID]:
    """Give who wants to hear no more of a record."""
    query = sa.select(Mute.person_id).where(Mute.subject_kind == kind, Mute.subject_id == record_id)
    return set(db.session.scalars(query))


def recent_lines(kind: str, record_id: UUID, category: str, since: datetime) -> dict[UUID, UUID]:
    """Give, by person, the unread line about a record and category into which a repeat is merged."""
    query = sa.select(Notification.person_id, Notification.id).where(
        Notification.subject_kind == kind,
        Notification.subject_id == record_id,
        Notification.last_at > since,
        Notification.category == category,
        Notification.read_at.is_(None),
    )
    return {row.person_id: row.id for row in db.session.execute(query)}


def due_deliveries(now: datetime, limit: int) -> list[Delivery]:
    """Give what waits and is due, the oldest first; another worker's share is passed over."""
    query = (
        sa.select(Delivery)
        .join(Delivery.notification)
        .options(contains_eager(Delivery.notification))
        .where(Delivery.letter.is_(None), Delivery.due_at <= now)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
    )
    return list(db.session.scalars(query.with_for_update(of=Delivery, skip_locked=True)))


def waiting_deliveries(person_ids: Collection[UUID], until: datetime | None = None) -> list[Delivery]:
    """Give what waits for these persons, in the order of the facts."""
    query = sa.select(Delivery).join(Delivery.notification).options(contains_eager(Delivery.notification))
    query = query.where(Delivery.person_id.in_(person_ids), Delivery.letter.is_(None))
    if until is not None:
        query = query.where(Delivery.due_at <= until)
    return list(db.session.scalars(query.order_by(Notification.last_at, Notification.id)))


def delivered_by(letter: str) -> list[Notification]:
    """Give the lines a letter carries, by category and in the order of the facts."""
    query = sa.select(Notification).join(Delivery, Delivery.notification_id == Notification.id)
    order = (Notification.category, Notification.last_at, Notification.id)
    return list(db.session.scalars(query.where(Delivery.letter == letter).order_by(*order)).unique())


def account_holders(person_ids: Collection[UUID]) -> list[tuple[Person, str]]:
    """Give those of these persons who still have an account, each with the login."""
    query = sa.select(Person, User.login).join(User, User.person_id == Person.id)
    query = query.where(User.is_active, Person.id.in_(person_ids))
    return [(person, login) for person, login in db.session.execute(query)]


def with_phone(person_ids: Collection[UUID]) -> set[UUID]:
    """Give those of these persons who gave a telephone number."""
    query = sa.select(Person.id).where(Person.phone.is_not(None), Person.phone != "", _one_of(Person.id, person_ids))
    return set(db.session.scalars(query))


def devices_of(person_ids: Collection[UUID]) -> list[PushDevice]:
    """Give the devices of these persons, the oldest first."""
    query = sa.select(PushDevice).where(_one_of(PushDevice.person_id, person_ids))
    return list(db.session.scalars(query.order_by(PushDevice.created_at, PushDevice.id)))


def actor_of(person_id: UUID) -> Actor | None:
    """Give a person with an account as an actor, with the rights they have now."""
    user = db.session.scalars(sa.select(User).where(User.person_id == person_id, User.is_active)).first()
    return accounts.actor_for(user) if user is not None else None


def roles() -> list[Role]:
    """Give every role, by name."""
    return list(db.session.scalars(sa.select(Role).order_by(Role.name, Role.code)))


def _one_of(column: InstrumentedAttribute[UUID], person_ids: Collection[UUID]) -> sa.ColumnElement[bool]:
    """Name persons one by one while they are few; of a crowd, every row is read: few people choose anything."""
    return column.in_(person_ids) if len(person_ids) <= NAMED_ONE_BY_ONE else sa.true()
