"""Passkeys: made by who proved themselves, answering one challenge once, and opening a session without a password."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.credentials.models import Passkey, SpentChallenge
from app.accounts.credentials.settings import SECOND_FACTOR_ROLES
from app.accounts.models import UserSession
from app.kernel import audit, settings
from app.kernel.db import db, transaction
from tests.accounts.proofs import equip, give_password, prove
from tests.accounts.software_key import PRESENT, SoftwareKey
from tests.booking.houses import open_house
from tests.harness.databases import on_both

UNKNOWN = "Cette clé n’est pas reconnue ici."


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


@pytest.fixture
def chloe(visit, cast):
    visitor = visit(cast.chloe)
    prove(cast.chloe)
    return visitor


def add(visitor, key, name="Téléphone"):
    options = visitor.post("/espace/securite/cles/defi").json
    return visitor.post("/espace/securite/cles", json={"credential": key.make(options), "name": name})


def challenge(visitor):
    return visitor.post("/connexion/cles/defi").json


def show(visitor, credential, path="/connexion/cles"):
    return visitor.post(path, json={"credential": credential})


def log_in(visitor, key, path="/connexion/cles"):
    return show(visitor, key.answer(challenge(visitor)), path)


@pytest.fixture
def key(chloe):
    made = SoftwareKey()
    assert add(chloe, made).status_code == 200
    return made


def kept():
    return db.session.scalars(sa.select(Passkey)).all()


def ends_refused(answer, told=UNKNOWN):
    assert answer.status_code == 422
    assert told in answer.json["message"]


# --- adding ---------------------------------------------------------------------------------------------------


def test_a_key_is_added_under_its_name_and_told_by_letter(chloe, key, cast, outbox):
    assert [(passkey.name, passkey.user_id) for passkey in kept()] == [("Téléphone", cast.chloe.id)]
    assert "Téléphone" in chloe.see("/espace/securite").text
    assert audit.entries_on("User", cast.chloe.id)[0].details == {"name": "Téléphone"}
    [letter] = outbox.to("chloe@example.org")
    assert letter.subject == "Une clé d’accès ouvre maintenant votre compte"
    assert "« Téléphone »" in letter.text


def test_the_options_ask_for_a_key_that_knows_its_holder(chloe, cast):
    options = chloe.post("/espace/securite/cles/defi").json
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"


def test_several_keys_are_kept_and_each_one_once(chloe, key):
    assert add(chloe, SoftwareKey(), "Ordinateur").status_code == 200
    ends_refused(add(chloe, key, "Encore"), "déjà enregistrée")
    assert [passkey.name for passkey in kept()] == ["Téléphone", "Ordinateur"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\u0000b"])
def test_a_key_needs_a_sensible_name(chloe, name):
    assert add(chloe, SoftwareKey(), name).status_code == 422
    assert not kept()


@pytest.mark.parametrize(
    "lie",
    [{"origin": "https://evil.example"}, {"domain": "evil.example"}, {"flags": PRESENT}],
    ids=["another site's page", "another site's key", "nobody verified"],
)
def test_a_key_made_wrongly_is_not_added(chloe, lie):
    ends_refused(add(chloe, SoftwareKey(**lie)))
    assert not kept()


def test_a_challenge_makes_one_key(chloe):
    options = chloe.post("/espace/securite/cles/defi").json
    with chloe.session() as session:
        copied = dict(session)
    made = {"credential": SoftwareKey().make(options), "name": "Un"}
    assert chloe.post("/espace/securite/cles", json=made).status_code == 200
    ends_refused(chloe.post("/espace/securite/cles", json=made), "expiré")
    with chloe.session() as session:
        session.update(copied)
    again = {"credential": SoftwareKey().make(options), "name": "Deux"}
    ends_refused(chloe.post("/espace/securite/cles", json=again), "déjà servi")
    assert len(kept()) == 1


def test_a_login_s_challenge_adds_no_key(chloe):
    options = {**chloe.post("/espace/securite/cles/defi").json, **challenge(chloe)}
    made = {"credential": SoftwareKey().make(options), "name": "Un"}
    ends_refused(chloe.post("/espace/securite/cles", json=made), "expiré")


def test_adding_asks_for_a_fresh_proof(visit, cast):
    visitor = visit(cast.chloe)
    assert visitor.get("/espace/securite/cles/nouvelle").status_code == 303
    assert visitor.post("/espace/securite/cles/defi").status_code == 403
    assert visitor.post("/espace/securite/cles", json={}).status_code == 403


# --- logging in -----------------------------------------------------------------------------------------------


@on_both
def test_a_key_opens_a_session_without_a_password(visit, key, cast):
    guest = visit()
    answer = log_in(guest, key, "/connexion/cles?next=/admin/reservations")
    assert answer.json == {"url": "/admin/reservations"}
    assert guest.see("/admin/reservations").status == 200
    assert kept()[0].last_used_at is not None


def test_a_key_needs_no_code_after_it(visit, key, cast):
    equip(cast.chloe)
    guest = visit()
    assert log_in(guest, key).status_code == 200
    assert guest.get("/admin").status_code == 200


def test_a_key_is_the_second_step_a_role_demands(visit, key, cast):
    with transaction():
        settings.change(SECOND_FACTOR_ROLES, "manager")
    guest = visit()
    assert give_password(guest).headers["Location"] == "/connexion/verification"
    assert "clés d’accès" in guest.see("/connexion/verification").text
    assert log_in(guest, key).status_code == 200
    assert guest.get("/admin").status_code == 200


def test_it_never_leads_to_another_site(visit, key):
    assert log_in(visit(), key, "/connexion/cles?next=//evil.example").json == {"url": "/admin"}


def test_an_answer_counts_once(visit, key):
    guest = visit()
    answered = key.answer(challenge(guest))
    with guest.session() as session:
        copied = dict(session)
    assert show(guest, answered).status_code == 200
    thief = visit()
    ends_refused(show(thief, answered), "expiré")
    with thief.session() as session:
        session.update(copied)
    ends_refused(show(thief, answered), "déjà servi")


def test_an_answer_counts_where_it_was_asked(visit, key):
    asked, other = visit(), visit()
    answered = key.answer(challenge(asked))
    challenge(other)
    ends_refused(show(other, answered))


def test_a_challenge_waits_five_minutes(visit, key, at):
    guest = visit()
    answered = key.answer(challenge(guest))
    at("2026-03-10 10:06")
    ends_refused(show(guest, answered), "expiré")


@pytest.mark.parametrize(
    "lie",
    [{"origin": "https://evil.example"}, {"domain": "evil.example"}, {"flags": PRESENT}, {"handle": b"x" * 16}],
    ids=["phished", "another site's key", "nobody verified", "another holder"],
)
def test_a_lying_key_opens_nothing(visit, key, lie):
    for name, value in lie.items():
        setattr(key, name, value)
    ends_refused(log_in(visit(), key))


def test_another_key_pair_opens_nothing(visit, key):
    forged = SoftwareKey(id=key.id, handle=key.handle, counter=5)
    ends_refused(log_in(visit(), forged))
    ends_refused(log_in(visit(), SoftwareKey()))


def test_a_counter_that_goes_back_is_refused_and_noted(visit, key, cast):
    copy = SoftwareKey(id=key.id, handle=key.handle, private=key.private, counter=key.counter)
    assert log_in(visit(), key).status_code == 200
    ends_refused(log_in(visit(), copy))
    assert audit.entries_on("User", cast.chloe.id)[0].fact == "accounts.passkey_refused"


def test_a_key_without_a_counter_serves_again_and_again(chloe, visit):
    key = SoftwareKey(counter=0)
    add(chloe, key)
    assert [log_in(visit(), key).status_code for _n in range(3)] == [200] * 3


def test_somebody_who_left_is_not_let_in(visit, key, cast):
    with transaction():
        cast.chloe.is_active = False
    ends_refused(log_in(visit(), key))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UserSession)) == 1


def test_spent_challenges_are_forgotten_once_they_expired(visit, key, at):
    log_in(visit(), key)
    at("2026-03-10 11:00")
    log_in(visit(), key)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SpentChallenge)) == 1


def test_the_script_s_addresses_need_the_form_s_token(visit, key):
    guest = visit()
    answered = key.answer(challenge(guest))
    guest.csrf = False
    assert show(guest, answered).status_code == 400


# --- proving oneself anew, removing ---------------------------------------------------------------------------


def test_a_key_proves_an_open_session_anew(visit, key, cast, at):
    at("2026-03-10 11:00")
    visitor = visit(cast.chloe)
    assert visitor.get("/espace/securite/cles/nouvelle").status_code == 303
    assert log_in(visitor, key, "/connexion/cles?next=/espace/securite").json == {"url": "/espace/securite"}
    assert visitor.get("/espace/securite/cles/nouvelle").status_code == 200


def test_another_s_key_proves_nothing(visit, key, cast):
    bruno = visit(cast.bruno)
    ends_refused(log_in(bruno, key), "autre compte")
    assert bruno.get("/espace/securite/cles/nouvelle").status_code == 303


def test_a_key_is_removed(chloe, visit, key):
    page = chloe.see("/espace/securite").click("Retirer").submit("main form")
    assert page.url == "/espace/securite"
    assert not kept()
    ends_refused(log_in(visit(), key))


def test_another_s_key_is_not_there(visit, cast, key):
    bruno = visit(cast.bruno)
    prove(cast.bruno)
    url = f"/espace/securite/cles/{kept()[0].id}/retrait"
    assert bruno.get(url).status_code == 404
    assert bruno.post(url).status_code == 404
    assert len(kept()) == 1


def test_the_last_key_a_role_demands_stays(chloe, key):
    with transaction():
        settings.change(SECOND_FACTOR_ROLES, "manager")
    assert chloe.post(f"/espace/securite/cles/{kept()[0].id}/retrait").status_code == 409
    assert len(kept()) == 1


# --- where it is not possible, and what is not readable -------------------------------------------------------


def test_an_installation_without_a_domain_offers_none(make_app, visitor_of, cast):
    app = make_app(PUBLIC_URL="http://127.0.0.1:8000")
    assert "clé d’accès" not in visitor_of(app).see("/connexion").text
    assert "nom de domaine" in visitor_of(app, cast.chloe).see("/espace/securite").text


@pytest.mark.parametrize("sent", [b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe"])
def test_what_is_no_json_object_is_not_readable(visit, sent):
    assert visit().post("/connexion/cles", data=sent, content_type="application/json").status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PARTS = st.fixed_dictionaries({
    "id": JSON, "rawId": JSON, "type": st.just("public-key") | JSON,
    "response": JSON | st.fixed_dictionaries({
        "clientDataJSON": JSON, "authenticatorData": JSON, "signature": JSON, "userHandle": JSON, "attestationObject": JSON,
    }),
})  # fmt: skip


@given(JSON | PARTS, st.booleans())
def test_any_answer_is_refused_in_words(visit, cast, key, chloe, credential, named):
    if named and isinstance(credential, dict):
        credential = {
            **credential,
            "id": key.answer({"challenge": ""})["id"],
            "rawId": key.answer({"challenge": ""})["id"],
        }
    guest = visit()
    challenge(guest)
    assert show(guest, credential).status_code in (422, 429)
    options = chloe.post("/espace/securite/cles/defi")
    if options.status_code == 200:
        sent = chloe.post("/espace/securite/cles", json={"credential": credential, "name": "X"})
        assert sent.status_code in (422, 429)
