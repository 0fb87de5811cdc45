"""The people who have an account: who sees whom, found by name, within the budget of queries of any list."""

import pytest
import sqlalchemy as sa

from app.accounts.models import Grant, User
from app.accounts.queries import role_with_code
from app.accounts.rights import queries
from app.accounts.service import actor_for
from app.directory.models import Person
from app.kernel import clock
from app.kernel.db import db, new_id, transaction
from app.kernel.scopes import Scope
from app.kernel.search import normalised
from tests.factories import make_establishment, make_user
from tests.harness.databases import on_both

MANY = 10_000


@pytest.fixture
def here(app):
    return Scope("establishment", str(make_establishment("ici", "Ici").id))


@pytest.fixture
def crowd(cast):
    """Ten thousand people, each with an account and a role."""
    now, role = clock.now(), role_with_code("waiter").id
    ids = [(new_id(), new_id()) for _number in range(MANY)]
    people = [
        {"id": person, "first_name": "Noé", "last_name": f"Foule {number:05}", "language": "fr", "created_at": now}
        for number, (person, _user) in enumerate(ids)
    ]
    users = [
        {
            "id": user,
            "person_id": person,
            "login": f"n{number}@example.org",
            "password_hash": "-",
            "is_active": True,
            "created_at": now,
        }
        for number, (person, user) in enumerate(ids)
    ]
    grants = [
        {
            "id": new_id(),
            "user_id": user,
            "role_id": role,
            "scope_kind": "installation",
            "scope_id": "",
            "starts_at": now,
            "given_by": "",
        }
        for _person, user in ids
    ]
    with transaction() as session:
        for model, rows in ((Person, people), (User, users), (Grant, grants)):
            session.execute(sa.insert(model), rows)


def names(page):
    return [link.text for link in page.all("tbody th a")]


def test_the_list_shows_names_addresses_roles_and_access(visit, cast):
    page = visit(cast.chloe).see("/admin/personnes")
    assert names(page) == ["Anne Martin", "Bruno Martin", "Chloé Martin", "Diane Martin"]
    row = page.first(f"#row-{cast.bruno.id.hex}").text
    for said in ("bruno@example.org", "Salle et cuisine", "oui"):
        assert said in row


def test_ten_thousand_people_cost_no_more_queries_than_four(visit, crowd, cast, max_queries):
    admin = visit(cast.admin)
    with max_queries(12):
        page = admin.see("/admin/personnes")
    assert len(names(page)) == 50
    assert "plus de 1 000 lignes" in page.text
    with max_queries(12):
        assert names(admin.see("/admin/personnes?q=foule 00042")) == ["Noé Foule 00042"]


@on_both
def test_people_are_found_without_accents_also_after_a_change_of_name(visit, cast):
    assert names(visit(cast.admin).see("/admin/personnes?q=chloe")) == ["Chloé Martin"]
    with transaction():
        db.session.get_one(Person, cast.bruno.person_id).last_name = "Lefèvre"
    assert names(visit(cast.admin).see("/admin/personnes?q=lefevre")) == ["Bruno Lefèvre"]
    assert db.session.get_one(Person, cast.bruno.person_id).search_text == normalised("Bruno Lefèvre")


@on_both
def test_the_list_is_filtered_by_role_and_access(visit, cast):
    waiter = role_with_code("waiter").id
    assert names(visit(cast.admin).see(f"/admin/personnes?role={waiter}")) == ["Bruno Martin"]
    with transaction():
        db.session.get_one(User, cast.bruno.id).is_active = False
    assert names(visit(cast.admin).see("/admin/personnes?acces=non")) == ["Bruno Martin"]


@on_both
def test_one_establishments_manager_sees_its_people_alone(visit, cast, here):
    luc = make_user("Luc", "manager", scope=here)
    lea = make_user("Léa", "host", scope=here)
    assert names(visit(luc).see("/admin/personnes")) == ["Luc Martin", "Léa Martin"]
    assert set(db.session.scalars(queries.users_visible_to(actor_for(luc)))) == {luc, lea}
    assert visit(luc).get(f"/admin/personnes/{lea.id}").status_code == 200
    assert visit(luc).get(f"/admin/personnes/{cast.bruno.id}").status_code == 403


def test_an_auditor_reads_addresses_through_a_mask_and_does_not_search_them(visit, cast):
    auditor = make_user("Odile", "auditor")
    page = visit(auditor).see("/admin/personnes?colonnes=nom,adresse&tri=adresse")
    assert "b•••@•••.org" in page.text
    assert "bruno@example.org" not in page.response.text
    assert not visit(auditor).see("/admin/personnes?q=bruno@example").all("tbody th a")
    assert "bruno@example.org" not in visit(auditor).see(f"/admin/personnes/{cast.bruno.id}").response.text
    exported = (
        visit(auditor).post("/admin/donnees/accounts.people/export.csv?colonnes=nom,adresse").get_data(as_text=True)
    )
    assert "bruno@example.org" not in exported
    assert "b•••@•••.org" in exported


@pytest.mark.parametrize("who", ["bruno", "diane"])
def test_others_do_not_see_people(visit, cast, who):
    visitor = visit(getattr(cast, who))
    for path in ("/admin/personnes", f"/admin/personnes/{cast.admin.id}", "/admin/equipes", "/admin/reglages/roles"):
        assert visitor.get(path).status_code == 403, path
