"""Verbs of one's own centre and preferences, and the lifting of a suppressed address."""

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

import sqlalchemy as sa

from app.directory.models import Person
from app.kernel import clock, settings, topics
from app.kernel.access import Actor
from app.kernel.choices import Choice
from app.kernel.db import db, insert_missing, new_id
from app.kernel.events import publish
from app.kernel.languages import N_
from app.kernel.messages import Channel
from app.kernel.notices import Mode, Notice, notices
from app.kernel.suppression import SuppressedAddress
from app.notifications import queries
from app.notifications.events import AddressLifted, DefaultMode, NoticeDefaultsChanged, NoticePreferencesChanged
from app.notifications.models import Mute, Notification, Preference, Rhythm
from app.notifications.notices import DIGEST
from app.notifications.post_office import by_which, is_imposed, mode_for, quiet_of, topic_of
from app.notifications.resolution import EVERYTHING, due
from app.notifications.settings import EMAIL_MODE, EVERYBODY, default_of

HOURS = "hours"


class Preset(Choice):
    """A way of being told that suits many."""

    ESSENTIAL = "essentiel", N_("Essentiel")
    NORMAL = "normal", N_("Normal")
    ALL = "tout", N_("Tout")


PRESET_WISHES: dict[Preset, dict[Channel, Mode]] = {
    Preset.ESSENTIAL: dict.fromkeys((Channel.EMAIL, Channel.SMS, Channel.PUSH), Mode.OFF),
    Preset.NORMAL: {},
    Preset.ALL: dict.fromkeys((Channel.EMAIL, Channel.PUSH), Mode.NOW),
}


# --- the centre -----------------------------------------------------------------------------------------------


def mark_read(told: Notification) -> None:
    """Keep that a line was read."""
    if told.read_at is None:
        told.read_at, told.snoozed_until = clock.now(), None
        topics.touch(topic_of(told.person_id))


def mark_unread(told: Notification) -> None:
    """Put a line back among those to be read."""
    told.read_at = told.snoozed_until = None
    topics.touch(topic_of(told.person_id))


def mark_all_read(person_id: UUID, *, category: str = "") -> None:
    """Keep that every line was read, or those of a category; what was put off until later stays put off."""
    now = clock.now()
    awake = sa.or_(Notification.snoozed_until.is_(None), Notification.snoozed_until <= now)
    unread = sa.update(Notification).where(Notification.person_id == person_id, Notification.read_at.is_(None), awake)
    if category:
        unread = unread.where(Notification.category == category)
    db.session.execute(unread.values(read_at=now, snoozed_until=None))
    topics.touch(topic_of(person_id))


def snooze(told: Notification, until: datetime) -> None:
    """Put a line off: it comes back unread."""
    told.read_at, told.snoozed_until = None, until
    topics.touch(topic_of(told.person_id))


def mute(told: Notification) -> None:
    """Hear no more of a record: its lines are kept, already read, and told by no channel."""
    insert_missing(
        Mute,
        id=new_id(),
        person_id=told.person_id,
        subject_kind=told.subject_kind,
        subject_id=told.subject_id,
        created_at=clock.now(),
    )
    same = sa.update(Notification).where(
        Notification.person_id == told.person_id,
        Notification.subject_kind == told.subject_kind,
        Notification.subject_id == told.subject_id,
        Notification.read_at.is_(None),
    )
    db.session.execute(same.values(read_at=clock.now(), snoozed_until=None))
    for waiting in queries.waiting_deliveries([told.person_id]):
        about = waiting.notification
        optional = about.notice in notices() and notices()[about.notice].optional
        if optional and (about.subject_kind, about.subject_id) == (told.subject_kind, told.subject_id):
            db.session.delete(waiting)
    topics.touch(topic_of(told.person_id))


def unmute(muted: Mute) -> None:
    """Hear of a record again."""
    db.session.delete(muted)


# --- preferences ----------------------------------------------------------------------------------------------


def prefer(
    person: Person, wishes: Mapping[str, Mode | None], *, actor: Actor, channel: Channel = Channel.EMAIL
) -> None:
    """Keep what somebody chose for a channel, by target; None forgets the choice. What waits is planned again."""
    for target, mode in wishes.items():
        kept = db.session.get(Preference, (person.id, target, channel))
        before = kept.mode if kept is not None else None
        if mode is before:
            continue
        if kept is None:
            db.session.add(Preference(person_id=person.id, target=target, channel=channel, mode=mode))
        elif mode is None:
            db.session.delete(kept)
        else:
            kept.mode = mode
        publish(NoticePreferencesChanged(person, actor, target, channel.value))
    db.session.flush()
    _plan_again(person.id)


def take_preset(person: Person, preset: Preset, *, actor: Actor) -> None:
    """Choose for everything at once; what was chosen in detail is forgotten."""
    details = queries.wishes_of([person.id]).get(person.id, {})
    for channel in PRESET_WISHES[Preset.ESSENTIAL]:
        forgotten: dict[str, Mode | None] = dict.fromkeys(details.get(channel, {}))
        prefer(person, {**forgotten, EVERYTHING: PRESET_WISHES[preset].get(channel)}, actor=actor, channel=channel)


def set_rhythm(
    person: Person, *, zone: str, quiet: tuple[time, time] | None, paused_until: datetime | None, actor: Actor
) -> None:
    """Keep when somebody may be disturbed. What waits is planned again."""
    rhythm = db.session.get(Rhythm, person.id)
    if rhythm is None:
        rhythm = Rhythm(person_id=person.id)
        db.session.add(rhythm)
    rhythm.zone, rhythm.paused_until = zone, paused_until
    rhythm.quiet_from, rhythm.quiet_until = quiet or (None, None)
    publish(NoticePreferencesChanged(person, actor, HOURS))
    db.session.flush()
    _plan_again(person.id)


def subscribe(person: Person, declared: Notice, mode: Mode, *, actor: Actor) -> None:
    """Choose from a letter how soon others like it come; from a digest, for everything."""
    if declared is DIGEST:
        details = queries.wishes_of([person.id]).get(person.id, {}).get(Channel.EMAIL, {})
        prefer(person, {**dict.fromkeys(details), EVERYTHING: mode}, actor=actor)
    else:
        prefer(person, {declared.code: mode}, actor=actor)


def _plan_again(person_id: UUID) -> None:
    """Give what waits the instant that fits the new choice; what a channel tells no more stays in the centre."""
    wishes = queries.wishes_of([person_id]).get(person_id, {})
    quiet, roles = quiet_of(queries.rhythms_of([person_id]).get(person_id)), queries.roles_of(person_id)
    for waiting in queries.waiting_deliveries([person_id]):
        declared = notices().get(waiting.notification.notice)
        if declared is None or is_imposed(declared, waiting.channel):
            continue
        mode = mode_for(declared, wishes, waiting.channel, by_which(declared, roles))
        due_at = due(mode, clock.now(), quiet)
        if due_at is None:
            db.session.delete(waiting)
        else:
            waiting.mode, waiting.due_at = mode, due_at


# --- defaults ------------------------------------------------------------------------------------------------------


def set_default(holder: str, mode: str, *, actor: Actor) -> None:
    """Keep how soon a role, or everybody, is written to by default. Raises RuleBroken for what is no mode."""
    before = default_of(holder)
    level = settings.INSTALLATION if holder == EVERYBODY else "role"
    settings.change(EMAIL_MODE, mode, level=level, holder=holder)
    subject = DefaultMode(f"{EMAIL_MODE.code}:{holder}"[:40])
    publish(NoticeDefaultsChanged(subject, actor, before, mode))


# --- addresses ------------------------------------------------------------------------------------------------


def lift(suppressed: SuppressedAddress, *, actor: Actor) -> None:
    """Write again to an address that a server had refused."""
    publish(AddressLifted(suppressed, actor))
    db.session.delete(suppressed)
