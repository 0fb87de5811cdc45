"""Verbs of the directory."""

from uuid import UUID

import sqlalchemy as sa

from app.directory import queries
from app.directory.events import LogoChanged, LogoRemoved
from app.directory.models import Establishment, Organisation, Person, normalised_email
from app.directory.permissions import MANAGE_ESTABLISHMENT
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db, insert_missing, new_id
from app.kernel.events import publish
from app.kernel.files import StoredFile
from app.kernel.lifecycle import require


def known_or_new_person_id(*, first_name: str, last_name: str, email: str, phone: str | None, language: str) -> UUID:
    """Give the id of the person with this e-mail, or of a new one. Nothing of a known person is overwritten.

    Two visitors giving the same new address at once get the same person: the unique e-mail decides.
    """
    merged = queries.person_known_as(email)
    if merged is not None:
        return merged.id
    person_id = new_id()
    inserted = insert_missing(
        Person,
        id=person_id,
        first_name=first_name,
        last_name=last_name,
        email=email,
        email_normalised=normalised_email(email),
        phone=phone,
        language=language,
        created_at=clock.now(),
    )
    if inserted:
        return person_id
    known = queries.person_with_email(email)
    if known is None:
        raise LookupError("the person just met is gone")
    return known.id


def known_or_new_person(*, first_name: str, last_name: str, email: str, phone: str | None, language: str) -> Person:
    """Give the person with this e-mail, or a new one, as `known_or_new_person_id` does."""
    found = known_or_new_person_id(
        first_name=first_name, last_name=last_name, email=email, phone=phone, language=language
    )
    return db.session.get_one(Person, found)


def new_person(*, first_name: str, last_name: str, phone: str | None, language: str = "fr") -> Person:
    """Give a new person without an e-mail, as staff take them by telephone."""
    person = Person(
        first_name=first_name,
        last_name=last_name,
        email=None,
        email_normalised=None,
        phone=phone,
        language=language,
        created_at=clock.now(),
    )
    db.session.add(person)
    return person


def first_or_new_organisation(name: str) -> Organisation:
    """Give the organisation of this installation, made at need."""
    organisation = queries.first_organisation()
    if organisation is None:
        organisation = Organisation(name=name, created_at=clock.now())
        db.session.add(organisation)
    return organisation


def new_establishment(*, slug: str, name: str) -> Establishment:
    """Give a new establishment of this installation, placed after the others."""
    establishment = Establishment(
        slug=slug,
        name=name,
        organisation=first_or_new_organisation(name),
        created_at=clock.now(),
        position=len(queries.establishments()),
    )
    db.session.add(establishment)
    return establishment


def change_logo(house: Establishment, logo: StoredFile, *, actor: Actor) -> None:
    """Show a picture for the house from now on; the one before goes when nothing else shows it."""
    require(actor, MANAGE_ESTABLISHMENT, house)
    if house.logo_digest != logo.digest:
        house.logo_digest = logo.digest
        publish(LogoChanged(house, actor))


def remove_logo(house: Establishment, *, actor: Actor) -> None:
    """Show the initials of the house again."""
    require(actor, MANAGE_ESTABLISHMENT, house)
    if house.logo_digest is not None:
        house.logo_digest = None
        publish(LogoRemoved(house, actor))


def forget_person(person_id: UUID) -> bool:
    """Delete a person whom nothing names; tell whether they are gone. What names them (a reservation) keeps them."""
    if queries.is_named(person_id):
        return False
    db.session.execute(sa.delete(Person).where(Person.id == person_id))
    return True


def blank_person(person: Person) -> None:
    """Take from a person's record all that tells who it is."""
    person.first_name = person.last_name = ""
    person.email = person.email_normalised = person.phone = None
    person.erased_at = clock.now()
