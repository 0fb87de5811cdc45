"""Person, Organisation, Establishment."""

import unicodedata
from datetime import date, datetime
from itertools import permutations
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.names import near
from app.kernel import clock, files
from app.kernel.db import Base, Identified
from app.kernel.formats import typed_phone
from app.kernel.languages import _
from app.kernel.search import normalised


def normalised_email(typed: str) -> str:
    """Give the form under which two spellings of an address are one: NFKC, trimmed, case folded."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def _found_by(context: Any) -> str:
    given = context.get_current_parameters()
    return normalised(f"{given['first_name']} {given['last_name']}")


def _reached_by(context: Any) -> str:
    given = context.get_current_parameters()
    return contact_words(given.get("email"), given.get("phone"))


def contact_words(email: str | None, phone: str | None) -> str:
    """Give what an address and a number are searched by; the number as it is kept, and as it is dialled here."""
    dialled = typed_phone(phone).replace(" ", "") if phone else ""
    return normalised(f"{email or ''} {phone or ''} {dialled}")


class Person(Identified, Base):
    """Somebody the installation knows, once. The e-mail, normalised, is what makes two records one."""

    __tablename__ = "people"
    __table_args__ = (
        sa.Index(
            "ix_people_phone",
            "phone",
            sqlite_where=sa.text("phone IS NOT NULL"),
            postgresql_where=sa.text("phone IS NOT NULL"),
        ),
    )

    first_name: Mapped[str] = mapped_column(sa.String(80))
    last_name: Mapped[str] = mapped_column(sa.String(80))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    email_normalised: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(10), default="fr")
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(sa.String(500), default=_found_by)
    search_contact: Mapped[str] = mapped_column(sa.String(500), default=_reached_by, server_default="")

    @property
    def full_name(self) -> str:
        """Give first and last name, or say that they were erased."""
        return f"{self.first_name} {self.last_name}".strip() if self.erased_at is None else _("Nom effacé")

    def may_be_named(self, first_name: str, last_name: str) -> bool:
        """Tell whether a name as typed, whole or half, may be theirs; accents and one letter count for nothing."""
        first, last = normalised(first_name), normalised(last_name)
        halves = ((first, normalised(self.first_name)), (last, normalised(self.last_name)))
        is_half = all(not typed or not kept or typed == kept for typed, kept in halves)
        return is_half or near(f"{first} {last}", normalised(self.full_name)) or self.is_begun_by(first_name, last_name)

    def is_begun_by(self, first_name: str, last_name: str) -> bool:
        """Tell whether what is typed is the beginning of their name, no more of it, in either order of its halves."""
        typed = normalised(f"{first_name} {last_name}")
        whole = [normalised(f"{one} {other}") for one, other in permutations((self.first_name, self.last_name))]
        return bool(typed) and typed not in whole and any(name.startswith(typed) for name in whole)

    @property
    def trail_name(self) -> str:
        """Name them in the audit trail, unless they were erased."""
        return self.full_name if self.erased_at is None else ""


@event.listens_for(Person, "before_update")
def _stay_findable(_mapper: object, _connection: object, person: Person) -> None:
    person.search_text = normalised(person.full_name)
    person.search_contact = contact_words(person.email, person.phone)


class Organisation(Identified, Base):
    """A legal person: the house itself, later companies and partners."""

    __tablename__ = "organisations"

    name: Mapped[str] = mapped_column(sa.String(120))
    siret: Mapped[str | None] = mapped_column(sa.String(14), unique=True)
    legal_form: Mapped[str] = mapped_column(sa.String(120), default="")
    created_at: Mapped[datetime]


class Establishment(Identified, Base):
    """A place with an address and a time zone, where the public is received."""

    __tablename__ = "establishments"

    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    timezone: Mapped[str] = mapped_column(sa.String(60), default=clock.USUAL_ZONE)
    address_line1: Mapped[str] = mapped_column(sa.String(120), default="")
    address_line2: Mapped[str] = mapped_column(sa.String(120), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(12), default="")
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="FR")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    position: Mapped[int] = mapped_column(default=0)
    logo_digest: Mapped[str | None] = mapped_column(sa.ForeignKey("stored_files.digest"), index=True)
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.name

    @property
    def initials(self) -> str:
        """Give up to two letters that stand for the house when it has no picture."""
        return "".join(word[0] for word in self.name.split() if word[0].isalnum())[:2].upper()

    @property
    def address_lines(self) -> list[str]:
        """Give the postal address as it is written on a letter."""
        lines = [self.address_line1, self.address_line2, f"{self.postal_code} {self.city}"]
        return [line.strip() for line in lines if line.strip()]

    def today(self) -> date:
        """Give the calendar date it is here now."""
        return clock.today(self.timezone)


files.cited_by(Establishment.logo_digest)


class PersonMerge(Identified, Base):
    """Two records of one person made one: what was moved is kept until it is undone, or settled after some days.

    `moved` names the rows by column; `fields` says what both records held before and after. `known_as` is the other
    address by which the person kept is recognised.
    """

    __tablename__ = "person_merges"
    __table_args__ = (
        sa.CheckConstraint("kept_id <> merged_id", name="two_people"),
        sa.CheckConstraint("undone_at IS NULL OR settled_at IS NULL", name="one_end"),
        sa.Index(
            "ix_person_merges_standing",
            "merged_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )

    kept_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    merged_at: Mapped[datetime]
    merged_by: Mapped[str] = mapped_column(sa.String(200))
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    known_as: Mapped[str | None] = mapped_column(sa.String(254), index=True)
    undone_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    kept: Mapped[Person] = relationship(foreign_keys=[kept_id])
    merged: Mapped[Person] = relationship(foreign_keys=[merged_id])

    @property
    def is_open(self) -> bool:
        """Tell whether it can still be undone."""
        return self.undone_at is None and self.settled_at is None


class DistinctPeople(Base):
    """Two persons who are not one, as somebody said: nobody is asked again. The lesser id is first."""

    __tablename__ = "distinct_people"

    first_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    decided_at: Mapped[datetime]
