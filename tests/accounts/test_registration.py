"""A newcomer registers: an address, a letter, a name and a password. Nothing tells whether an address is known."""

import pytest
import sqlalchemy as sa

from app.accounts.models import AccountRequest, User, UserSession
from app.kernel import audit
from app.kernel.db import db, transaction
from app.kernel.links import Link
from app.kernel.messages import Message, MessageState
from tests.accounts.letters import fields_of, link_in
from tests.booking.houses import open_house
from tests.factories import PASSWORD, make_person

ZOE = {"first_name": "Zoé", "last_name": "Petit", "password": PASSWORD}
KNOWN = "vous en avez déjà un"


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


def ask(visitor, email="zoe@example.org"):
    return visitor.post("/inscription", data={"email": email})


def arrive_by_letter(visitor, outbox, email="zoe@example.org"):
    ask(visitor, email)
    return visitor.see(link_in(outbox.to(email)[-1], "/inscription/"))


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize("javascript", [True, False])
def test_it_opens_an_account(visit, cast, outbox, javascript):
    guest = visit()
    page = guest.see("/connexion").click("Créer un compte")
    page = page.submit("form.form", javascript=javascript, email="zoe@example.org")
    assert "Regardez votre courrier" in page.text
    page = guest.see(link_in(outbox[0], "/inscription/"))
    assert page.url == "/inscription/compte"
    page = page.submit("form.form", javascript=javascript, **ZOE)
    assert page.url == "/espace"
    assert "Bonjour Zoé Petit" in page.text
    user = db.session.scalars(sa.select(User).where(User.login == "zoe@example.org")).one()
    assert user.confirmed_at is not None
    assert [grant.role.code for grant in user.grants] == ["member"]
    assert not user.grants[0].role.permissions
    assert audit.entries_on("User", user.id)[-1].fact == "accounts.user_created"


def test_no_account_is_made_before_the_letter_is_followed(visit, cast):
    before = count(User)
    ask(visit())
    assert count(User) == before


def test_a_mail_program_that_follows_links_opens_nothing(visit, cast, outbox):
    ask(visit())
    visit().get(link_in(outbox[0], "/inscription/"))
    assert count(User) == 4
    assert visit().see(link_in(outbox[0], "/inscription/")).url == "/inscription/compte"


def test_the_earlier_bookings_of_the_address_join(visit, cast, outbox):
    guest = visit()
    page = arrive_by_letter(guest, outbox, "Alice@Example.org")
    assert page.first("#first_name")["value"] == "Alice"
    page.submit("form.form", first_name="Alice", last_name="Durand-Roy", password=PASSWORD)
    user = db.session.scalars(sa.select(User).where(User.login == "alice@example.org")).one()
    assert user.person_id == cast.alice.id
    assert user.person.last_name == "Durand-Roy"


# --- who asks learns nothing ----------------------------------------------------------------------------------


def test_known_and_unknown_addresses_get_the_same_answer(visit, cast):
    answers = [ask(visit(), email) for email in ("chloe@example.org", "zoe@example.org")]
    assert answers[0].status_code == answers[1].status_code == 303
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert answers[0].get_data() == answers[1].get_data()


def test_known_and_unknown_addresses_cost_the_same_work(visit, cast):
    for email in ("chloe@example.org", "zoe@example.org"):
        guest = visit()
        guest.token()
        before = [count(model) for model in (AccountRequest, Message, audit.AuditEntry, Link)]
        ask(guest, email)
        after = [count(model) for model in (AccountRequest, Message, audit.AuditEntry, Link)]
        assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1, 1, 0]


def test_a_known_address_is_told_by_letter_alone(visit, cast, outbox):
    ask(visit(), "chloe@example.org")
    letter = outbox.to("chloe@example.org")[0]
    assert KNOWN in letter.text
    assert link_in(letter, "/mot-de-passe") == "/mot-de-passe"
    assert not [link for link in letter.links if "/inscription/" in link]


def test_the_letter_repeats_nothing_a_stranger_typed(visit, cast, outbox):
    ask(visit())
    assert "Bonjour," in outbox[0].text
    assert fields_of(visit().see("/inscription")) == {"email"}


def test_one_address_gets_three_letters_an_hour(visit, cast, outbox, at):
    answers = [ask(visit()) for _n in range(5)]
    assert {answer.status_code for answer in answers} == {303}
    assert len(outbox.to("zoe@example.org")) == 3
    at("2026-03-10 11:01")
    ask(visit())
    assert len(outbox.to("zoe@example.org")) == 4


# --- links ----------------------------------------------------------------------------------------------------


def test_the_link_is_good_once(visit, cast, outbox):
    guest = visit()
    page = arrive_by_letter(guest, outbox)
    again = visit()
    other = again.see(link_in(outbox[0], "/inscription/"))
    page.submit("form.form", **ZOE)
    assert visit().get(link_in(outbox[0], "/inscription/")).status_code == 404
    replayed = other.submit("form.form", **{**ZOE, "first_name": "Mallory"})
    assert replayed.status == 404
    assert count(User) == 5


def test_the_link_ends_after_a_day(visit, cast, outbox, at):
    guest = visit()
    page = arrive_by_letter(guest, outbox)
    at("2026-03-11 10:01")
    assert visit().get(link_in(outbox[0], "/inscription/")).status_code == 404
    assert page.submit("form.form", **ZOE).status == 404
    assert count(User) == 4


@pytest.mark.parametrize("secret", ["x" * 43, "A" * 43])
def test_a_forged_link_opens_nothing(visit, cast, secret):
    page = visit().see(f"/inscription/{secret}")
    assert page.status == 404
    assert "plus valable" in page.text
    assert visit().get("/inscription/compte").status_code == 404


def test_a_link_for_one_thing_opens_no_other(visit, cast, outbox):
    ask(visit())
    secret = link_in(outbox[0], "/inscription/").rsplit("/", 1)[1]
    for door in ("/mot-de-passe", "/invitation", "/adresse", "/reservations"):
        assert visit().get(f"{door}/{secret}").status_code == 404


def test_a_letter_that_waited_too_long_does_not_leave(visit, cast, outbox, at):
    ask(visit())
    at("2026-03-12 10:00")
    assert not outbox.to("zoe@example.org")
    assert db.session.scalars(sa.select(Message)).one().state is MessageState.DROPPED


def test_the_secret_is_kept_nowhere(visit, cast, outbox):
    ask(visit())
    secret = link_in(outbox[0], "/inscription/").rsplit("/", 1)[1]
    link = db.session.scalars(sa.select(Link)).one()
    assert secret not in (link.secret_hash, str(db.session.scalars(sa.select(Message)).one().details))
    assert len(link.secret_hash) == 64


# --- what is typed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["", "zoe", "zoe@", "a@b\r\nBcc: eve@example.org", "x" * 250 + "@example.org"])
def test_a_wrong_address_is_told(visit, cast, email):
    guest = visit()
    page = guest.arrive("/inscription", ask(guest, email))
    assert page.status == 422
    assert page.has("#email-error")
    assert count(AccountRequest) == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"password": "court"}, "12 caractères"),
        ({"password": "motdepasse2024"}, "premiers que l’on essaie"),
        ({"password": "Zoé-Petit-1987"}, "reprend votre nom"),
        ({"password": "LePetitQuai-2026"}, "celui de la maison"),
        ({"first_name": ""}, "Indiquez votre prénom"),
        ({"first_name": "Zoé\r\nBcc: eve@example.org"}, "caractères invisibles"),
        ({"last_name": "x" * 81}, "80 caractères"),
    ],
)
def test_a_wrong_account_is_told_and_the_link_stays_good(visit, cast, outbox, typed, told):
    guest = visit()
    arrive_by_letter(guest, outbox)
    page = guest.arrive("/inscription/compte", guest.post("/inscription/compte", data={**ZOE, **typed}))
    assert page.status == 422
    assert told in page.text
    assert not page.first("#password").get("value")
    assert count(User) == 4
    assert guest.see("/inscription/compte").submit("form.form", **ZOE).url == "/espace"


def test_nothing_else_can_be_slipped_in(visit, cast, outbox):
    guest = visit()
    arrive_by_letter(guest, outbox)
    slipped = {
        "role": "administrator",
        "email": "eve@example.org",
        "is_active": "0",
        "scope": "installation:",
        "id": "x",
    }
    guest.post("/inscription/compte", data={**ZOE, **slipped})
    user = db.session.scalars(sa.select(User).where(User.login == "zoe@example.org")).one()
    assert [grant.role.code for grant in user.grants] == ["member"]
    assert guest.get("/admin").status_code == 403


def test_markup_in_a_name_stays_text(visit, cast, outbox):
    guest = visit()
    arrive_by_letter(guest, outbox)
    page = guest.see("/inscription/compte").submit("form.form", **{**ZOE, "first_name": "<b>Zoé</b>"})
    assert not page.has("h1 b")
    assert "Bonjour <b>Zoé</b> Petit" in page.text


def test_the_session_begins_anew(visit, cast, outbox):
    guest = visit()
    arrive_by_letter(guest, outbox)
    with guest.session() as before:
        before["left_behind"] = "x"
        before["login"] = "a secret somebody chose"
    guest.post("/inscription/compte", data=ZOE)
    with guest.session() as after:
        assert "left_behind" not in after
        assert after["login"] != "a secret somebody chose"
    assert count(UserSession) == 1


def test_an_account_made_meanwhile_is_told(visit, cast, outbox):
    guest = visit()
    arrive_by_letter(guest, outbox)
    make_person("Zoé", "Petit", email="zoe@example.org")
    other = visit()
    ask(other)
    other.see(link_in(outbox.to("zoe@example.org")[1], "/inscription/")).submit("form.form", **ZOE)
    page = guest.arrive("/inscription/compte", guest.post("/inscription/compte", data=ZOE))
    assert page.status == 422
    assert "existe déjà" in page.text


def test_who_is_logged_in_has_an_account_already(visit, cast):
    assert visit(cast.chloe).get("/inscription").headers["Location"] == "/admin"


def test_the_form_needs_its_token(visit, cast):
    guest = visit()
    guest.csrf = False
    assert ask(guest).status_code == 400


def test_an_inactive_account_is_not_opened_again(visit, cast, outbox):
    with transaction():
        db.session.get_one(User, cast.chloe.id).is_active = False
    ask(visit(), "chloe@example.org")
    assert KNOWN in outbox.to("chloe@example.org")[0].text
