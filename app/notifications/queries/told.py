"""Questions about one record: which messages speak of it, and which persons were told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.directory.models import Person
from app.kernel.db import db
from app.kernel.messages import Channel, Message
from app.notifications.models import Delivery, Notification

MOST_MESSAGES = 100
MOST_LINES = 200


@dataclass(frozen=True)
class LineTold:
    """A line of somebody's centre, and the messages that carried it, or will."""

    line: Notification
    person: Person
    deliveries: list[tuple[Delivery, Message | None]]


def messages_about(kind: str, record_id: UUID) -> list[Message]:
    """Give the last messages about one record that were sent to somebody by themselves, newest first.

    Those that carry a line of somebody's centre go with that line, as all that goes to a device does.
    """
    planned = sa.select(Delivery.id).where(Delivery.letter == Message.natural_key).exists()
    carries_a_line = sa.or_(Message.channel == Channel.PUSH, planned)
    query = sa.select(Message).where(Message.subject_kind == kind, Message.subject_id == record_id, ~carries_a_line)
    newest = query.order_by(Message.created_at.desc(), Message.id.desc()).limit(MOST_MESSAGES)
    return list(db.session.scalars(newest.options(selectinload(Message.attempts))))


def lines_about(kind: str, record_id: UUID) -> list[LineTold]:
    """Give the last lines about one record, newest first, each with its reader and how it was carried."""
    query = sa.select(Notification, Person).join(Person, Notification.person_id == Person.id)
    query = query.where(Notification.subject_kind == kind, Notification.subject_id == record_id)
    newest = query.order_by(Notification.last_at.desc(), Notification.id.desc()).limit(MOST_LINES)
    rows = db.session.execute(newest).all()
    carried = _deliveries_of([line.id for line, _person in rows], _pushed_about(kind, record_id))
    return [LineTold(line, person, carried.get(line.id, [])) for line, person in rows]


def lines_about_count(kind: str, record_id: UUID) -> int:
    """Count the lines about one record."""
    query = sa.select(sa.func.count()).where(Notification.subject_kind == kind, Notification.subject_id == record_id)
    return db.session.scalar(query) or 0


def _deliveries_of(
    line_ids: Iterable[UUID], pushed: dict[str, list[Message | None]]
) -> dict[UUID, list[tuple[Delivery, Message | None]]]:
    same = sa.and_(Message.natural_key == Delivery.letter, Message.channel == Delivery.channel)
    query = sa.select(Delivery, Message).outerjoin(Message, same).where(Delivery.notification_id.in_(line_ids))
    query = query.options(selectinload(Message.attempts)).order_by(Delivery.due_at, Delivery.id)
    found: dict[UUID, list[tuple[Delivery, Message | None]]] = {}
    for delivery, message in db.session.execute(query).unique():
        told = pushed.get(delivery.letter or "", [message]) if delivery.channel is Channel.PUSH else [message]
        found.setdefault(delivery.notification_id, []).extend((delivery, each) for each in told)
    return found


def _pushed_about(kind: str, record_id: UUID) -> dict[str, list[Message | None]]:
    """Give what went to devices about one record, by the letter it carried: a message to each device."""
    query = sa.select(Message).where(
        Message.subject_kind == kind, Message.subject_id == record_id, Message.channel == Channel.PUSH
    )
    newest = query.order_by(Message.created_at.desc(), Message.id.desc()).limit(MOST_LINES)
    found: dict[str, list[Message | None]] = {}
    for message in db.session.scalars(newest.options(selectinload(Message.attempts))):
        found.setdefault(message.natural_key.rpartition(":")[0], []).append(message)
    return found
