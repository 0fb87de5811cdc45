"""What the kernel asks when something is announced: who is told, how soon by each channel, and what the letter says."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel import clock, topics
from app.kernel.db import db, insert_missing, new_id
from app.kernel.delivery import Announcement
from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message
from app.kernel.notices import Mode, Notice, notices
from app.notifications import queries, rooms
from app.notifications.jobs import send_due
from app.notifications.models import Delivery, Notification, Rhythm, ToldAnnouncement
from app.notifications.notices import DIGEST, announcement
from app.notifications.resolution import MERGING, Defaults, Quiet, chosen_mode, due, proposed
from app.notifications.settings import EVERYBODY, default_of
from app.notifications.ways import reached_by


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
    rooms.tell(announcement)
    if told:
        _write_lines(announcement, told)
        _plan(announcement, told)
        topics.touch(*(topic_of(one.person_id) for one in told))
    return len(told)


def compose(record: Any, message: Message) -> Letter | None:
    """Write what tells a person, or the room of a team, what was announced."""
    return (rooms.telling if message.channel is Channel.WEBHOOK else announcement)(record, message)


def is_unwanted(message: Message) -> bool:
    """Tell whether the person has since refused this message, which was not planned by their preferences."""
    declared = notices()[message.notice]
    if not declared.optional or declared.is_announced or declared is DIGEST or message.person_id is None:
        return False
    wishes = queries.wishes_of([message.person_id]).get(message.person_id, {})
    return mode_for(declared, wishes, message.channel) is Mode.OFF


def mode_for(
    declared: Notice, wishes: queries.Wishes, channel: Channel = Channel.EMAIL, roles: Collection[str] = ()
) -> Mode:
    """Give how soon a person hears of a notice by a channel. A letter of its own comes as its slice sends it."""
    return chosen_mode(
        wishes.get(channel, {}),
        notice=declared.code,
        category=declared.category,
        default=proposed(channel, declared.mode) if declared.is_announced else declared.mode,
        defaults=_defaults(roles) if channel is Channel.EMAIL else Defaults(),
    )


def _defaults(roles: Collection[str]) -> Defaults:
    """Give what the house chose for mail; of their own telephone and devices people decide alone."""
    everybody = default_of(EVERYBODY)
    return Defaults(
        tuple(Mode(chosen) for role in roles if (chosen := default_of(role))),
        Mode(everybody) if everybody else None,
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
    """Plan each channel. The repeat of a line waits ten minutes, so that what follows joins it."""
    heard = [one for one in told if not one.is_muted]
    people = [one.person_id for one in heard]
    wishes, rhythms = queries.wishes_of(people), queries.rhythms_of(people)
    waiting = _waiting_for(one for one in heard if one.is_repeat)
    rows = []
    for channel, reached in reached_by(people).items():
        for one in heard:
            if one.person_id not in reached or (one.line_id, channel) in waiting:
                continue
            mode = _mode(announcement.notice, one, channel, wishes.get(one.person_id, {}))
            due_at = _due(announcement, one, channel, mode, quiet_of(rhythms.get(one.person_id)))
            if due_at is not None:
                rows.append(_row(one, channel, mode, due_at))
    _insert(Delivery, rows)
    if any(row["due_at"] <= clock.now() for row in rows):
        send_due.later(key=f"notifications.send_due:{announcement.key}")


def _mode(notice: Notice, one: Told, channel: Channel, wishes: queries.Wishes) -> Mode:
    return Mode.NOW if is_imposed(notice, channel) else mode_for(notice, wishes, channel, one.roles)


def _due(announcement: Announcement, one: Told, channel: Channel, mode: Mode, quiet: Quiet) -> datetime | None:
    gathers = one.is_repeat and mode is Mode.NOW
    from_then = announcement.at + MERGING if gathers else announcement.at
    return due(mode, from_then, quiet, required=is_imposed(announcement.notice, channel))


def is_imposed(notice: Notice, channel: Channel) -> bool:
    """Tell whether nobody can refuse it: what is required comes by mail, and by other channels as people wish."""
    return not notice.optional and channel is Channel.EMAIL


def _waiting_for(repeats: Iterable[Told]) -> set[tuple[UUID, Channel]]:
    people = [one.person_id for one in repeats]
    waiting = queries.waiting_deliveries(people) if people else []
    return {(delivery.notification_id, delivery.channel) for delivery in waiting}


def _row(one: Told, channel: Channel, mode: Mode, due_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "notification_id": one.line_id,
        "person_id": one.person_id,
        "channel": channel,
        "mode": mode,
        "due_at": due_at,
        "letter": None,
    }


def _insert(model: type[Notification] | type[Delivery], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(model), rows)
