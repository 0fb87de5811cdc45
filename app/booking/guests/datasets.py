"""Guests as rows."""

from typing import Any

from flask import url_for

from app.booking.guests.permissions import VIEW_GUESTS
from app.booking.permissions import VIEW_CONTACT
from app.booking.queries import guests as queries
from app.directory.models import Person
from app.kernel.datasets import Column, DateFilter, NumberFilter, Search, dataset
from app.kernel.formats import phone
from app.kernel.languages import N_
from app.kernel.personal import masked_email, masked_phone


def _number(value: Any, _person: Person) -> str:
    return phone(value) if value else ""


GUESTS = dataset(
    "booking.guests",
    label=N_("Convives"),
    permission=VIEW_GUESTS,
    query=queries.guests_visible_to,
    endpoint="guests.guest_list",
    columns=(
        Column("nom", N_("Nom"), "full_name", sortable=True, sort=Person.last_name),
        Column("prenom", N_("Prénom"), Person.first_name, sortable=True, default_shown=False),
        Column("venues", N_("Venues"), queries.VISITS, kind="integer", sortable=True),
        Column("absences", N_("Absences"), queries.ABSENCES, kind="integer", sortable=True, minor=True),
        Column("derniere", N_("Dernière venue"), queries.LAST_VISIT, kind="date", minor=True),
        Column(
            "telephone",
            N_("Téléphone"),
            Person.phone,
            permission=VIEW_CONTACT,
            mask=masked_phone,
            show=_number,
            minor=True,
        ),
        Column("email", N_("Adresse e-mail"), Person.email, permission=VIEW_CONTACT, mask=masked_email, minor=True),
        Column("depuis", N_("Connu depuis"), Person.created_at, kind="instant", sortable=True, default_shown=False),
    ),
    filters=(
        NumberFilter("venues", N_("Venues"), queries.VISITS, unit=N_("venues")),
        NumberFilter("absences", N_("Absences"), queries.ABSENCES, unit=N_("absences")),
        DateFilter("depuis", N_("Connu depuis"), Person.created_at, phrase=N_("connu %(value)s")),
    ),
    search=(
        Search(Person.search_text),
        Search(Person.search_contact, VIEW_CONTACT),
        Search(
            queries.CONTACTS, VIEW_CONTACT, by_number=lambda number: Person.id.in_(queries.reached_by_number(number))
        ),
    ),
    search_label=N_("Nom, adresse ou numéro"),
    default_sort="nom,prenom",
    row_link=lambda person: url_for("guests.guest_show", id=person.id),
    row_name=lambda person: person.full_name,
    empty=N_("Chaque convive paraîtra ici dès sa première réservation."),
)
