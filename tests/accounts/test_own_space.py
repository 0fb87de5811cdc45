"""Everybody keeps their own account: profile, password, sessions, and the way out."""

import pytest
import sqlalchemy as sa

from app.accounts.models import User, UserSession
from app.directory.models import Person
from app.kernel import audit
from app.kernel.db import db
from tests.accounts.proofs import prove
from tests.booking.houses import open_house
from tests.factories import PASSWORD, make_user

OTHER = "un tout autre mot de passe"
PAGES = [
    "/espace",
    "/espace/profil",
    "/espace/mot-de-passe",
    "/espace/adresse",
    "/espace/connexions",
    "/espace/fermeture",
]


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


@pytest.fixture
def zoe(app):
    return make_user("Zoé", "member")


def facts_about(user):
    return [entry.fact for entry in audit.entries_on("User", user.id)]


@pytest.mark.parametrize("path", PAGES)
def test_it_is_for_who_logged_in(visit, cast, zoe, path):
    assert visit().get(path).headers["Location"].startswith("/connexion?next=")
    assert visit(zoe).get(path).status_code == 200
    assert visit(cast.chloe).get(path).status_code == 200


def test_a_member_comes_to_their_space_and_not_to_the_office(visit, zoe):
    guest = visit()
    page = guest.see("/connexion").submit("form.form", email="zoe@example.org", password=PASSWORD)
    assert page.url == "/espace"
    assert page.has("form[action=/deconnexion]")
    assert guest.get("/admin").status_code == 403


# --- profile --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_the_profile_is_corrected(visit, zoe, javascript):
    typed = {"first_name": " Zoé ", "last_name": "Le Goff", "phone": "06 12 34 56 78", "language": "en"}
    page = visit(zoe).see("/espace/profil").submit("form.form", javascript=javascript, **typed)
    assert "C’est noté" in page.text
    person = db.session.get_one(Person, zoe.person_id)
    assert (person.full_name, person.phone, person.language) == ("Zoé Le Goff", "+33612345678", "en")
    assert "accounts.profile_changed" in facts_about(zoe)


def test_nothing_changed_is_no_fact(visit, zoe):
    page = visit(zoe).see("/espace/profil").submit("form.form")
    assert "Rien n’a changé" in page.text
    assert "accounts.profile_changed" not in facts_about(zoe)


@pytest.mark.parametrize(
    "typed",
    [
        {"first_name": ""},
        {"last_name": "x" * 81},
        {"first_name": "Zoé\nBcc: x@example.org"},
        {"last_name": "a\u2028b"},
        {"phone": "12"},
        {"language": "tlh"},
    ],
)
def test_a_wrong_profile_is_refused(visit, zoe, typed):
    sent = {"first_name": "Zoé", "last_name": "Martin", "phone": "", "language": "fr", **typed}
    assert visit(zoe).post("/espace/profil", data=sent).status_code == 422
    assert "accounts.profile_changed" not in facts_about(zoe)


def test_the_profile_changes_nothing_else(visit, cast, zoe):
    sent = {"first_name": "Zoé", "last_name": "Petit", "phone": "", "language": "fr"}
    slipped = {
        "email": "eve@example.org",
        "email_normalised": "eve@example.org",
        "login": "admin",
        "id": str(cast.eve.id),
    }
    visit(zoe).post("/espace/profil", data={**sent, **slipped})
    assert db.session.get_one(User, zoe.id).login == "zoe@example.org"
    assert db.session.get_one(Person, cast.eve.id).first_name == "Eve"


# --- password -------------------------------------------------------------------------------------------------


def test_the_password_changes_and_the_other_sessions_end(visit, zoe, outbox):
    here, elsewhere = visit(zoe), visit(zoe)
    page = here.see("/espace/mot-de-passe").submit("form.form", current=PASSWORD, password=OTHER)
    assert "mot de passe est changé" in page.text
    assert here.get("/espace").status_code == 200
    assert elsewhere.get("/espace").status_code == 302
    assert visit().post("/connexion", data={"email": "zoe@example.org", "password": OTHER}).status_code == 303
    assert [letter.subject for letter in outbox] == ["Votre mot de passe a changé"]
    assert "accounts.password_changed" in facts_about(zoe)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"current": "x" * 14}, "pas votre mot de passe actuel"),
        ({"current": ""}, "Indiquez votre mot de passe"),
        ({"password": "zoe.martin.2026"}, "reprend votre nom"),
        ({"password": "court"}, "12 caractères"),
    ],
)
def test_a_wrong_change_of_password_is_refused(visit, zoe, outbox, typed, told):
    guest = visit(zoe)
    sent = {"current": PASSWORD, "password": OTHER, **typed}
    page = guest.arrive("/espace/mot-de-passe", guest.post("/espace/mot-de-passe", data=sent))
    assert page.status == 422
    assert told in page.text
    assert not outbox


def test_guessing_the_old_password_is_slowed(visit, zoe):
    guest = visit(zoe)
    for _n in range(5):
        guest.post("/espace/mot-de-passe", data={"current": "x" * 14, "password": OTHER})
    page = guest.arrive("/espace", guest.post("/espace/mot-de-passe", data={"current": PASSWORD, "password": OTHER}))
    assert "Trop d’essais" in page.text
    assert facts_about(zoe).count("accounts.login_failed") == 5


# --- sessions -------------------------------------------------------------------------------------------------


def test_sessions_are_listed_with_device_and_network(visit, zoe):
    visit(zoe)
    page = visit(zoe).see("/espace/connexions")
    assert len(page.all("li.card")) == 2
    assert page.text.count("Cette connexion") == 1
    assert "Réseau 127.0.0.0" in page.text


def test_one_session_is_ended_from_afar(visit, zoe):
    lost, kept, here = visit(zoe), visit(zoe), visit(zoe)
    page = here.see("/espace/connexions")
    action = page.first("li.card form")["action"]
    page = page.submit(f"form[action={action}]")
    assert "1 connexion fermée" in page.text
    assert sorted(one.get("/espace").status_code for one in (lost, kept, here)) == [200, 200, 302]
    assert "accounts.sessions_ended" in facts_about(zoe)


def test_all_others_are_ended_at_once(visit, zoe):
    lost, here = [visit(zoe), visit(zoe)], visit(zoe)
    assert here.post("/espace/connexions/fermeture").status_code == 403
    prove(zoe)
    page = here.see("/espace/connexions").submit("form[action=/espace/connexions/fermeture]")
    assert "2 connexions fermées" in page.text
    assert [one.get("/espace").status_code for one in (*lost, here)] == [302, 302, 200]


def test_nobody_ends_the_session_of_another(visit, cast, zoe):
    victim = visit(cast.chloe)
    session_id = db.session.scalar(sa.select(UserSession.id).where(UserSession.user_id == cast.chloe.id))
    assert visit(zoe).post(f"/espace/connexions/{session_id}/fermeture").status_code == 404
    assert victim.get("/espace").status_code == 200


# --- closing --------------------------------------------------------------------------------------------------


def test_an_account_is_closed_for_good(visit, zoe, cast):
    guest, elsewhere, user_id, person_id = visit(zoe), visit(zoe), zoe.id, zoe.person_id
    page = guest.see("/espace/fermeture").submit("form.form", current=PASSWORD)
    assert page.url == "/"
    assert "Votre compte est fermé" in page.text
    assert elsewhere.get("/espace").status_code == 302
    assert visit().post("/connexion", data={"email": "zoe@example.org", "password": PASSWORD}).status_code == 422
    assert db.session.get(User, user_id) is None
    assert db.session.get(Person, person_id) is None
    assert audit.entries_on("User", user_id)[0].fact == "accounts.account_closed"
    assert not audit.verify().problems


def test_closing_needs_the_password(visit, zoe):
    page = visit(zoe).see("/espace/fermeture").submit("form.form", current="x" * 14)
    assert page.status == 422
    assert db.session.get(User, zoe.id) is not None


def test_the_last_administrator_stays(visit, cast):
    page = visit(cast.admin).see("/espace/fermeture").submit("form.form", current=PASSWORD)
    assert page.status == 422
    assert "donnez d’abord ce rôle" in page.text
    make_user("Zoé", "administrator")
    assert visit(cast.admin).see("/espace/fermeture").submit("form.form", current=PASSWORD).url == "/"


def test_a_closed_address_can_register_again(visit, zoe, outbox):
    visit(zoe).see("/espace/fermeture").submit("form.form", current=PASSWORD)
    visit().post("/inscription", data={"email": "zoe@example.org"})
    closed, opening = outbox.to("zoe@example.org")
    assert closed.subject == "Votre compte est fermé"
    assert "ouvrir votre compte" in opening.text
