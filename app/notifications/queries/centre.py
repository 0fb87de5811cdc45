"""One's own centre: how much is unread, and the lines page by page, at the same cost whatever their number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.choices import Choice
from app.kernel.datasets.keyset import Key, beyond, seal, unseal
from app.kernel.db import db
from app.kernel.languages import N_
from app.kernel.notices import Mode
from app.notifications.models import Delivery, Mute, Notification
from app.notifications.queries.people import waiting_deliveries

COUNTED = 99
PAGE_SIZE = 50
CURSOR = "notifications"
NEWEST_FIRST = (
    Key(Notification.last_at, descending=True, nullable=False),
    Key(Notification.id, descending=True, nullable=False),
)


class Shown(Choice):
    """Which lines of the centre."""

    UNREAD = "non-lus", N_("Non lus")
    ALL = "tous", N_("Tous")
    LATER = "plus-tard", N_("Plus tard")


@dataclass(frozen=True)
class Pile:
    """A page of one's centre, and the cursor of the next."""

    rows: list[Notification]
    next: str | None


def unread_count(person_id: UUID, now: datetime) -> int:
    """Count what waits to be read, up to one more than is ever shown."""
    waiting = sa.select(sa.literal(1)).where(Notification.person_id == person_id, _unread(now)).limit(COUNTED + 1)
    return db.session.scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) or 0


def notifications_of(
    person_id: UUID, *, shown: Shown, category: str = "", cursor: str = "", size: int = PAGE_SIZE
) -> Pile:
    """Give a page of lines, the newest first. Raises CursorRefused for an address that was tampered with."""
    query = sa.select(Notification).where(Notification.person_id == person_id)
    if shown is Shown.UNREAD:
        query = query.where(_unread(clock.now()))
    elif shown is Shown.LATER:
        query = query.where(Notification.snoozed_until.is_not(None), Notification.snoozed_until > clock.now())
    if category:
        query = query.where(Notification.category == category)
    if cursor:
        query = query.where(beyond(NEWEST_FIRST, unseal(CURSOR, cursor)))
    rows = list(db.session.scalars(query.order_by(*(key.ordered() for key in NEWEST_FIRST)).limit(size + 1)))
    last = rows[size - 1] if len(rows) > size else None
    return Pile(rows[:size], seal(CURSOR, (last.last_at, last.id)) if last else None)


def categories_told(person_id: UUID, declared: Iterable[str]) -> list[str]:
    """Give which of these categories somebody was ever told of, each found by one step in the index."""
    told = sa.select(Notification.id).where(Notification.person_id == person_id)
    asked = {code: told.where(Notification.category == code).exists() for code in declared}
    answers = db.session.execute(sa.select(*asked.values())).one() if asked else ()
    return [code for code, answer in zip(asked, answers, strict=True) if answer]


def notification_of(person_id: UUID, notification_id: UUID) -> Notification | None:
    """Give a line of somebody's centre; None when it is another's."""
    found = Notification.get(notification_id)
    return found if found is not None and found.person_id == person_id else None


def mutes_with_lines(person_id: UUID) -> list[tuple[Mute, Notification]]:
    """Give the records of which somebody wants to hear no more, each with the last line about it."""
    same_record = sa.and_(
        Notification.person_id == Mute.person_id,
        Notification.subject_kind == Mute.subject_kind,
        Notification.subject_id == Mute.subject_id,
    )
    query = sa.select(Mute, Notification).join(Notification, same_record).where(Mute.person_id == person_id)
    rows = db.session.execute(query.order_by(Notification.last_at, Notification.id))
    return list({muted.id: (muted, line) for muted, line in rows}.values())


def waiting_digest(person_id: UUID) -> list[tuple[datetime, list[Delivery]]]:
    """Give what the next digests will hold, by the instant they leave."""
    by_instant: dict[datetime, list[Delivery]] = {}
    for delivery in waiting_deliveries([person_id]):
        if delivery.mode is not Mode.NOW:
            by_instant.setdefault(delivery.due_at, []).append(delivery)
    return sorted(by_instant.items())


def _unread(now: datetime) -> sa.ColumnElement[bool]:
    awake = sa.or_(Notification.snoozed_until.is_(None), Notification.snoozed_until <= now)
    return sa.and_(Notification.read_at.is_(None), awake)
