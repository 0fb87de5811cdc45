"""The team logs in and out; who guesses waits."""

import pytest
import sqlalchemy as sa

from app.accounts import service
from app.accounts.models import LoginAttempt, User, UserSession
from app.accounts.settings import LOGIN_ATTEMPTS
from app.kernel import audit, settings
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope
from tests.booking.houses import open_house
from tests.factories import PASSWORD, TESTS, make_user

WRONG = "Adresse ou mot de passe inexact."


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


def log_in(visitor, login="chloe@example.org", password=PASSWORD, path="/connexion"):
    return visitor.post(path, data={"email": login, "password": password})


def attempts():
    return db.session.scalar(sa.select(sa.func.count()).select_from(LoginAttempt))


@pytest.mark.parametrize("javascript", [True, False])
def test_it_logs_in(visit, cast, javascript):
    page = (
        visit()
        .see("/connexion")
        .submit("form.form", javascript=javascript, email="chloe@example.org", password=PASSWORD)
    )
    assert page.url == "/admin"
    assert page.status == 200
    assert db.session.scalars(sa.select(UserSession)).one().user_id == cast.chloe.id


def test_the_login_is_written_in_any_case(visit, cast):
    assert log_in(visit(), " CHLOE@Example.ORG ").status_code == 303


def test_the_fact_is_in_the_trail(visit, cast):
    log_in(visit())
    assert audit.entries_on("User", cast.chloe.id)[0].fact == "accounts.logged_in"


def test_a_new_session_begins_with_a_new_cookie(visit, cast):
    guest = visit()
    guest.get("/connexion")
    with guest.session() as before:
        before["left_behind"] = "x"
    log_in(guest)
    with guest.session() as after:
        assert "left_behind" not in after
        assert after["login"]


@pytest.mark.parametrize(
    ("login", "password"),
    [("chloe@example.org", "autre chose"), ("personne@example.org", PASSWORD), ("chloe@example.org", PASSWORD.upper())],
)
def test_a_wrong_pair_is_told_without_saying_which(visit, cast, login, password):
    guest = visit()
    page = guest.arrive("/connexion", log_in(guest, login, password))
    assert page.status == 422
    assert WRONG in page.text
    assert page.first("#email")["value"] == login
    assert not page.first("#password").get("value")
    assert attempts() == 2


def test_known_and_unknown_logins_get_the_same_page(visit, cast):
    one, other = visit(), visit()
    known = one.arrive("/connexion", log_in(one, "chloe@example.org", "x" * 14))
    unknown = other.arrive("/connexion", log_in(other, "chlop@example.org", "x" * 14))
    assert known.status == unknown.status
    assert known.first(".errors").text == unknown.first(".errors").text
    assert known.first("form.form").text == unknown.first("form.form").text


@pytest.mark.parametrize("typed", [{"email": "", "password": ""}, {"email": "x" * 300, "password": "y" * 600}])
def test_a_wrong_form_is_told(visit, cast, typed):
    guest = visit()
    page = guest.arrive("/connexion", guest.post("/connexion", data=typed))
    assert page.status == 422
    assert page.has("#email-error")
    assert attempts() == 0


def test_somebody_who_left_cannot_log_in(visit, cast):
    with transaction():
        db.session.get_one(User, cast.chloe.id).is_active = False
    guest = visit()
    assert WRONG in guest.arrive("/connexion", log_in(guest)).text


# --- guessing -------------------------------------------------------------------------------------------------


def test_who_guesses_one_account_waits(visit, cast, at):
    guest = visit()
    answers = [log_in(guest, password="x" * 14).status_code for _n in range(6)]
    assert answers == [422] * 5 + [429]
    refused = log_in(guest)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "900"
    assert "Trop d’essais" in guest.arrive("/connexion", refused).text
    at("2026-03-10 10:16")
    assert log_in(guest).status_code == 303


def test_who_guesses_many_accounts_waits_too(visit, cast):
    guest = visit()
    answers = [log_in(guest, f"quelquun{n}@example.org").status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_the_right_password_forgives_the_account(visit, cast):
    with transaction():
        settings.change(LOGIN_ATTEMPTS, "50")
    guest = visit()
    for _n in range(3):
        log_in(guest, password="x" * 14)
    assert log_in(guest).status_code == 303
    assert attempts() == 3  # those counted by network stay


def test_attempts_keep_no_name_and_no_address(visit, cast):
    log_in(visit(), password="x" * 14)
    kept = db.session.scalars(sa.select(LoginAttempt.counted)).all()
    assert all(len(counted) == 64 for counted in kept)
    assert not any("chloe" in counted or "127" in counted[:3] for counted in kept)


# --- where it leads -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["/admin/reservations", "/admin/reservations?date=2026-03-14", "/admin/reglages"])
def test_it_goes_on_to_the_page_asked_for(visit, cast, wanted):
    guest = visit()
    page = guest.see(wanted)
    assert page.url.startswith("/connexion?next=")
    page = page.submit("form.form", email="chloe@example.org", password=PASSWORD)
    assert page.url == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "\t//evil.example",
        "/%09/evil.example",
    ],
)
def test_it_never_leads_to_another_site(visit, cast, wanted):
    guest = visit()
    answer = guest.post(
        "/connexion", query_string={"next": wanted}, data={"email": "chloe@example.org", "password": PASSWORD}
    )
    location = answer.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "evil.example" not in location.split("/")[1]


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_a_member_goes_to_their_own_space_instead(visit, wanted):
    make_user("Zoé", "member")
    typed = {"email": "zoe@example.org", "password": PASSWORD}
    assert visit().post("/connexion", query_string={"next": wanted}, data=typed).headers["Location"] == "/espace"


def test_who_is_logged_in_sees_no_login_page(visit, cast):
    assert visit(cast.chloe).get("/connexion").headers["Location"] == "/admin"


# --- leaving --------------------------------------------------------------------------------------------------


def test_logging_out_ends_the_row(visit, cast):
    guest = visit()
    log_in(guest)
    stolen = visit()
    with guest.session() as own, stolen.session() as copied:
        copied.update(own)
    assert stolen.get("/admin").status_code == 200
    page = guest.see("/admin").submit("form[action=/deconnexion]")
    assert page.url == "/"
    assert db.session.scalars(sa.select(UserSession)).one().ended_at is not None
    assert guest.get("/admin").status_code == 302
    assert stolen.get("/admin").status_code == 302


def test_a_session_ends_by_itself(visit, cast, at):
    guest = visit()
    log_in(guest)
    at("2026-04-10 10:01")
    assert guest.get("/admin").status_code == 302


def test_leaving_the_house_closes_open_sessions(visit, cast):
    guest = visit()
    log_in(guest)
    with transaction():
        db.session.get_one(User, cast.chloe.id).is_active = False
    assert guest.get("/admin").status_code == 302


def test_a_login_needs_the_form_s_token(visit, cast):
    guest = visit()
    guest.csrf = False
    assert log_in(guest).status_code == 400


# --- accounts -------------------------------------------------------------------------------------------------


def a_user(**changed):
    wanted = {
        "first_name": "Zoé",
        "last_name": "Petit",
        "email": "zoe@example.org",
        "password": PASSWORD,
        "role": "host",
    }
    with transaction():
        service.seed_roles()
        return service.create_user(**{**wanted, **changed}, actor=TESTS)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "trop court"}, "12 caractères"),
        ({"role": "roi"}, "pas de rôle"),
        ({"email": "CHLOE@example.org"}, "existe déjà"),
    ],
)
def test_a_wrong_account_is_refused(cast, changed, told):
    with pytest.raises(RuleBroken, match=told):
        a_user(**changed)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 4


def test_the_password_is_kept_hashed(app):
    user = a_user()
    assert user.password_hash.startswith("$argon2id$")
    assert PASSWORD not in user.password_hash


def test_an_account_joins_the_person_with_its_address(cast):
    assert a_user(email="alice@example.org").person_id == cast.alice.id


def test_rights_are_read_from_rows(visit, cast):
    actor = service.actor_for(cast.bruno)
    assert "booking.view" in actor.rights
    assert "booking.cancel" not in actor.rights
    scoped = make_user("Luc", "manager", scope=Scope("establishment", "x"))
    assert service.actor_for(scoped).rights["booking.view"] == {Scope("establishment", "x")}
