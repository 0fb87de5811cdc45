"""Questions to the directory."""

from uuid import UUID

import sqlalchemy as sa

from app.directory.models import Establishment, Organisation, Person, normalised_email
from app.kernel.db import db


def establishments() -> list[Establishment]:
    """Give every establishment, the first one first."""
    return list(db.session.scalars(sa.select(Establishment).order_by(Establishment.position, Establishment.slug)))


FIRST = sa.select(Establishment).order_by(Establishment.position, Establishment.slug).limit(1)


def first_establishment() -> Establishment | None:
    """Give the establishment the plain addresses speak of."""
    return db.session.scalars(FIRST).first()


def establishment_by_slug(slug: str) -> Establishment | None:
    """Give an establishment by the name it bears in addresses."""
    return db.session.scalars(sa.select(Establishment).where(Establishment.slug == slug)).first()


def person_with_email(email: str) -> Person | None:
    """Give the person whose normalised e-mail equals this one's."""
    return db.session.scalars(sa.select(Person).where(Person.email_normalised == normalised_email(email))).first()


def person(person_id: UUID) -> Person | None:
    """Give a person by id."""
    return db.session.get(Person, person_id)


def first_organisation() -> Organisation | None:
    """Give the organisation this installation serves."""
    return db.session.scalars(sa.select(Organisation).order_by(Organisation.created_at).limit(1)).first()


def is_named(person_id: UUID) -> bool:
    """Tell whether any row of any slice names a person (what would go with them does not count)."""
    return any(
        db.session.scalar(sa.select(sa.exists().where(key.parent == person_id)))
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is Person.__table__.c.id and not key.ondelete
    )
