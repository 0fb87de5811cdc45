"""What is dangerous asks for a proof of less than a quarter of an hour; nothing is lost on the way to it."""

import pytest

from app.accounts.credentials import queries
from app.kernel import audit
from tests.accounts.proofs import equip, give_password, prove, shown_code
from tests.booking.houses import open_house
from tests.factories import PASSWORD

REMOVAL = "/espace/securite/application/retrait"
PROOF = "/connexion/confirmation"


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


@pytest.fixture
def chloe(visit, cast):
    equip(cast.chloe)
    return visit(cast.chloe)


def test_every_dangerous_act_asks_for_it(app):
    asking = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if getattr(view, "asks_for_proof", False)
        or getattr(getattr(view, "__wrapped__", None), "asks_for_proof", False)
    }
    dangerous = {
        "security.authenticator_create", "security.authenticator_delete", "security.recovery_codes_create",
        "security.passkey_create", "security.passkey_delete", "security.second_factor_roles_update",
        "security.identity_delete", "accounts.other_sessions_delete",
    }  # fmt: skip
    assert dangerous <= asking


@pytest.mark.parametrize("javascript", [True, False])
def test_the_password_proves_it_and_leads_back_to_the_page(chloe, javascript):
    page = chloe.see(REMOVAL)
    assert page.url.startswith(PROOF)
    page = page.submit("#by-password", javascript=javascript, password=PASSWORD)
    assert page.url == REMOVAL
    assert page.status == 200


def test_a_code_proves_it_too(chloe, cast):
    page = chloe.see(REMOVAL)
    assert page.submit("#by-code", code=shown_code()).url == REMOVAL
    assert audit.entries_on("User", cast.chloe.id)[0].fact == "accounts.identity_confirmed"


def test_who_just_logged_in_is_not_asked_again(visit, cast):
    guest = visit()
    give_password(guest)
    assert guest.get("/espace/securite/cles/nouvelle").status_code == 200


def test_the_proof_counts_a_quarter_of_an_hour(visit, cast, at):
    guest = visit()
    give_password(guest)
    at("2026-03-10 10:16")
    assert guest.get("/espace/securite/cles/nouvelle").headers["Location"].startswith(PROOF)


def test_a_form_sent_too_late_is_refused_with_the_way_back(chloe, cast):
    refused = chloe.arrive(REMOVAL, chloe.post(REMOVAL, headers={"Referer": f"http://localhost{REMOVAL}"}))
    assert refused.status == 403
    assert "Rien n’est perdu" in refused.text
    assert queries.authenticator_of(cast.chloe) is not None
    page = refused.click("Confirmer que c’est moi").submit("main form", password=PASSWORD)
    assert page.url == REMOVAL


def test_the_way_back_never_leads_to_another_site(chloe):
    refused = chloe.arrive(REMOVAL, chloe.post(REMOVAL, headers={"Referer": "https://evil.example/x"}))
    assert "evil" not in refused.click("Confirmer que c’est moi").url
    sent = chloe.post(PROOF, query_string={"next": "https://evil.example"}, data={"password": PASSWORD})
    assert sent.headers["Location"] == "/admin"


@pytest.mark.parametrize("typed", [{"password": "autre chose"}, {"code": "000000"}, {"password": ""}, {"code": ""}, {}])
def test_a_wrong_proof_proves_nothing(chloe, typed):
    page = chloe.arrive(PROOF, chloe.post(PROOF, data=typed))
    assert page.status == 422
    assert page.has(".field__error")
    assert chloe.get(REMOVAL).status_code == 303


def test_a_stolen_session_cannot_guess_the_password(chloe):
    answers = [chloe.post(PROOF, data={"password": f"essai {n}"}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    assert chloe.post(PROOF, data={"password": PASSWORD}).status_code == 429


def test_a_stranger_has_nothing_to_prove(visit, cast):
    assert visit().get(PROOF).headers["Location"].startswith("/connexion?next=")
    assert visit().get(REMOVAL).headers["Location"].startswith("/connexion?next=")


def test_one_session_s_proof_is_not_another_s(visit, cast):
    one = visit(cast.chloe)
    prove(cast.chloe)
    other = visit(cast.chloe)
    assert one.get("/espace/securite/cles/nouvelle").status_code == 200
    assert other.get("/espace/securite/cles/nouvelle").status_code == 303
