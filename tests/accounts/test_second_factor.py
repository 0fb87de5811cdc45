"""After the password, a code: asked before a session opens, used once, never guessed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.credentials import second_factor
from app.accounts.credentials.models import Authenticator, RecoveryCode
from app.accounts.credentials.settings import SECOND_FACTOR_ROLES
from app.accounts.models import UserSession
from app.accounts.queries import user_with_login
from app.accounts.service import actor_for
from app.kernel import audit, settings
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.accounts.proofs import SECRET, equip, give_password, prove, shown_code
from tests.booking.houses import open_house
from tests.factories import PASSWORD
from tests.harness.databases import on_both

CODE = "/connexion/verification"
SPENT = "Ce code ne convient pas, ou il a déjà servi."


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


def give_code(visitor, code):
    return visitor.post(CODE, data={"code": code})


def sessions():
    return db.session.scalar(sa.select(sa.func.count()).select_from(UserSession))


def demand_of(*roles):
    with transaction():
        settings.change(SECOND_FACTOR_ROLES, ", ".join(roles))


# --- putting it in place --------------------------------------------------------------------------------------


@pytest.fixture
def chloe(visit, cast):
    visitor = visit(cast.chloe)
    prove(cast.chloe)
    return visitor


def set_up(chloe, code=None):
    page = chloe.see("/espace/securite").click("Mettre en place")
    secret = page.first("code").text
    return page.submit("main form.form", code=shown_code(secret) if code is None else code)


def test_it_is_put_in_place_with_the_code_the_application_shows(chloe, cast):
    page = set_up(chloe)
    assert len(page.all("main li code")) == 10
    assert "en place" in chloe.see("/espace/securite").first("section .badge").text
    assert audit.entries_on("User", cast.chloe.id)[0].fact == "accounts.second_factor_added"


def test_the_drawing_is_a_picture_the_policy_allows(chloe):
    page = chloe.see("/espace/securite/application")
    assert page.first("main img")["src"].startswith("data:image/svg+xml")
    assert page.response.headers["Cache-Control"] == "no-store"


def test_a_wrong_code_puts_nothing_in_place(chloe):
    page = set_up(chloe, code="000000")
    assert page.status == 422
    assert page.has("#code-error")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Authenticator)) == 0


def test_the_same_secret_is_proposed_until_it_is_confirmed(chloe):
    secret = chloe.see("/espace/securite/application").first("code").text
    assert set_up(chloe, code="000000").first("code").text == secret


def test_it_is_in_place_once(chloe, cast):
    equip(cast.chloe)
    assert chloe.see("/espace/securite/application").url == "/espace/securite"
    with pytest.raises(RuleBroken, match="déjà en place"), transaction():
        second_factor.set_up(cast.chloe, SECRET, shown_code(), actor=actor_for(cast.chloe))


def test_secret_and_codes_are_kept_unreadable(cast):
    codes = equip(cast.chloe)
    assert SECRET not in db.session.scalars(sa.select(Authenticator.sealed_secret)).one()
    kept = db.session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert not set(kept) & set(codes)


def test_the_codes_can_be_downloaded_as_text(chloe):
    page = set_up(chloe)
    link = page.first("a[download]")
    assert link["href"].startswith("data:text/plain")
    assert all(code.text in link["href"] for code in page.all("main li code"))
    assert page.response.headers["Cache-Control"] == "no-store"


# --- logging in -----------------------------------------------------------------------------------------------


def test_the_password_alone_opens_no_session(visit, cast):
    equip(cast.chloe)
    guest = visit()
    assert give_password(guest).headers["Location"] == CODE
    assert sessions() == 0
    assert guest.get("/admin").status_code == 302


@pytest.mark.parametrize("javascript", [True, False])
def test_the_code_opens_it_and_leads_where_one_was_going(visit, cast, javascript):
    equip(cast.chloe)
    page = visit().see("/admin/reservations")
    page = page.submit("form.form", javascript=javascript, email="chloe@example.org", password=PASSWORD)
    assert page.url.startswith(CODE)
    page = page.submit("form.form", javascript=javascript, code=shown_code())
    assert page.url == "/admin/reservations"
    assert sessions() == 1


@on_both
def test_a_code_is_used_once(visit, cast):
    equip(cast.chloe)
    code = shown_code()
    one, other = visit(), visit()
    for guest in (one, other):
        give_password(guest)
    assert give_code(one, code).status_code == 303
    refused = other.arrive(CODE, give_code(other, code))
    assert refused.status == 422
    assert SPENT in refused.text
    assert sessions() == 1


@on_both
def test_of_many_who_type_a_code_at_once_one_enters(app, cast):
    equip(cast.chloe)
    code, login = shown_code(), cast.chloe.login

    def type_it(_turn):
        with app.app_context(), transaction():
            return second_factor.use_code(user_with_login(login), code)

    with ThreadPoolExecutor(6) as crowd:
        assert sum(crowd.map(type_it, range(12))) == 1


def test_an_older_code_does_not_come_after_a_newer_one(visit, cast):
    equip(cast.chloe)
    older, newer = shown_code(later=timedelta(seconds=-30)), shown_code()
    with transaction():
        assert second_factor.use_code(cast.chloe, newer)
        assert not second_factor.use_code(cast.chloe, older)


@pytest.mark.parametrize("seconds", [-90, 90, 3600])
def test_a_code_of_another_time_is_refused(visit, cast, seconds):
    equip(cast.chloe)
    guest = visit()
    give_password(guest)
    assert give_code(guest, shown_code(later=timedelta(seconds=seconds))).status_code == 422


def test_a_recovery_code_stands_in_once(visit, cast):
    code = equip(cast.chloe)[3]
    guest = visit()
    give_password(guest)
    assert give_code(guest, f" {code.upper().replace('-', ' ')} ").status_code == 303
    assert audit.entries_on("User", cast.chloe.id)[1].details == {"left": 9}
    other = visit()
    give_password(other)
    assert give_code(other, code).status_code == 422


def test_another_s_recovery_code_opens_nothing(visit, cast):
    equip(cast.chloe)
    code = equip(cast.bruno)[0]
    guest = visit()
    give_password(guest)
    assert give_code(guest, code).status_code == 422


def test_who_guesses_codes_waits(visit, cast, at):
    equip(cast.chloe)
    guest = visit()
    give_password(guest)
    answers = [give_code(guest, f"{n:06}").status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    assert give_code(guest, shown_code()).status_code == 429
    at("2026-03-10 10:16")
    give_password(guest)
    assert give_code(guest, shown_code()).status_code == 303


def test_neither_the_password_nor_another_network_forgives_guesses(visit, cast):
    equip(cast.chloe)
    answers = []
    for n in range(6):
        guest, place = visit(), {"REMOTE_ADDR": f"192.0.{n}.1"}
        form = {"email": "chloe@example.org", "password": PASSWORD}
        guest.post("/connexion", data=form, environ_base=place)
        answers.append(guest.post(CODE, data={"code": f"{n:06}"}, environ_base=place).status_code)
    assert answers == [422] * 5 + [429]


def test_the_first_step_counts_ten_minutes(visit, cast, at):
    equip(cast.chloe)
    guest = visit()
    give_password(guest)
    at("2026-03-10 10:11")
    assert give_code(guest, shown_code()).headers["Location"] == "/connexion"
    assert sessions() == 0


def test_nobody_comes_to_the_second_step_without_the_first(visit, cast):
    equip(cast.chloe)
    assert visit().get(CODE).headers["Location"] == "/connexion"
    assert give_code(visit(), shown_code()).headers["Location"] == "/connexion"


def test_somebody_who_left_meanwhile_is_not_let_in(visit, cast):
    equip(cast.chloe)
    guest = visit()
    give_password(guest)
    with transaction():
        cast.chloe.is_active = False
    give_code(guest, shown_code())
    assert sessions() == 0


def test_one_can_begin_again_as_somebody_else(visit, cast):
    equip(cast.chloe)
    guest = visit()
    give_password(guest)
    page = guest.see(CODE).submit("form[action=/connexion/verification/abandon]")
    assert page.url == "/connexion"
    assert guest.get(CODE).status_code == 303


def test_codes_sealed_under_a_lost_key_fit_no_more_but_recovery_codes_do(visit, cast):
    codes = equip(cast.chloe)
    with transaction() as writing:
        writing.execute(sa.update(Authenticator).values(sealed_secret="sealed elsewhere"))
    guest = visit()
    give_password(guest)
    assert give_code(guest, shown_code()).status_code == 422
    assert give_code(guest, codes[0]).status_code == 303


# --- demanded by role -----------------------------------------------------------------------------------------


def test_a_demanded_factor_is_set_up_before_anything_else(visit, cast):
    demand_of("manager")
    page = visit().see("/admin/reservations")
    page = page.submit("form.form", email="chloe@example.org", password=PASSWORD)
    assert page.url.startswith("/connexion/application")
    assert sessions() == 0
    page = page.submit("form.form", code=shown_code(page.first("code").text))
    assert len(page.all("main li code")) == 10
    assert page.click("continuer").url == "/admin/reservations"


def test_it_is_demanded_of_the_named_roles_only(visit, cast):
    demand_of("administrator")
    guest = visit()
    give_password(guest)
    assert sessions() == 1


def test_setting_up_is_open_to_nobody_who_has_it_already(visit, cast):
    demand_of("manager")
    equip(cast.chloe)
    guest = visit()
    give_password(guest)
    assert guest.get("/connexion/application").headers["Location"] == "/connexion"
    assert guest.post("/connexion/application", data={"code": "123456"}).headers["Location"] == "/connexion"


def test_what_a_role_demands_cannot_be_removed(chloe, cast):
    equip(cast.chloe)
    demand_of("manager")
    page = chloe.see("/espace/securite/application/retrait").submit("main form")
    assert page.status == 409
    assert "Votre rôle exige" in page.text


def test_the_administrator_chooses_the_roles(visit, cast):
    admin = visit(cast.admin)
    prove(cast.admin)
    page = admin.see("/admin/reglages/double-verification").submit("main form.form", roles=["administrator", "manager"])
    assert [box["value"] for box in page.all("input[name=roles]") if "checked" in box.attributes] == [
        "administrator",
        "manager",
    ]
    assert SECOND_FACTOR_ROLES.value() == "administrator, manager"
    entry = audit.entries_on("User", cast.admin.id)[0]
    assert entry.details == {"before": "—", "after": "administrator, manager"}


def test_others_choose_no_roles(visit, cast):
    assert visit(cast.chloe).get("/admin/reglages/double-verification").status_code == 403
    assert visit(cast.chloe).post("/admin/reglages/double-verification").status_code == 403


# --- removing it, making codes anew -----------------------------------------------------------------------------


def test_removing_it_is_told_by_letter(chloe, cast, outbox):
    equip(cast.chloe)
    page = chloe.see("/espace/securite").click("Retirer la double").submit("main form")
    assert page.url == "/espace/securite"
    assert "retirée" in page.text
    assert [letter.subject for letter in outbox.to("chloe@example.org")] == [
        "La double vérification de votre compte est en place",
        "La double vérification de votre compte est retirée",
    ]
    assert all("/espace/securite" in letter.text for letter in outbox)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0


def test_what_is_not_in_place_is_not_removed(chloe):
    assert chloe.post("/espace/securite/application/retrait").status_code == 409
    assert chloe.post("/espace/securite/codes").status_code == 409


def test_new_codes_replace_the_old(chloe, cast):
    old = equip(cast.chloe)
    page = chloe.see("/espace/securite").click("nouveaux codes").submit("main form")
    fresh = [code.text for code in page.all("main li code")]
    assert len(set(fresh)) == 10
    with transaction():
        assert not second_factor.use_code(cast.chloe, old[0])
        assert second_factor.use_code(cast.chloe, fresh[0])


def test_the_house_resets_it_for_who_lost_everything(app, cast, outbox):
    equip(cast.chloe)
    demand_of("manager")
    answer = app.test_cli_runner().invoke(args=["users", "reset-second-factor", "--email", "CHLOE@example.org"])
    assert answer.output == "Double vérification retirée : CHLOE@example.org\n"
    assert audit.entries_on("User", cast.chloe.id)[0].fact == "accounts.second_factor_removed"
    assert outbox.to("chloe@example.org")


@pytest.mark.parametrize(
    ("email", "told"), [("personne@example.org", "Aucun compte"), ("bruno@example.org", "pas en place")]
)
def test_what_cannot_be_reset_is_told(app, cast, email, told):
    answer = app.test_cli_runner().invoke(args=["users", "reset-second-factor", "--email", email])
    assert answer.exit_code == 1
    assert told in answer.output
