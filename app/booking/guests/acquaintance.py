"""Whom the house may know a caller to be, while a form is filled in: one of them can be chosen, and so can nobody.

One block serves both forms of the desk. It answers to what is typed, and is drawn again with a form that was refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from flask import request, url_for
from wtforms import Form

from app.booking.guests.permissions import VIEW_GUESTS
from app.booking.guests.presentation import absences_in_words
from app.booking.permissions import VIEW_CONTACT, day_under_way
from app.booking.queries import callers
from app.booking.queries import guests as queries
from app.booking.service.acquaintance import mismatch
from app.directory.models import Establishment, Person, normalised_email
from app.directory.queries import standing
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.formats import clock_time, normalised_phone, typed_phone
from app.kernel.forms import tidy
from app.kernel.languages import LANGUAGES, SOURCE
from app.kernel.search import normalised

LEAST_LETTERS = 3


@dataclass(frozen=True)
class Typed:
    """What stands in the form. `guest` is the record chosen, `offered` the one last shown as chosen."""

    first_name: str
    last_name: str
    phone: str
    email: str
    guest: str
    offered: str

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Typed":
        """Read it from what a form or an address carries; what is not there is empty."""
        return cls(**{each.name: tidy(values.get(each.name)) for each in fields(cls)})

    @property
    def name(self) -> str:
        """Give the name as people are searched by."""
        return normalised(f"{self.first_name} {self.last_name}")


def acquaintances(house: Establishment, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give those the caller may be, as far as the reader may know them: chosen, reached, else of that name."""
    typed = Typed.read(values)
    chosen, reached = _chosen(typed.guest), _reached(typed)
    people = {person.id: person for person in (chosen, reached) if person is not None}
    if not people and len(typed.name) >= LEAST_LETTERS:
        people = {person.id: person for person in callers.guests_named(acting(), typed.name)}
    selected = _selected(typed, chosen, reached)
    exact = {str(person.id) for person in (chosen, reached) if person is not None}
    differs = _differs(typed, chosen) if chosen is not None and not selected else ""
    return {
        "known": [
            {**row, "is_chosen": row["id"] == selected, "is_exact": row["id"] in exact}
            for row in _rows(house, list(people.values()))
        ],
        "offered": selected or (typed.offered if reached is not None and str(reached.id) == typed.offered else ""),
        "guest_errors": [differs] if differs else [],
    }


def form_s_acquaintances(house: Establishment, form: Form) -> dict[str, Any]:
    """Give the block for a form as it stands; what was refused of the record chosen comes before anything else."""
    values = {name: form[name].data for name in ("first_name", "last_name", "phone", "email", "guest")}
    found = acquaintances(house, {**values, "offered": request.form.get("offered")})
    return {**found, "guest_errors": list(form["guest"].errors) or found["guest_errors"]}


def name_guest(form: Form) -> None:
    """Fill in the guest for whom a table is asked by the address of the page, as far as this reader may know them."""
    guest = _chosen(request.args.get("guest", ""))
    if guest is not None:
        form["guest"].data = str(guest.id)
        for name, value in _details(guest, is_reachable=acting().may(VIEW_CONTACT, guest)).items():
            form[name].data = value


def _chosen(guest_id: str) -> Person | None:
    """Give the record chosen, or the one it was made one with, if this reader may know it."""
    try:
        person = Person.get(UUID(guest_id))
    except ValueError:
        return None
    stands = standing(person) if person is not None else None
    return _if_visible(stands if stands is not None and stands.erased_at is None else None)


def _reached(typed: Typed) -> Person | None:
    number = normalised_phone(typed.phone) or ""
    return _if_visible(queries.guest_reached_by(normalised_email(typed.email), number))


def _if_visible(person: Person | None) -> Person | None:
    return person if person is not None and acting().may(VIEW_GUESTS, person) else None


def _selected(typed: Typed, chosen: Person | None, reached: Person | None) -> str:
    """Give the record that is shown as chosen: the one chosen, else the one reached unless it was declined."""
    if chosen is not None and not _differs(typed, chosen):
        return str(chosen.id)
    is_declined = reached is not None and not typed.guest and typed.offered == str(reached.id)
    return str(reached.id) if reached is not None and not is_declined and not _differs(typed, reached) else ""


def _differs(typed: Typed, person: Person) -> str:
    return mismatch(person, typed.first_name, typed.last_name, typed.email)


def _rows(house: Establishment, people: list[Person]) -> list[dict[str, Any]]:
    if not people:
        return []
    actor, ids, day = acting(), [person.id for person in people], day_under_way(house)
    marks = queries.marks_of(ids, day, actor)
    absences = callers.absences_of(ids, clock.now() - queries.YEAR)
    awaited = callers.awaited_on(house, day, ids, actor)
    reachable = callers.reachable_by(actor, ids)
    return [
        {
            "id": str(person.id),
            "name": person.full_name,
            "url": url_for("guests.guest_show", id=person.id),
            "details": _details(person, is_reachable=person.id in reachable),
            "marks": marks[person.id],
            "absences": absences_in_words(absences.get(person.id, 0)),
            "awaited": clock_time(awaited[person.id]) if person.id in awaited else "",
            "language": LANGUAGES.get(person.language, "") if person.language != SOURCE else "",
        }
        for person in people
    ]


def _details(person: Person, *, is_reachable: bool) -> dict[str, str]:
    """Give what is known of a caller, by field of the form."""
    details = {"first_name": person.first_name, "last_name": person.last_name}
    if is_reachable:
        details |= {"phone": typed_phone(person.phone) if person.phone else "", "email": person.email or ""}
    return {name: value for name, value in details.items() if value}
