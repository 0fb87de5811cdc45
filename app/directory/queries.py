"""Questions to the directory."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.directory.models import DistinctPeople, Establishment, Organisation, Person, PersonMerge, normalised_email
from app.kernel import clock
from app.kernel.datasets.searching import found_in
from app.kernel.db import db
from app.kernel.files import StoredFile
from app.kernel.once import once_a_request
from app.kernel.search import normalised


def establishments() -> list[Establishment]:
    """Give every establishment, the first one first, read once a request."""
    every = sa.select(Establishment).order_by(Establishment.position, Establishment.slug)
    return list(once_a_request("establishments", lambda: db.session.scalars(every).all()))


def houses_named() -> list[tuple[str, str]]:
    """Give each establishment as addresses and as people name it."""
    return [(house.slug, house.name) for house in establishments()]


def are_several() -> bool:
    """Tell whether there is more than one establishment."""
    return len(houses_named()) > 1


def first_establishment() -> Establishment | None:
    """Give the establishment the plain addresses speak of."""
    return next(iter(establishments()), None)


def zone_of(house: Establishment | None) -> str:
    """Give the zone of a house, the usual one where there is none yet."""
    return house.timezone if house else clock.USUAL_ZONE


def house_zone() -> str:
    """Give the zone of the first establishment: that of what belongs to the installation as a whole."""
    return zone_of(first_establishment())


def establishment_by_slug(slug: str) -> Establishment | None:
    """Give an establishment by the name it bears in addresses."""
    return db.session.scalars(sa.select(Establishment).where(Establishment.slug == slug)).first()


def logo_with(digest: str) -> StoredFile | None:
    """Give a stored file that is the logo of an establishment; any other is nobody's business."""
    query = sa.select(StoredFile).where(StoredFile.digest == digest)
    shown = sa.select(Establishment.id).where(Establishment.logo_digest == StoredFile.digest)
    return db.session.scalars(query.where(shown.exists())).first()


def person_with_email(email: str) -> Person | None:
    """Give the person whose normalised e-mail equals this one's: as it stands, or as it was before a merging."""
    found = db.session.scalars(sa.select(Person).where(Person.email_normalised == normalised_email(email))).first()
    return found or person_known_as(email)


KNOWN_AS = sa.select(PersonMerge.kept_id).where(
    PersonMerge.known_as == sa.bindparam("email"), PersonMerge.undone_at.is_(None)
)


def person_known_as(email: str) -> Person | None:
    """Give the person whom this address was merged into, if one was."""
    kept_id = db.session.scalar(KNOWN_AS, {"email": normalised_email(email)})
    return standing(db.session.get_one(Person, kept_id)) if kept_id is not None else None


MERGED_INTO = sa.select(PersonMerge.kept_id).where(
    PersonMerge.merged_id == sa.bindparam("merged", type_=sa.Uuid()), PersonMerge.undone_at.is_(None)
)


def standing(person: Person) -> Person:
    """Give the record that stands for a person: their own, or the one it was merged into."""
    kept_id = db.session.scalar(MERGED_INTO, {"merged": person.id})
    return person if kept_id is None else standing(db.session.get_one(Person, kept_id))


def person(person_id: UUID) -> Person | None:
    """Give a person by id."""
    return db.session.get(Person, person_id)


def first_organisation() -> Organisation | None:
    """Give the organisation this installation serves."""
    return db.session.scalars(sa.select(Organisation).order_by(Organisation.created_at).limit(1)).first()


_tellers: list[Callable[[Establishment], str]] = []


def siren_told_by(teller: Callable[[Establishment], str]) -> Callable[[Establishment], str]:
    """Declare who else knows the SIREN of the company that keeps a house; it gives nothing where it does not."""
    _tellers.append(teller)
    return teller


def siren_of(house: Establishment) -> str:
    """Give the SIREN of the company that keeps a house: its own, or as another slice tells it."""
    known = (house.organisation.siret or "")[:9]
    return known or next((told for teller in _tellers if (told := teller(house))), "")


def is_named(person_id: UUID) -> bool:
    """Tell whether any row of any slice names a person (what would go with them does not count)."""
    return any(
        db.session.scalar(sa.select(sa.exists().where(key.parent == person_id)))
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is Person.__table__.c.id and not key.ondelete
    )


def open_merges() -> list[PersonMerge]:
    """Give the mergings that can still be undone, the last one first."""
    query = sa.select(PersonMerge).where(PersonMerge.undone_at.is_(None), PersonMerge.settled_at.is_(None))
    query = query.options(joinedload(PersonMerge.kept), joinedload(PersonMerge.merged))
    return list(db.session.scalars(query.order_by(PersonMerge.merged_at.desc(), PersonMerge.id)))


def merges_into(person_id: UUID) -> list[PersonMerge]:
    """Give the mergings, not undone, whose person kept this is."""
    query = sa.select(PersonMerge).where(PersonMerge.undone_at.is_(None), PersonMerge.kept_id == person_id)
    return list(db.session.scalars(query.options(joinedload(PersonMerge.merged))))


def merged_people() -> sa.Select[Any]:
    """Select the ids of those whose record stands no more."""
    return sa.select(PersonMerge.merged_id).where(PersonMerge.undone_at.is_(None))


def merges_due(before: datetime) -> sa.Select[Any]:
    """Select the mergings long enough ago to be settled."""
    return sa.select(PersonMerge.id).where(
        PersonMerge.merged_at < before, PersonMerge.undone_at.is_(None), PersonMerge.settled_at.is_(None)
    )


def known_distinct() -> set[frozenset[UUID]]:
    """Give the pairs of whom somebody said that they are two."""
    rows = db.session.execute(sa.select(DistinctPeople.first_id, DistinctPeople.second_id))
    return {frozenset((first, second)) for first, second in rows}


def people_named(typed: str, limit: int = 10) -> list[Person]:
    """Give the people each of whose typed words stands in the name, the address or the number."""
    query = sa.select(Person).where(Person.erased_at.is_(None), Person.id.not_in(merged_people()))
    for word in normalised(typed).split()[:8]:
        places = (Person.search_text, Person.search_contact)
        query = query.where(sa.or_(*(found_in(place, word) for place in places)))
    return list(db.session.scalars(query.order_by(Person.last_name, Person.first_name, Person.id).limit(limit)))
