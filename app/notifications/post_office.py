"""What the kernel asks when something is announced: who is told, how soon by each channel, and what the letter says."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel import clock, topics
from app.kernel.db import db, insert_missing, new_id
from app.kernel.messages import Channel, Message
from app.kernel.notices import Announcement, Mode, Notice, notices
from app.notifications import queries
from app.notifications.jobs import send_due
from app.notifications.models import Delivery, Notification, Rhythm, ToldAnnouncement
from app.notifications.notices import DIGEST
from app.notifications.notices import announcement as compose
from app.notifications.resolution import MERGING, Defaults, Quiet, chosen_mode, due
from app.notifications.settings import EVERYBODY, default_of

__all__ = ["compose", "is_unwanted", "mode_for", "quiet_of", "spread"]


@dataclass(frozen=True)
class Told:
    """One person told of an announcement: on a new line, or on that of a recent one, which it repeats.

    What is required repeats nothing: a password changed, then a key added, are two lines and two letters.
    """

    person_id: UUID
    line_id: UUID
    roles: frozenset[str]
    is_repeat: bool
    is_muted: bool


def spread(announcement: Announcement) -> int:
    """Write the line of each person told, and plan each channel; give how many are told. Done once per key."""
    if not insert_missing(ToldAnnouncement, key=announcement.key, told_at=clock.now()):
        return 0
    told = _told(announcement)
    if told:
        _write_lines(announcement, told)
        _plan(announcement, told)
        topics.touch(*(topic_of(one.person_id) for one in told))
    return len(told)


def is_unwanted(message: Message) -> bool:
    """Tell whether the person has since refused this letter, which was not planned by their preferences."""
    declared = notices()[message.notice]
    if not declared.optional or declared.is_announced or declared is DIGEST or message.person_id is None:
        return False
    wishes = queries.wishes_of([message.person_id], Channel.EMAIL).get(message.person_id, {})
    return mode_for(declared, wishes) is Mode.OFF


def mode_for(declared: Notice, wishes: dict[str, Mode], roles: Collection[str] = ()) -> Mode:
    """Give how soon a person hears of a notice by e-mail."""
    everybody = default_of(EVERYBODY)
    defaults = Defaults(
        tuple(Mode(chosen) for role in roles if (chosen := default_of(role))),
        Mode(everybody) if everybody else None,
    )
    return chosen_mode(
        wishes, notice=declared.code, category=declared.category, default=declared.mode, defaults=defaults
    )


def by_which(declared: Notice, roles: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Give the roles by which somebody is told of a notice, of those by which they hold each permission."""
    return roles.get(declared.audience.code, frozenset()) if declared.audience is not None else frozenset()


def quiet_of(rhythm: Rhythm | None) -> Quiet:
    """Give when a person may be disturbed."""
    if rhythm is None:
        return Quiet()
    return Quiet(rhythm.zone, rhythm.quiet_from, rhythm.quiet_until, rhythm.paused_until)


def topic_of(person_id: UUID) -> str:
    """Name what the bell and the centre of a person poll."""
    return f"notices:{person_id}"


def _told(announcement: Announcement) -> list[Told]:
    record, notice = announcement.record, announcement.notice
    people = queries.people_told(announcement)
    since = announcement.at - MERGING
    repeated = queries.recent_lines(record.kind(), record.id, notice.category, since) if notice.optional else {}
    muted = queries.mutes_of(record.kind(), record.id) if notice.optional else set()
    return [
        Told(person_id, repeated.get(person_id) or new_id(), roles, person_id in repeated, person_id in muted)
        for person_id, roles in people.items()
    ]


def _write_lines(announcement: Announcement, told: list[Told]) -> None:
    now = announcement.at
    said = {"notice": announcement.notice.code, "details": announcement.details, "last_at": now}
    new = [
        {
            **said,
            "id": one.line_id,
            "person_id": one.person_id,
            "category": announcement.notice.category,
            "subject_kind": announcement.record.kind(),
            "subject_id": announcement.record.id,
            "first_at": now,
            "repeats": 0,
            "read_at": now if one.is_muted else None,
        }
        for one in told
        if not one.is_repeat
    ]
    _insert(Notification, new)
    merged = [one.line_id for one in told if one.is_repeat]
    if merged:
        repeat = sa.update(Notification).where(Notification.id.in_(merged))
        db.session.execute(repeat.values(**said, repeats=Notification.repeats + 1))


def _plan(announcement: Announcement, told: list[Told]) -> None:
    """Plan the e-mails. The repeat of a line waits ten minutes, so that what follows joins it."""
    notice = announcement.notice
    heard = [one for one in told if not one.is_muted]
    people = [one.person_id for one in heard]
    wishes, rhythms = queries.wishes_of(people, Channel.EMAIL), queries.rhythms_of(people)
    waiting = {delivery.notification_id for delivery in _waiting_for(one for one in heard if one.is_repeat)}
    rows = []
    for one in heard:
        mode = mode_for(notice, wishes.get(one.person_id, {}), one.roles) if notice.optional else Mode.NOW
        gathers = one.is_repeat and mode is Mode.NOW
        from_then = announcement.at + MERGING if gathers else announcement.at
        due_at = due(mode, from_then, quiet_of(rhythms.get(one.person_id)), required=not notice.optional)
        if due_at is not None and one.line_id not in waiting:
            rows.append(_row(one, mode, due_at))
    _insert(Delivery, rows)
    if any(row["due_at"] <= clock.now() for row in rows):
        send_due.later(key=f"notifications.send_due:{announcement.key}")


def _waiting_for(repeats: Iterable[Told]) -> list[Delivery]:
    people = [one.person_id for one in repeats]
    return queries.waiting_deliveries(people) if people else []


def _row(one: Told, mode: Mode, due_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "notification_id": one.line_id,
        "person_id": one.person_id,
        "channel": Channel.EMAIL,
        "mode": mode,
        "due_at": due_at,
        "letter": None,
    }


def _insert(model: type[Notification] | type[Delivery], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(model), rows)
