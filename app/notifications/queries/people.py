"""Who is to be told, and what they want: each question asked once for everybody concerned."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from app.accounts import service as accounts
from app.accounts.models import Grant, Role, RolePermission, User
from app.directory.models import Person
from app.kernel import clock
from app.kernel.access import Actor, Permission, Scope
from app.kernel.db import db
from app.kernel.notices import Announcement, Mode, Recipient
from app.notifications.models import Channel, Delivery, Mute, Notification, Preference, Rhythm

NAMED_ONE_BY_ONE = 500


def people_told(announcement: Announcement) -> dict[UUID, frozenset[str]]:
    """Give the persons to be told, each with the roles that let them: never the actor, nobody who may not see it."""
    audience = announcement.notice.audience
    told = _account_holders() if audience is None else _allowed(audience, announcement)
    named = announcement.person_ids
    if audience is None and named is None:
        return {}
    return {
        person_id: roles
        for person_id, roles in told.items()
        if (named is None or person_id in named) and person_id != announcement.actor_person_id
    }


def _account_holders() -> dict[UUID, frozenset[str]]:
    return dict.fromkeys(db.session.scalars(sa.select(User.person_id).where(User.is_active)), frozenset())


def _allowed(audience: Permission, announcement: Announcement) -> dict[UUID, frozenset[str]]:
    """Ask in one query who holds the permission anywhere, then the permission itself whether it holds here."""
    now = clock.now()
    holders = (
        sa.select(User.person_id, Role.code, Grant.scope_kind, Grant.scope_id)
        .join(Grant, Grant.user_id == User.id)
        .join(Role, Role.id == Grant.role_id)
        .join(RolePermission, RolePermission.role_id == Role.id)
        .where(
            User.is_active,
            RolePermission.permission == audience.code,
            Grant.starts_at <= now,
            sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now),
        )
    )
    scopes: dict[UUID, set[Scope]] = defaultdict(set)
    roles: dict[UUID, set[str]] = defaultdict(set)
    for person_id, role, scope_kind, scope_id in db.session.execute(holders):
        scopes[person_id].add(Scope(scope_kind, scope_id))
        roles[person_id].add(role)
    return {
        person_id: frozenset(roles[person_id])
        for person_id, held in scopes.items()
        if audience.allows(Actor("user", "", "", person_id, {audience.code: frozenset(held)}), announcement.record)
    }


def wishes_of(person_ids: Collection[UUID], channel: Channel) -> dict[UUID, dict[str, Mode]]:
    """Give what each of these persons chose for a channel, by target."""
    query = sa.select(Preference).where(Preference.channel == channel, _one_of(Preference.person_id, person_ids))
    wishes: dict[UUID, dict[str, Mode]] = defaultdict(dict)
    for chosen in db.session.scalars(query):
        wishes[chosen.person_id][chosen.target] = chosen.mode
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


def recipients(person_ids: Collection[UUID]) -> dict[UUID, Recipient]:
    """Give name, address and language of those who still have an account; the login is where they are written to."""
    query = sa.select(Person, User.login).join(User, User.person_id == Person.id)
    query = query.where(User.is_active, Person.id.in_(person_ids))
    return {
        person.id: Recipient(person.full_name, person.email or login, person.language, person.id)
        for person, login in db.session.execute(query)
    }


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
