"""Questions about guests: who they are over their visits, what is known of them, what marks they bear."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking.guests.permissions import VIEW_GUESTS, VIEW_HEALTH, houses_of, received_at
from app.booking.models import (
    COMING,
    GuestNote,
    GuestProfile,
    GuestTag,
    GuestTagging,
    HealthMention,
    Reservation,
)
from app.booking.models import ReservationState as S
from app.booking.permissions import TONIGHT, day_under_way
from app.booking.queries.reservations import visible_to
from app.directory.models import Establishment, Person
from app.directory.queries import merged_people
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.languages import _
from app.kernel.scopes import Scope

YEAR = timedelta(days=365)
CAME = (S.SEATED, S.FINISHED)


def _of_guest(*conditions: sa.ColumnElement[bool], what: Any) -> sa.ScalarSelect[Any]:
    query = sa.select(what).select_from(Reservation).where(Reservation.guest_id == Person.id, *conditions)
    return query.correlate(Person).scalar_subquery()


NUMBER = sa.func.count()
VISITS = _of_guest(Reservation.state.in_(CAME), what=NUMBER)
ABSENCES = _of_guest(Reservation.state == S.NO_SHOW, what=NUMBER)
CONTACTS = _of_guest(what=sa.func.aggregate_strings(Reservation.search_contact, " "))
LAST_VISIT = _of_guest(Reservation.state.in_(CAME), what=sa.func.max(Reservation.service_date))


def guests_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the people who have booked, as this actor may see them: everywhere, or in their establishments.

    Each is asked about by their own reservations: those of everybody are never read.
    """
    scopes = actor.scopes(VIEW_GUESTS)
    booked = sa.select(Reservation.id).where(
        Reservation.guest_id == Person.id, Reservation.state.not_in((S.HELD, S.EXPIRED))
    )
    return sa.select(Person).where(
        Person.erased_at.is_(None),
        Person.id.not_in(merged_people()),
        booked.correlate(Person).exists() if Scope() in scopes else received_at(houses_of(scopes)),
    )


@dataclass(frozen=True)
class Record:
    """What a guest's visits amount to."""

    visits: int
    absences: int
    cancellations: int
    first_visit: date | None
    last_visit: date | None


def record_of(person_id: UUID) -> Record:
    """Count a guest's visits, absences and cancellations, in one query."""
    came = Reservation.state.in_(CAME)
    day = sa.case((came, Reservation.service_date))
    query = sa.select(
        NUMBER.filter(came),
        NUMBER.filter(Reservation.state == S.NO_SHOW),
        NUMBER.filter(Reservation.state == S.CANCELLED),
        sa.func.min(day),
        sa.func.max(day),
    ).where(Reservation.guest_id == person_id)
    visits, absences, cancellations, first_visit, last_visit = db.session.execute(query).one()
    return Record(visits, absences, cancellations, first_visit, last_visit)


def absences_since(person_id: UUID, since: datetime) -> int:
    """Count how often a guest was awaited in vain since an instant."""
    query = sa.select(sa.func.count()).where(
        Reservation.guest_id == person_id, Reservation.state == S.NO_SHOW, Reservation.starts_at >= since
    )
    return db.session.scalar(query) or 0


def visits_of(person: Person, actor: Actor, limit: int = 20) -> list[Reservation]:
    """Give a guest's reservations that this actor may see, the last one first."""
    query = visible_to(actor).where(Reservation.guest_id == person.id)
    return list(db.session.scalars(query.order_by(Reservation.starts_at.desc(), Reservation.id).limit(limit)))


def reached_at(person: Person) -> tuple[str, str]:
    """Give the number and the address that reach a guest: their own, or those they last left with a reservation."""
    left = []
    for own, column in ((person.phone, Reservation.phone), (person.email, Reservation.email)):
        query = sa.select(column).where(Reservation.guest_id == person.id, column != "")
        left.append(own or db.session.scalar(query.order_by(Reservation.created_at.desc()).limit(1)) or "")
    number, address = left
    return number, address


def tags() -> list[GuestTag]:
    """Give the tags of the house, by name."""
    return list(db.session.scalars(sa.select(GuestTag).order_by(GuestTag.name)))


def tags_of(person_ids: Collection[UUID]) -> dict[UUID, list[GuestTag]]:
    """Give the tags of these guests."""
    found: dict[UUID, list[GuestTag]] = defaultdict(list)
    if person_ids:
        query = sa.select(GuestTagging).join(GuestTag).where(GuestTagging.person_id.in_(person_ids))
        for tagging in db.session.scalars(query.order_by(GuestTag.name)):
            found[tagging.person_id].append(tagging.tag)
    return found


@dataclass(frozen=True)
class Mark:
    """What the team should know of a guest at a glance: a word, the tone of its badge."""

    label: str
    tone: str
    of_health: bool = False


Marks = Mapping[UUID | None, Sequence[Mark]]


def marks_of(
    person_ids: Collection[UUID | None], day: date, actor: Actor, house: Establishment | None = None
) -> dict[UUID | None, list[Mark]]:
    """Give the marks of these guests on a day, in one query: health to be read, a birthday, then tags.

    What the health mark is about is read elsewhere, by who may; here only those learn of it who may read it (in that
    house, if one is given).
    """
    known = {person_id for person_id in person_ids if person_id is not None}
    marks: dict[UUID | None, list[Mark]] = defaultdict(list)
    if not known:
        return marks
    parts = [_birthdays(known, day), _tags_given(known)]
    if _reads_health(actor, day, house):
        parts.insert(0, _health_noted(known))
    found = sa.union_all(*parts).order_by("rank", "label")
    for person_id, rank, label, tone in db.session.execute(found):
        marks[person_id].append(DECLARED[rank]() if rank in DECLARED else Mark(label, tone))
    return marks


HEALTH, BIRTHDAY, TAG = range(3)
DECLARED: dict[int, Callable[[], Mark]] = {
    HEALTH: lambda: Mark(_("Santé : à lire"), "danger", of_health=True),
    BIRTHDAY: lambda: Mark(_("Anniversaire"), "success"),
}


def _reads_health(actor: Actor, day: date, house: Establishment | None) -> bool:
    scopes = actor.scopes(VIEW_HEALTH)
    if house is None or Scope() in scopes:
        return bool(scopes)
    here = {scope.kind for scope in scopes if scope.id in ("", str(house.id))}
    return "establishment" in here or (TONIGHT in here and day == day_under_way(house))


NO_WORD = sa.literal("")


def _health_noted(known: Collection[UUID]) -> sa.Select[Any]:
    return _marked(HealthMention.person_id, HEALTH).where(HealthMention.person_id.in_(known)).distinct()


def _birthdays(known: Collection[UUID], day: date) -> sa.Select[Any]:
    born_then = sa.and_(GuestProfile.birth_day == day.day, GuestProfile.birth_month == day.month)
    return _marked(GuestProfile.person_id, BIRTHDAY).where(GuestProfile.person_id.in_(known), born_then)


def _tags_given(known: Collection[UUID]) -> sa.Select[Any]:
    tags = _marked(GuestTagging.person_id, TAG, GuestTag.name, sa.type_coerce(GuestTag.tone, sa.String))
    return tags.join(GuestTag, GuestTag.id == GuestTagging.tag_id).where(GuestTagging.person_id.in_(known))


def _marked(person: Any, rank: int, *word: Any) -> sa.Select[Any]:
    label, tone = word or (NO_WORD, NO_WORD)
    return sa.select(person, sa.literal(rank).label("rank"), label.label("label"), tone.label("tone"))


def profile_of(person_id: UUID) -> GuestProfile | None:
    """Give what a guest likes, if anything is known."""
    return db.session.get(GuestProfile, person_id)


def notes_of(person_id: UUID) -> list[GuestNote]:
    """Give the notes about a guest, the last one first."""
    query = sa.select(GuestNote).where(GuestNote.person_id == person_id)
    return list(db.session.scalars(query.order_by(GuestNote.written_at.desc(), GuestNote.id)))


def health_of(person_id: UUID) -> list[HealthMention]:
    """Give what is noted of a guest's health."""
    query = sa.select(HealthMention).where(HealthMention.person_id == person_id)
    return list(db.session.scalars(query.order_by(HealthMention.nature, HealthMention.consent_at, HealthMention.id)))


def expected_with_health(
    establishment_id: UUID, service_date: date, actor: Actor
) -> list[tuple[Reservation, list[HealthMention]]]:
    """Give the parties of a day of whose health something is noted, as far as this actor may know it."""
    query = visible_to(actor).where(
        Reservation.establishment_id == establishment_id,
        Reservation.service_date == service_date,
        Reservation.state.in_((*COMING, S.SEATED)),
        Reservation.guest_id.in_(sa.select(HealthMention.person_id)),
    )
    parties = [
        reservation
        for reservation in db.session.scalars(query.order_by(Reservation.starts_at, Reservation.id))
        if actor.may(VIEW_HEALTH, reservation)
    ]
    mentions: dict[UUID | None, list[HealthMention]] = defaultdict(list)
    guests = {reservation.guest_id for reservation in parties}
    found = sa.select(HealthMention).where(HealthMention.person_id.in_(guests))
    for mention in db.session.scalars(found.order_by(HealthMention.nature, HealthMention.id)):
        mentions[mention.person_id].append(mention)
    return [(reservation, mentions[reservation.guest_id]) for reservation in parties]


def reached_by_number(number: str) -> sa.CompoundSelect[Any]:
    """Select whom a number reaches: it is their own, or they left it with a reservation. Read along two indexes."""
    is_indexed = Reservation.phone != ""
    left = sa.select(Reservation.guest_id).where(
        Reservation.phone == number, is_indexed, Reservation.guest_id.is_not(None)
    )
    return sa.union(sa.select(Person.id).where(Person.phone == number), left)


def guest_reached_by(email: str, phone: str) -> Person | None:
    """Give the guest whom this address or this number reaches; nobody when a number reaches several."""
    reached: list[sa.SelectBase] = []
    if email:
        reached.append(sa.select(Person.id).where(Person.email_normalised == email))
    if phone:
        reached += reached_by_number(phone).selects
    if not reached:
        return None
    query = sa.select(Person).where(
        Person.id.in_(sa.union(*reached)), Person.erased_at.is_(None), Person.id.not_in(merged_people())
    )
    found = list(db.session.scalars(query.limit(3)))
    exact = [person for person in found if email and person.email_normalised == email]
    chosen = exact or found
    return chosen[0] if len(chosen) == 1 else None


def stale_health(before: datetime, recorded_before: datetime) -> sa.Select[Any]:
    """Select what is noted of the health of guests who have not come, and are not expected, since an instant."""
    recalled = sa.select(Reservation.id).where(
        Reservation.guest_id == HealthMention.person_id,
        Reservation.starts_at >= before,
        Reservation.state.in_((*COMING, *CAME)),
    )
    return sa.select(HealthMention.id).where(HealthMention.consent_at < recorded_before, ~recalled.exists())
