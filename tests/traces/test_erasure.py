"""A person who was erased stands nowhere any more, and the trail still verifies."""

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.booking import service as booking
from app.booking.documents import CONFIRMATION
from app.directory.models import Person
from app.kernel import audit, documents, privacy
from app.kernel.access import Actor
from app.kernel.attachments import Attachment, AttachmentState
from app.kernel.audit import AuditEntry
from app.kernel.datasets.models import SavedView
from app.kernel.db import Base, db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.links import Link
from app.kernel.scopes import Scope
from app.traces import archives, forgetting
from tests.booking.houses import TESTS, open_house, promise
from tests.factories import make_person, make_user
from tests.harness.databases import on_both, on_both_at_length
from tests.harness.mailbox import run_jobs
from tests.migrations.filled import fill

ROLES = ["guest", "staff", "both", "bystander"]
_numbers, _weeks = itertools.count(1), itertools.count()


@pytest.fixture
def house(app):
    return open_house()


def somebody(house, role, at):
    """A person whose name, address and phone nobody else bears, with all that a life in the house leaves behind."""
    mark = f"zq{next(_numbers)}x"
    first, last, email, phone = f"Prenom{mark}", f"Nom{mark}", f"{mark}@adresse.example", "+33698765432"
    if role in ("staff", "both"):
        user = make_user(first, "manager", email=email)
        with transaction():
            user.person.last_name = last
            user.person.phone = phone
        actor = Actor("user", str(user.id), f"{first} {last}", user.person_id, {"booking.note": frozenset({Scope()})})
        person_id = user.person_id
    else:
        person_id, actor = make_person(first, last, email=email).id, None
    day = date(2027, 1, 9) + timedelta(weeks=next(_weeks))
    at(f"{day - timedelta(days=3)} 10:00")
    if role in ("guest", "both"):
        who = {"first_name": first, "last_name": last, "email": email, "phone": phone}
        made = promise(house, f"{day} 19:30", **who, special_requests=f"Pour {last}")
        with transaction():
            booking.write_note(made, f"{last} aime la fenêtre", actor=TESTS)
        run_jobs(strict=False)
    if actor is not None:
        other = promise(house, f"{day} 20:30", first_name="Autre", email=f"autre{day}@example.org")
        with transaction() as session:
            booking.write_note(other, "une note", actor=actor)
            CONFIRMATION.renew(other, language="fr", actor=actor)
            booking.cancel_reservation(other, actor=TESTS, reason="x")
            session.add(
                SavedView(dataset="x", owner_id=actor.id, name=f"Vue de {last}", asked={}, created_at=other.created_at)
            )
            session.add(
                Attachment(
                    place="x",
                    filename="a.png",
                    state=AttachmentState.REFUSED,
                    added_by_id=actor.id,
                    added_by=actor.label,
                    created_at=other.created_at,
                )
            )
    at(f"{day + timedelta(days=2)} 10:00")
    return db.session.get_one(Person, person_id), (mark, phone, phone.removeprefix("+33"))


def texts():
    """Every value of every table, as one would read them."""
    db.session.rollback()
    db.session.expire_all()
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(sa.select(*table.columns)):
                yield table.name, " ".join(map(str, row))


def where_stands(words, folder):
    found = {f"table {name}" for name, text in texts() for word in words if word in text}
    for path in Path(folder).rglob("*"):
        if path.is_file() and "sqlite3" not in path.name:
            content = path.read_bytes()
            found |= {f"file {path.name}" for word in words if word.encode() in content}
    return found


ANNE = Actor("user", "anne", "Anne", rights={"accounts.manage": frozenset({Scope()})})


def erase(person, actor=TESTS):
    with transaction():
        forgetting.erase_person(db.session.get_one(Person, person.id), actor=actor)


@on_both_at_length
@settings(max_examples=8)
@given(roles=st.lists(st.sampled_from(ROLES), min_size=1, max_size=3), which=st.integers(0, 2))
def test_nothing_and_no_file_speaks_of_whoever_was_erased(app, house, at, roles, which):
    people = [somebody(house, role, at) for role in roles]
    person, words = people[which % len(people)]
    with transaction():
        archives.ask_archive(person, actor=TESTS)
    run_jobs(strict=False)
    assert where_stands(words[:1], app.config["DATA_DIR"])
    erase(person)
    assert where_stands(words[:1], app.config["DATA_DIR"]) == set()
    assert audit.verify().problems == []
    db.session.rollback()


@pytest.mark.long
@on_both
def test_people_of_a_filled_database_stand_nowhere_either(app):
    fill(app)
    erased = 0
    known = sa.select(Person).where(Person.email.is_not(None)).order_by(Person.created_at)
    for person in list(db.session.scalars(known)):
        if erased < 6 and not privacy.obstacles(privacy.known(person.id)):
            email = person.email
            assert where_stands([email], app.config["DATA_DIR"])
            erase(person)
            assert where_stands([email], app.config["DATA_DIR"]) == set()
            erased += 1
    assert erased
    assert audit.verify().problems == []


def test_the_phone_goes_too(app, house, at):
    person, words = somebody(house, "guest", at)
    erase(person)
    assert where_stands(words, app.config["DATA_DIR"]) == set()


def test_what_must_stay_stays_without_a_name(app, house, at):
    person, _words = somebody(house, "guest", at)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    erase(person)
    assert db.session.get_one(Person, person.id).full_name == "Nom effacé"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == before + 1
    known = privacy.known(person.id)
    (reservation_id,) = known.ids_of("Reservation")
    row = db.session.execute(sa.text("SELECT covers, last_name FROM reservations WHERE guest_id IS NOT NULL")).first()
    assert (row.covers, row.last_name) == (2, "")
    assert documents.documents_about(db.session.get_one(Person, person.id)) == []
    assert all(link.revoked_at for link in db.session.scalars(sa.select(Link).where(Link.record_id == reservation_id)))


def test_a_coming_reservation_comes_first(app, house, at):
    made = promise(house)
    person = db.session.get_one(Person, made.guest_id)
    with pytest.raises(RuleBroken, match="annulez-la d’abord"):
        erase(person)
    assert db.session.get_one(Person, made.guest_id).full_name == "Alice Durand"


def test_the_last_administrator_stays(cast):
    with pytest.raises(RuleBroken, match="dernier compte administrateur"):
        erase(cast.admin.person)


def test_an_account_is_erased_by_who_manages_accounts_alone(cast):
    chloe = Actor("user", str(cast.chloe.id), "Chloé", cast.chloe.person_id)
    with pytest.raises(NotAllowed, match="droit de gérer les comptes"):
        erase(cast.bruno.person, actor=chloe)
    erase(cast.bruno.person, actor=ANNE)
    assert db.session.get_one(Person, cast.bruno.person_id).full_name == "Nom effacé"


def test_an_entry_emptied_by_nobody_is_found(app, house, at):
    promise(house)
    with transaction():
        audit.forget([1])
    assert [str(problem) for problem in audit.verify().problems] == [
        "L’entrée 1 a été vidée sans que personne ne l’ait décidé."
    ]


def test_an_emptied_entry_may_say_nothing_new(app, house, at):
    person, _words = somebody(house, "guest", at)
    erase(person)
    emptied = db.session.scalar(sa.select(AuditEntry.number).where(AuditEntry.forgotten_at.is_not(None)).limit(1))
    with transaction() as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.number == emptied).values(actor_label="Quelqu’un"))
    assert [str(problem) for problem in audit.verify().problems] == [f"L’entrée {emptied} a été modifiée."]


def test_who_erased_may_be_erased_and_the_chain_holds(app, house, at, cast):
    guest, _words = somebody(house, "guest", at)
    other, other_words = somebody(house, "staff", at)
    user = Actor("user", str(privacy.known(other.id).ids_of("User")[0]), other.full_name, other.id)
    erase(guest, actor=user)
    erase(other)
    assert audit.verify().problems == []
    assert where_stands(other_words[:1], app.config["DATA_DIR"]) == set()


def test_erasing_oneself_leaves_no_name(app, house, at, cast):
    person, words = somebody(house, "staff", at)
    user = Actor("user", str(privacy.known(person.id).ids_of("User")[0]), person.full_name, person.id)
    erase(person, actor=user)
    assert where_stands(words[:1], app.config["DATA_DIR"]) == set()


def test_every_column_that_points_to_a_person_is_declared(app):
    declared = {str(reference.column.property.columns[0]) for reference in privacy.person_references()}
    pointing = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name == "person_id" or any(key.column.table.name == "people" for key in column.foreign_keys)
    }
    assert pointing <= declared, "declare them with person_reference() in the slice's privacy.py"
