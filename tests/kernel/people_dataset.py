"""A dataset over the directory's people, for the tests of datasets. Its rights are borrowed from booking."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.booking import permissions as may
from app.directory.models import Person
from app.kernel import clock
from app.kernel.access import Actor, system
from app.kernel.choices import Choice
from app.kernel.datasets import (
    BooleanFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    NumberFilter,
    Search,
    TextFilter,
    dataset,
    datasets,
    list_page,
    state_of,
)
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope

LIST = "/admin/reservations"
ENDPOINT = "desk.reservation_list"


class Language(Choice):
    """In an order that is not the alphabet's."""

    FRENCH = "fr", "Français"
    GERMAN = "de", "Allemand"
    ENGLISH = "en", "Anglais"


SPOKEN = sa.type_coerce(
    Person.language, sa.Enum(Language, native_enum=False, values_callable=lambda members: [m.value for m in members])
)


def visible_people(actor):
    """Everybody, but for those called Caché."""
    return sa.select(Person).where(Person.last_name != "Caché")


def rename(person, actor, form):
    if person.first_name == "Têtu":
        raise RuleBroken("il n’a pas voulu.")
    person.last_name = form.get("name") or "Renommé"


PEOPLE = dataset(
    "tests.people",
    label="Personnes",
    permission=may.VIEW,
    query=visible_people,
    endpoint=ENDPOINT,
    columns=[
        Column("nom", "Nom", Person.last_name, sortable=True),
        Column("prenom", "Prénom", Person.first_name, sortable=True),
        Column("complet", "Nom complet", "full_name", default_shown=False),
        Column("tel", "Téléphone", Person.phone, sortable=True, default_shown=False),
        Column("langue", "Langue", SPOKEN, "choice", sortable=True, default_shown=False),
        Column("longueur", "Longueur", sa.func.length(Person.first_name), "integer", sortable=True),
        Column("cree", "Créée", Person.created_at, "instant", sortable=True, default_shown=False),
        Column("email", "E-mail", Person.email, sortable=True, permission=may.VIEW_CONTACT),
    ],
    filters=[
        ChoiceFilter("langue", "Langue", SPOKEN, choices=Language),
        DateFilter("cree", "Créée", Person.created_at, phrase="créée %(value)s"),
        NumberFilter("longueur", "Longueur", sa.func.length(Person.first_name), unit="lettres"),
        TextFilter("nom", "Nom", Person.last_name),
        TextFilter("adresse", "Adresse", Person.email, permission=may.VIEW_CONTACT),
        BooleanFilter("joignable", "Joignable", Person.phone.is_not(None), yes="avec téléphone", no="sans téléphone"),
    ],
    search=[Search(Person.email_normalised)],
    default_sort="nom,-prenom",
    row_name=lambda person: person.full_name,
    bulk_actions=[
        BulkAction("rename", "Renommer", may.CANCEL, rename, ("%(num)s renommée", "%(num)s renommées")),
        BulkAction(
            "ask", "Renommer en demandant", may.CANCEL, rename, ("%(num)s renommée", "%(num)s renommées"),
            confirm="Vraiment ?", asks={"name": "Nouveau nom"},
        ),
    ],
)  # fmt: skip
del datasets()["tests.people"]

STAFF = system("tests")


def some_user(*permissions, scope=Scope()):  # noqa: B008 - immutable
    """A user who holds these rights and no other."""
    return Actor("user", "u1", "Quelqu’un", None, {held.code: frozenset({scope}) for held in permissions})


def show_people(app, monkeypatch):
    """Declare the dataset for one test, and show it where the reservations usually are."""
    monkeypatch.setitem(datasets(), PEOPLE.code, PEOPLE)
    monkeypatch.setitem(app.view_functions, ENDPOINT, requires(may.VIEW)(lambda: list_page(PEOPLE)))
    return PEOPLE


def add_people(rows):
    """Insert people: dictionaries of what differs, or a number of them."""
    if isinstance(rows, int):
        rows = [{"last_name": f"Nom {number:06}"} for number in range(rows)]
    now = clock.now()
    complete = [
        {
            "id": UUID(int=number + 1), "first_name": "Paul", "last_name": "Martin", "email": None,
            "email_normalised": None, "phone": None, "language": "fr", "created_at": now - timedelta(minutes=number),
            **row,
        }
        for number, row in enumerate(rows)
    ]  # fmt: skip
    with transaction() as session:
        session.execute(sa.insert(Person), complete)


def state(actor=STAFF, **asked):
    """What a saved view would ask: `state(filters={"langue": ["de"]}, sort="-nom")`."""
    return state_of(PEOPLE, asked, actor)
