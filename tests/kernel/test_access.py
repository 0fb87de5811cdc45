"""Access: denied unless declared, granted with a scope, widened by a rule on the record."""

import pytest
from flask import Blueprint
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import RolePermission
from app.directory.models import Establishment, Person
from app.kernel.access import ANONYMOUS, Actor, LinkRight, acting, permission, permissions, system
from app.kernel.db import new_id, transaction
from app.kernel.guards import public, requires
from app.kernel.scopes import Scope, scope_kinds
from tests.factories import make_establishment, make_person, make_user

SEE = permission("tests.see", "Voir", seed=())
CLOSE = permission("tests.close", "Fermer", seed=())


@SEE.also
def themselves(actor, record):
    return isinstance(record, Person) and record.id == actor.person_id


def granted(*scopes, **more):
    return Actor("user", "1", "Bruno", rights={SEE.code: frozenset(scopes)}, **more)


def house():
    return Establishment(slug="a", name="A")


def test_nobody_may_anything():
    assert not ANONYMOUS.may(SEE)
    assert not ANONYMOUS.may(SEE, house())
    assert not ANONYMOUS.is_staff
    assert not ANONYMOUS.is_authenticated


def test_the_system_may_everything():
    assert system("tests").may(SEE, house())
    assert system("tests").scopes(SEE) == {Scope()}


def test_a_grant_over_the_installation_covers_every_record():
    assert granted(Scope()).may(SEE)
    assert granted(Scope()).may(SEE, house())
    assert not granted(Scope()).may(CLOSE)


def test_a_grant_over_one_establishment_covers_it_and_no_other():
    here, there = house(), house()
    actor = granted(Scope("establishment", str(here.id)))
    assert actor.may(SEE)
    assert actor.may(SEE, here)
    assert not actor.may(SEE, there)


def test_a_rule_on_the_record_widens_the_right():
    person = Person(id=new_id())
    actor = Actor("user", "1", "Alice", person_id=person.id)
    assert actor.may(SEE, person)
    assert not actor.may(SEE, Person(id=new_id()))
    assert not actor.may(SEE)


def test_an_unknown_kind_of_scope_covers_nothing():
    assert not granted(Scope("planet", "x")).may(SEE, house())


@given(st.sets(st.uuids(), max_size=5), st.uuids())
def test_a_scope_covers_a_record_exactly_when_it_names_it(ids, asked):
    scopes = [Scope("establishment", str(one)) for one in ids]
    assert granted(*scopes).may(SEE, Establishment(id=asked, slug="a", name="A")) == (asked in ids)


def test_a_link_is_borne_for_its_record_and_scope_only():
    person = Person(id=new_id())
    right = LinkRight(new_id(), "tests.manage", "Person", person.id, None)
    bearer = Actor("link", "1", "Invité", links=(right,))
    assert bearer.bears("tests.manage", person)
    assert not bearer.bears("tests.other", person)
    assert not bearer.bears("tests.manage", Person(id=new_id()))


def test_declarations_are_listed(app):
    assert permissions()["tests.see"] is SEE
    assert "establishment" in scope_kinds()


# --- routes -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def routes():
    """One route of each kind."""
    routes = Blueprint("tests", __name__)

    @routes.get("/essai/oubliee")
    def forgotten_show():
        return "never"

    @routes.get("/essai/ouverte")
    @public
    def open_show():
        return acting().label

    @routes.route("/essai/gens/<uuid:id>", methods=["GET", "POST"])
    @requires(SEE, on=Person)
    def person_show(person):
        return person.first_name

    @routes.get("/essai/maison/<uuid:id>")
    @requires(SEE, on=Establishment)
    def house_show(establishment):
        return establishment.name

    return routes


@pytest.fixture
def guarded(kept_app, routes):
    app = kept_app(routes)
    with app.app_context():
        yield app


@pytest.fixture
def stranger(guarded):
    return guarded.test_client()


def test_a_route_that_declares_nothing_is_refused(stranger):
    assert stranger.get("/essai/oubliee").status_code == 403


def test_a_public_route_is_open(stranger):
    assert stranger.get("/essai/ouverte").text == ANONYMOUS.label


def test_a_stranger_is_sent_to_the_login_page(stranger):
    person = make_person()
    answer = stranger.get(f"/essai/gens/{person.id}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/connexion?next=/essai/gens/")


def test_a_stranger_who_posts_or_asks_for_a_part_is_refused(guarded, visitor_of):
    person = make_person()
    visitor = visitor_of(guarded)
    assert visitor.post(f"/essai/gens/{person.id}").status_code == 403
    assert visitor.get(f"/essai/gens/{person.id}", headers={"HX-Request": "true"}).status_code == 403


def test_an_unknown_record_is_404_and_one_out_of_reach_403(guarded, visitor_of):
    visitor = visitor_of(guarded, make_user("Bruno", "waiter"))
    assert visitor.get(f"/essai/gens/{new_id()}").status_code == 404
    assert visitor.get(f"/essai/gens/{make_person('Paul').id}").status_code == 403


def test_the_right_opens_the_route(guarded, visitor_of):
    bruno = make_user("Bruno", "waiter")
    assert visitor_of(guarded, bruno).get(f"/essai/gens/{bruno.person_id}").text == "Bruno"


def test_a_grant_opens_the_establishment_it_names(guarded, visitor_of, monkeypatch):
    here, there = make_establishment("ici", "Ici"), make_establishment("ailleurs", "Ailleurs")
    bruno = make_user("Bruno", "waiter", scope=Scope("establishment", str(here.id)))
    grant_see(bruno)
    visitor = visitor_of(guarded, bruno)
    assert visitor.get(f"/essai/maison/{here.id}").text == "Ici"
    assert visitor.get(f"/essai/maison/{there.id}").status_code == 403


def grant_see(user):
    with transaction() as session:
        role = user.grants[0].role
        session.add(RolePermission(role_id=role.id, permission=SEE.code))
