"""What the team does with what it remembers of a guest."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.booking.guests.events import (
    GuestNoteRemoved,
    GuestNoteWritten,
    GuestPreferencesChanged,
    GuestTagChanged,
    GuestTagRemoved,
    GuestTagsChosen,
    HealthMentionRecorded,
    HealthMentionRemoved,
    HealthSeen,
)
from app.booking.models import (
    GuestNote,
    GuestProfile,
    GuestTag,
    GuestTagging,
    HealthMention,
    HealthNature,
    TagTone,
)
from app.booking.queries import guests as queries
from app.directory.models import Person
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken


@dataclass(frozen=True)
class Preferences:
    """What a guest likes, as typed."""

    area: str
    table_code: str
    wishes: str
    birth_day: int | None
    birth_month: int | None


def choose_tags(person: Person, tags: list[GuestTag], *, actor: Actor) -> None:
    """Give a guest these tags, and no others."""
    before = {tag.id for tag in queries.tags_of([person.id])[person.id]}
    after = {tag.id: tag for tag in tags}
    if before == set(after):
        return
    gone = before - set(after)
    db.session.execute(
        sa.delete(GuestTagging).where(GuestTagging.person_id == person.id, GuestTagging.tag_id.in_(gone))
    )
    now = clock.now()
    db.session.add_all(
        GuestTagging(person_id=person.id, tag_id=tag_id, given_at=now) for tag_id in after if tag_id not in before
    )
    publish(GuestTagsChosen(person, actor, ", ".join(tag.name for tag in tags)))


def keep_preferences(person: Person, typed: Preferences, *, actor: Actor) -> None:
    """Keep what a guest likes."""
    profile = queries.profile_of(person.id)
    if profile is None:
        profile = GuestProfile(person_id=person.id)
        db.session.add(profile)
    for name, value in vars(typed).items():
        setattr(profile, name, value)
    profile.changed_at = clock.now()
    publish(GuestPreferencesChanged(person, actor))


def write_guest_note(person: Person, text: str, *, actor: Actor) -> None:
    """Keep a note about a guest."""
    db.session.add(GuestNote(person_id=person.id, text=text, author=actor.label, written_at=clock.now()))
    publish(GuestNoteWritten(person, actor))


def remove_guest_note(person: Person, note: GuestNote, *, actor: Actor) -> None:
    """Remove a note about a guest."""
    db.session.delete(note)
    publish(GuestNoteRemoved(person, actor))


def record_health(person: Person, nature: HealthNature, text: str, *, consented: bool, actor: Actor) -> None:
    """Note something of a guest's health. Raises RuleBroken without their consent (RGPD, article 9)."""
    if not consented:
        raise RuleBroken(_("Sans l’accord de la personne, rien de sa santé ne peut être noté."), "consent")
    db.session.add(
        HealthMention(person_id=person.id, nature=nature, text=text, consent_at=clock.now(), recorded_by=actor.label)
    )
    publish(HealthMentionRecorded(person, actor))


def remove_health(person: Person, mention: HealthMention, *, actor: Actor) -> None:
    """Remove something of a guest's health: they take their consent back, or it is no more so."""
    db.session.delete(mention)
    publish(HealthMentionRemoved(person, actor))


def tell_health_was_seen(people: list[Person], *, actor: Actor) -> None:
    """Leave the fact that somebody read what is noted of these guests' health."""
    for person in people:
        publish(HealthSeen(person, actor))


def keep_tag(tag: GuestTag | None, name: str, tone: TagTone, *, actor: Actor) -> GuestTag:
    """Make a tag of the house, or change one. Raises RuleBroken when another bears the name."""
    bearer = db.session.scalars(sa.select(GuestTag).where(GuestTag.name == name)).first()
    if bearer is not None and bearer is not tag:
        raise RuleBroken(_("Une étiquette porte déjà ce nom."), "name")
    if tag is None:
        tag = GuestTag(name=name, tone=tone, created_at=clock.now())
        db.session.add(tag)
    tag.name, tag.tone = name, tone
    publish(GuestTagChanged(tag, actor, name))
    return tag


def remove_tag(tag: GuestTag, *, actor: Actor) -> None:
    """Remove a tag of the house, from every guest."""
    publish(GuestTagRemoved(tag, actor, tag.name))
    db.session.delete(tag)
