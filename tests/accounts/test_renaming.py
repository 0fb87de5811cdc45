"""Keys, roles and teams are called something else: by who may, under a free name, and the trail says both names."""

import pytest

from app.accounts.credentials.models import Passkey
from app.accounts.models import Role, Team
from app.accounts.queries import role_with_code
from app.accounts.rights import teams
from app.accounts.rights.granting import give_grant
from app.accounts.service import actor_for
from app.kernel import audit, clock
from app.kernel.db import db, transaction
from app.kernel.telling import changes_of, predicate
from tests.accounts.proofs import prove
from tests.booking.houses import open_house
from tests.factories import make_user

SERVES = "Sert en salle"


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


def last_fact(record):
    entry = audit.entries_on(record.kind(), record.id)[0]
    return predicate(entry), [str(change) for change in changes_of(entry)]


# --- a passkey ------------------------------------------------------------------------------------------------


@pytest.fixture
def key(cast):
    with transaction() as session:
        kept = Passkey(
            user_id=cast.bruno.id, credential_id=b"k", public_key=b"k", sign_count=0, name="Clé", created_at=clock.now()
        )
        session.add(kept)
    return kept


def test_a_key_is_renamed(visit, cast, key):
    bruno = visit(cast.bruno)
    prove(cast.bruno)
    page = bruno.see("/espace/securite").click("Renommer").submit("form.form", name="  Téléphone de service ")
    assert page.url == "/espace/securite"
    assert "Téléphone de service" in page.text
    said, changes = last_fact(cast.bruno)
    assert said == "a renommé la clé d’accès «\u202fClé\u202f» : «\u202fTéléphone de service\u202f»".replace(
        " :", "\u202f:"
    )
    assert changes == ["Nom\u202f: Clé → Téléphone de service"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_key_keeps_its_name_over_a_wrong_one(visit, cast, key, name):
    bruno = visit(cast.bruno)
    prove(cast.bruno)
    assert bruno.post(f"/espace/securite/cles/{key.id}/nom", data={"name": name}).status_code == 422
    assert db.session.get_one(Passkey, key.id, populate_existing=True).name == "Clé"


def test_nobody_renames_the_key_of_another_or_without_proof(visit, cast, key):
    url = f"/espace/securite/cles/{key.id}/nom"
    assert visit(cast.bruno).post(url, data={"name": "x"}).status_code == 403
    chloe = visit(cast.chloe)
    prove(cast.chloe)
    assert chloe.post(url, data={"name": "x"}).status_code == 404


# --- a role ---------------------------------------------------------------------------------------------------


def rename_role(visitor, role, name):
    return visitor.see(f"/admin/reglages/roles/{role.id}/nom").submit("form.form", name=name)


def test_a_role_is_renamed(visit, cast):
    role = role_with_code("waiter")
    page = rename_role(visit(cast.admin), role, SERVES)
    assert page.url == "/admin/reglages/roles"
    assert SERVES in page.text
    assert last_fact(role)[1] == [f"Nom\u202f: Salle et cuisine → {SERVES}"]


def test_a_role_whose_name_is_left_as_read_stays_translated(visit, cast):
    role = role_with_code("waiter")
    admin = visit(cast.admin)
    admin.post("/langue", data={"language": "en"})
    read = admin.see(f"/admin/reglages/roles/{role.id}/nom").fields("form.form")["name"]
    rename_role(admin, role, read)
    assert db.session.get_one(Role, role.id, populate_existing=True).name == "Salle et cuisine"


@pytest.mark.parametrize(("name", "status"), [("", 422), ("x" * 81, 422), ("ACCUEIL", 409)])
def test_a_role_keeps_its_name_over_a_wrong_or_taken_one(visit, cast, name, status):
    page = rename_role(visit(cast.admin), role_with_code("waiter"), name)
    assert page.status == status
    assert page.first(".errors")


def test_managers_rename_no_role(visit, cast):
    url = f"/admin/reglages/roles/{role_with_code('waiter').id}/nom"
    assert visit(cast.chloe).get(url).status_code == 403
    assert visit(cast.chloe).post(url, data={"name": SERVES}).status_code == 403


# --- a team ---------------------------------------------------------------------------------------------------


@pytest.fixture
def team(cast):
    with transaction():
        return teams.create_team("Brigade", actor=actor_for(cast.admin))


def test_a_team_is_renamed(visit, cast, team):
    page = visit(cast.chloe).see(f"/admin/equipes/{team.id}").click("Renommer").submit("form.form", name="Cuisine")
    assert page.url == f"/admin/equipes/{team.id}"
    assert "L’équipe est renommée" in page.text
    assert last_fact(team)[1] == ["Nom\u202f: Brigade → Cuisine"]


def test_the_name_of_another_team_is_refused(visit, cast, team):
    with transaction():
        teams.create_team("Cuisine", actor=actor_for(cast.admin))
    page = visit(cast.chloe).see(f"/admin/equipes/{team.id}/nom").submit("form.form", name="Cuisine")
    assert (page.status, "porte déjà ce nom" in page.text) == (409, True)
    assert db.session.get_one(Team, team.id, populate_existing=True).name == "Brigade"


def test_who_does_not_hold_what_a_team_was_given_does_not_rename_it(visit, cast, team):
    with transaction():
        give_grant(team, role_with_code("administrator"), actor=actor_for(cast.admin))
    page = visit(cast.chloe).see(f"/admin/equipes/{team.id}/nom").submit("form.form", name="Les matins")
    assert page.status == 403
    assert page.text.count("Cela touche à des droits que vous n’avez pas") == 1
    assert page.first("#name")["value"] == "Les matins", "what was typed is still there"


def test_others_do_not_even_see_the_page(visit, cast, team):
    lea = make_user("Léa", "host")
    assert visit(lea).get(f"/admin/equipes/{team.id}/nom").status_code == 403
