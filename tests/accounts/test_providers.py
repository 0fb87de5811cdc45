"""Logging in with an account one has elsewhere: known again, made at first, linked only after a proof."""

import urllib.parse

import pytest
import sqlalchemy as sa

from app.accounts import service
from app.accounts.credentials import outside
from app.accounts.credentials.models import OutsideIdentity
from app.accounts.models import User, UserSession
from app.config import ConfigurationRefused, read_configuration
from app.kernel import audit, clock
from app.kernel.db import db, transaction
from tests.accounts.proofs import equip, prove
from tests.accounts.provider_server import GraphServer, ProviderServer
from tests.booking.houses import open_house
from tests.factories import PASSWORD

PROOF = "/connexion/rattachement"


@pytest.fixture(scope="module")
def provider():
    server = ProviderServer()
    yield server
    server.stop()


@pytest.fixture
def house(app, kept_app, provider, monkeypatch):
    """The application with this provider; Authlib accepts its plain HTTP because the test says so."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    open_house()
    with transaction():
        service.seed_roles()
    said = {"ISSUER": provider.url, "CLIENT_ID": "guichet", "CLIENT_SECRET": "secret", "LABEL": "Mairie"}
    return kept_app(**{f"OIDC_MAIRIE_{name}": value for name, value in said.items()})


@pytest.fixture
def guest(house, visitor_of):
    return visitor_of(house)


@pytest.fixture
def chloe(house, visitor_of, cast):
    visitor = visitor_of(house, cast.chloe)
    prove(cast.chloe)
    return visitor


def go(visitor, path="/connexion/avec/mairie"):
    """Leave for the provider; gives its address."""
    return visitor.get(path).headers["Location"]


def come_back(visitor, provider, sub, path="/connexion/avec/mairie"):
    """Go there, log in there, and come back."""
    back = urllib.parse.urlsplit(provider.agree(go(visitor, path), sub))
    return visitor.arrive(back.path, visitor.get(f"{back.path}?{back.query}"))


def identity(sub):
    return db.session.scalars(sa.select(OutsideIdentity).where(OutsideIdentity.subject == sub)).first()


def user(login):
    return db.session.scalars(sa.select(User).where(User.login == login)).first()


def sessions():
    return db.session.scalar(sa.select(sa.func.count()).select_from(UserSession))


# --- the road -------------------------------------------------------------------------------------------------


def test_the_login_page_offers_it(guest, cast):
    assert guest.see("/connexion?next=/admin").links()["Continuer avec Mairie"] == "/connexion/avec/mairie?next=/admin"


def test_the_journey_begins_with_state_nonce_and_pkce(guest):
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(go(guest)).query)
    assert asked["redirect_uri"] == ["http://localhost/connexion/avec/mairie/retour"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)


def test_journeys_not_finished_do_not_fill_the_cookie(guest, provider):
    for _n in range(5):
        left = go(guest)
    with guest.session() as session:
        assert sum(key.startswith("_state_") for key in session) == 1
    back = urllib.parse.urlsplit(provider.agree(left, "zoe"))
    assert guest.see(f"{back.path}?{back.query}").url == "/espace"


def test_an_unknown_provider_is_not_there(guest):
    assert guest.get("/connexion/avec/autre").status_code == 404


# --- at first -------------------------------------------------------------------------------------------------


def test_a_verified_unknown_address_makes_an_account(guest, provider, cast):
    page = come_back(guest, provider, "zoe", "/connexion/avec/mairie?next=/espace/securite")
    assert page.url == "/espace/securite"
    assert "Mairie" in page.text
    made = user("zoe@example.org")
    assert (made.person.full_name, identity("zoe").user_id) == ("Zoé Petit", made.id)
    facts = {entry.fact for entry in audit.entries_on("User", made.id)}
    assert {"accounts.account_opened_outside", "accounts.identity_linked", "accounts.logged_in"} <= facts


def test_the_new_account_has_no_right_and_no_password(guest, provider, visit):
    assert come_back(guest, provider, "zoe").url == "/espace"
    assert guest.get("/admin").status_code == 403
    tried = visit().post("/connexion", data={"email": "zoe@example.org", "password": ""})
    assert tried.status_code == 422


def test_a_person_known_by_that_address_is_joined(guest, provider, cast):
    come_back(guest, provider, "alice")
    assert user("alice@example.org").person_id == cast.alice.id


def test_the_same_person_is_known_again(guest, visitor_of, house, provider):
    come_back(guest, provider, "zoe")
    come_back(visitor_of(house), provider, "zoe")
    assert sessions() == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutsideIdentity)) == 1


def test_without_an_address_nobody_enters(guest, provider):
    page = come_back(guest, provider, "mute")
    assert page.url == "/connexion"
    assert "Mairie ne nous a pas donné d’adresse e-mail" in page.text
    assert sessions() == 0


# --- an account is there already ------------------------------------------------------------------------------


def test_an_existing_account_is_not_opened_without_a_proof(guest, provider, cast):
    page = come_back(guest, provider, "chloe")
    assert page.url == PROOF
    assert sessions() == 0
    assert identity("chloe").user_id is None


def test_the_password_proves_it(guest, visitor_of, house, provider, cast):
    page = come_back(guest, provider, "chloe", "/connexion/avec/mairie?next=/admin/reservations")
    assert page.submit("form.form", password=PASSWORD).url == "/admin/reservations"
    assert identity("chloe").user_id == cast.chloe.id
    assert come_back(visitor_of(house), provider, "chloe").url == "/admin"


def test_a_wrong_password_proves_nothing_and_counts(guest, provider, cast):
    page = come_back(guest, provider, "chloe")
    assert page.submit("form.form", password="autre chose").status == 422
    answers = [guest.post(PROOF, data={"password": f"essai {n}"}).status_code for n in range(5)]
    assert answers == [422] * 4 + [429]
    assert identity("chloe").user_id is None


def test_the_second_factor_is_asked_after_the_provider_too(guest, provider, cast):
    equip(cast.chloe)
    page = come_back(guest, provider, "chloe").submit("form.form", password=PASSWORD)
    assert page.url.startswith("/connexion/verification")
    assert sessions() == 0


@pytest.fixture
def ask_for_letter(house, outbox):
    """Ask for the letter and give its link; the worker has the same configuration as the pages."""

    def ask(visitor):
        visitor.see(PROOF).submit("main form[action=/connexion/rattachement/lettre]")
        with house.app_context():
            [link] = [link for link in outbox[-1].links if "/rattachement/" in link]
        return urllib.parse.urlsplit(link).path

    return ask


def test_a_letter_proves_it(guest, provider, cast, ask_for_letter):
    come_back(guest, provider, "chloe")
    link = ask_for_letter(guest)
    page = guest.see(link)
    assert page.url == PROOF
    assert identity("chloe").user_id is None
    assert page.submit("main form").url == "/admin"
    assert identity("chloe").user_id == cast.chloe.id
    assert guest.get(link).status_code == 404


def test_an_unverified_address_says_not_whether_it_has_an_account(guest, visitor_of, house, provider, cast):
    known = come_back(guest, provider, "unsure")
    unknown = come_back(visitor_of(house), provider, "unknown")
    assert known.url == unknown.url == PROOF
    told = [
        page.first("main").text.replace(email, "")
        for page, email in ((known, "chloe@example.org"), (unknown, "nouveau@example.org"))
    ]
    assert told[0].split("Référence")[0] == told[1].split("Référence")[0]
    assert user("nouveau@example.org") is None


def test_the_letter_opens_an_account_for_an_unverified_address(guest, provider, ask_for_letter):
    come_back(guest, provider, "unknown")
    page = guest.see(ask_for_letter(guest)).submit("main form")
    assert page.url == "/espace"
    assert identity("unknown").user_id == user("nouveau@example.org").id


def test_the_letter_counts_only_where_the_journey_began(guest, visitor_of, house, provider, cast, ask_for_letter):
    """Who sends a victim the letter of their own journey gains nothing when the victim opens it."""
    come_back(guest, provider, "unsure")
    link = ask_for_letter(guest)
    victim = visitor_of(house)
    assert victim.get(link).status_code == 403
    assert victim.post(f"{PROOF}/accord").status_code == 403
    assert guest.post(f"{PROOF}/accord").status_code == 403
    assert identity("unsure").user_id is None


def test_a_letter_s_link_serves_for_an_hour(guest, provider, cast, ask_for_letter, at):
    come_back(guest, provider, "chloe")
    link = ask_for_letter(guest)
    at("2026-03-10 11:01")
    assert guest.get(link).status_code == 404
    assert guest.get(f"{PROOF}/{'x' * 43}").status_code == 404


# --- what is forged -------------------------------------------------------------------------------------------


def test_a_return_nobody_left_for_is_refused(guest, provider):
    page = guest.see("/connexion/avec/mairie/retour?code=x&state=y")
    assert page.url == "/connexion"
    assert "n’a pas abouti" in page.text


def test_another_s_return_is_refused(guest, visitor_of, house, provider):
    """The state belongs to the browser that left: nobody is logged in as who sent them the address."""
    back = urllib.parse.urlsplit(provider.agree(go(guest), "zoe"))
    victim = visitor_of(house)
    assert victim.see(f"{back.path}?{back.query}").url == "/connexion"
    assert sessions() == 0


def test_a_return_counts_once(guest, provider):
    back = urllib.parse.urlsplit(provider.agree(go(guest), "zoe"))
    guest.get(f"{back.path}?{back.query}")
    assert sessions() == 1
    assert guest.get(f"{back.path}?{back.query}").headers["Location"] == "/connexion"
    assert sessions() == 1


def test_who_refuses_there_comes_back_in_words(guest, provider):
    back = urllib.parse.urlsplit(provider.agree(go(guest), "zoe", action="deny"))
    assert "n’a pas abouti" in guest.see(f"{back.path}?{back.query}").text


def test_a_provider_that_does_not_answer_is_told(make_app, visitor_of, cast, monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    said = {"ISSUER": "http://localhost:9", "CLIENT_ID": "a", "CLIENT_SECRET": "b"}
    app = make_app(**{f"OIDC_MUET_{name}": value for name, value in said.items()})
    assert "Muet n’a pas abouti" in visitor_of(app).see("/connexion/avec/muet").text


def test_it_never_leads_to_another_site(guest, provider, cast):
    assert come_back(guest, provider, "zoe", "/connexion/avec/mairie?next=//evil.example").url == "/espace"


# --- linking and unlinking ------------------------------------------------------------------------------------

LINKING = "/espace/securite/identites/mairie/rattachement"


def test_who_is_logged_in_links_and_unlinks(chloe, provider, cast):
    page = come_back(chloe, provider, "zoe", LINKING)
    assert page.url == "/espace/securite"
    assert identity("zoe").user_id == cast.chloe.id
    page = page.click("Détacher").submit("main form")
    assert page.url == "/espace/securite"
    assert identity("zoe") is None
    facts = [entry.fact for entry in audit.entries_on("User", cast.chloe.id)[:2]]
    assert facts == ["accounts.identity_unlinked", "accounts.identity_linked"]


def test_an_identity_opens_one_account(chloe, guest, provider, cast):
    come_back(guest, provider, "zoe")
    page = come_back(chloe, provider, "zoe", LINKING)
    assert "déjà celle d’un autre compte" in page.text
    assert identity("zoe").user_id == user("zoe@example.org").id


def test_linking_asks_for_a_fresh_proof(house, visitor_of, cast):
    assert visitor_of(house, cast.chloe).get(LINKING).headers["Location"].startswith("/connexion/confirmation")


def test_another_s_identity_is_not_there(chloe, guest, provider):
    come_back(guest, provider, "zoe")
    assert chloe.post(f"/espace/securite/identites/{identity('zoe').id}/retrait").status_code == 404
    assert identity("zoe") is not None


def test_a_closed_account_stays_closed(guest, visitor_of, house, provider):
    come_back(guest, provider, "zoe")
    with transaction():
        user("zoe@example.org").is_active = False
    assert "fermé" in come_back(visitor_of(house), provider, "zoe").text
    assert sessions() == 1


# --- Facebook -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graph():
    server = GraphServer()
    yield server
    server.stop()


def test_facebook_is_asked_for_what_it_does_not_sign(make_app, visitor_of, cast, graph, monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setattr(outside, "FACEBOOK", graph.url)
    visitor = visitor_of(make_app(FACEBOOK_CLIENT_ID="guichet", FACEBOOK_CLIENT_SECRET="secret"))
    departure = urllib.parse.urlsplit(go(visitor, "/connexion/avec/facebook"))
    assert departure.netloc == "www.facebook.com"
    state = urllib.parse.parse_qs(departure.query)["state"][0]
    page = visitor.see(f"/connexion/avec/facebook/retour?code=given&state={state}")
    assert page.url == PROOF  # Facebook does not say that the address is verified
    assert (identity("10042").email, identity("10042").first_name) == ("rose@example.org", "Rose")
    assert graph.asked[0]["code"] == ["given"]
    assert len(graph.asked[0]["code_verifier"][0]) >= 43


# --- configuration --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"GOOGLE_CLIENT_ID": "a"}, "GOOGLE_CLIENT_SECRET"),
        ({"FACEBOOK_CLIENT_SECRET": "a"}, "FACEBOOK_CLIENT_ID"),
        ({"OIDC_X_CLIENT_ID": "a", "OIDC_X_CLIENT_SECRET": "b"}, "OIDC_X_ISSUER"),
        ({"OIDC_X_ISSUER": "http://x.example", "OIDC_X_CLIENT_ID": "a", "OIDC_X_CLIENT_SECRET": "b"}, "OIDC_X_ISSUER"),
        ({"OIDC_X_ISSUER": "https://x.example"}, "OIDC_X_CLIENT_ID"),
    ],
)
def test_a_half_said_provider_is_refused_at_start(tmp_path, said, told):
    with pytest.raises(ConfigurationRefused) as refusal:
        read_configuration({"DATA_DIR": str(tmp_path), **said})
    assert any(problem.startswith(told) for problem in refusal.value.problems)


def test_every_provider_is_read_and_its_secret_hidden(tmp_path):
    said = {
        "GOOGLE_CLIENT_ID": "g", "GOOGLE_CLIENT_SECRET": "hidden-g", "FACEBOOK_CLIENT_ID": "f",
        "FACEBOOK_CLIENT_SECRET": "hidden-f", "OIDC_MAIRIE_ISSUER": "https://id.mairie.example/",
        "OIDC_MAIRIE_CLIENT_ID": "m", "OIDC_MAIRIE_CLIENT_SECRET": "hidden-m", "OIDC_MAIRIE_LABEL": "La mairie",
    }  # fmt: skip
    read = read_configuration({"DATA_DIR": str(tmp_path), **said})
    assert [(provider.name, provider.label, provider.issuer) for provider in read.providers] == [
        ("google", "Google", "https://accounts.google.com"),
        ("facebook", "Facebook", ""),
        ("mairie", "La mairie", "https://id.mairie.example"),
    ]
    assert "hidden" not in f"{read} {read.shown()}"


# --- a fresh proof --------------------------------------------------------------------------------------------


DANGEROUS = "/espace/securite/cles/nouvelle"
ANEW = f"/connexion/confirmation/avec/mairie?next={DANGEROUS}"


@pytest.fixture
def bruno(house, visitor_of, cast):
    """Somebody known at the provider under two names, whose session is not fresh."""
    with transaction() as session:
        for sub in ("bruno", "stale", "zoe"):
            known = {"provider": "mairie", "subject": sub, "email": "bruno@example.org", "email_verified": True}
            names = {"first_name": "Bruno", "last_name": "Martin", "created_at": clock.now()}
            session.add(OutsideIdentity(user_id=cast.bruno.id, **known, **names))
    return visitor_of(house, cast.bruno)


def test_a_login_just_made_at_the_provider_is_a_fresh_proof(bruno, provider, cast):
    page = bruno.see(DANGEROUS)
    assert page.links()["Confirmer avec Mairie"] == ANEW
    assert come_back(bruno, provider, "bruno", ANEW).url == DANGEROUS
    assert audit.entries_on("User", cast.bruno.id)[0].fact == "accounts.identity_confirmed"


def test_the_provider_is_asked_for_a_new_login(bruno):
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(go(bruno, ANEW)).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])


@pytest.mark.parametrize(
    ("sub", "told"),
    [
        ("stale", "ne dit pas que vous venez"),
        ("zoe", "ne dit pas que vous venez"),
        ("anne", "pas celle de votre compte"),
    ],
)
def test_an_old_login_an_undated_one_or_another_s_proves_nothing(bruno, provider, sub, told):
    page = come_back(bruno, provider, sub, ANEW)
    assert page.url.startswith("/connexion/confirmation")
    assert told in page.text
    assert bruno.get(DANGEROUS).status_code == 303
    assert sessions() == 1, "nobody is logged in by the way"


def test_a_provider_that_refuses_leads_back_to_the_proof(bruno, provider):
    back = urllib.parse.urlsplit(provider.agree(go(bruno, ANEW), "bruno", action="deny"))
    page = bruno.arrive(back.path, bruno.get(f"{back.path}?{back.query}"))
    assert page.url == f"/connexion/confirmation?next={DANGEROUS}"
