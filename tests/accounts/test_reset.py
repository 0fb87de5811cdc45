"""A forgotten password is replaced by whoever reads the account's mail, and by nobody else."""

import pytest
import sqlalchemy as sa

from app.accounts.models import AccountRequest, LoginAttempt, User, UserSession
from app.accounts.settings import LOGIN_ATTEMPTS
from app.kernel import audit, settings
from app.kernel.db import db, transaction
from app.kernel.limits import RESET_LIMIT
from app.kernel.messages import Message, MessageState
from tests.accounts.letters import link_in
from tests.booking.houses import open_house
from tests.factories import PASSWORD

CHLOE = "chloe@example.org"
OTHER = "un tout autre mot de passe"


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


@pytest.fixture
def no_limit():
    with transaction():
        settings.change(RESET_LIMIT, "1000")
        settings.change(LOGIN_ATTEMPTS, "1000")


def ask(visitor, email=CHLOE):
    return visitor.post("/mot-de-passe", data={"email": email})


def log_in(visitor, password, email=CHLOE):
    return visitor.post("/connexion", data={"email": email, "password": password})


@pytest.mark.parametrize("javascript", [True, False])
def test_it_sets_another_password(visit, cast, outbox, javascript):
    guest = visit()
    page = guest.see("/connexion").click("Mot de passe oublié").submit("form.form", javascript=javascript, email=CHLOE)
    assert "Si un compte porte cette adresse" in page.text
    page = guest.see(link_in(outbox[0], "/mot-de-passe/"))
    assert page.url == "/mot-de-passe/nouveau"
    page = page.submit("form.form", javascript=javascript, password=OTHER)
    assert page.url == "/connexion"
    assert "mot de passe est changé" in page.text
    assert log_in(visit(), PASSWORD).status_code == 422
    assert log_in(visit(), OTHER).status_code == 303


def test_it_opens_no_session_by_itself(visit, cast, outbox):
    guest = visit()
    ask(guest)
    guest.see(link_in(outbox[0], "/mot-de-passe/")).submit("form.form", password=OTHER)
    assert guest.get("/espace").status_code == 302


def test_every_session_ends_and_a_letter_says_so(visit, cast, outbox):
    thief, guest = visit(cast.chloe), visit()
    assert thief.get("/admin").status_code == 200
    ask(guest)
    guest.see(link_in(outbox[0], "/mot-de-passe/")).submit("form.form", password=OTHER)
    assert thief.get("/admin").status_code == 302
    assert not db.session.scalars(sa.select(UserSession).where(UserSession.ended_at.is_(None))).all()
    letter = outbox.to(CHLOE)[-1]
    assert letter.subject == "Votre mot de passe a changé"
    assert "autres connexions sont fermées" in letter.text


def test_the_facts_are_in_the_trail(visit, cast, outbox):
    guest = visit()
    ask(guest)
    guest.see(link_in(outbox[0], "/mot-de-passe/")).submit("form.form", password=OTHER)
    facts = [entry.fact for entry in audit.entries_on("User", cast.chloe.id)]
    assert "accounts.password_reset" in facts
    trail = db.session.scalars(sa.select(audit.AuditEntry)).all()
    assert not any(OTHER in str(entry.details) or CHLOE in str(entry.details) for entry in trail)


def test_failed_logins_are_forgiven(visit, cast, outbox):
    for _n in range(5):
        log_in(visit(), "x" * 14)
    guest = visit()
    ask(guest)
    guest.see(link_in(outbox[0], "/mot-de-passe/")).submit("form.form", password=OTHER)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginAttempt)) == 5  # those of the network


# --- who asks learns nothing ----------------------------------------------------------------------------------


def test_known_and_unknown_addresses_get_the_same_answer(visit, cast, outbox):
    one, other = ask(visit(), CHLOE), ask(visit(), "personne@example.org")
    assert one.status_code == other.status_code == 303
    assert one.get_data() == other.get_data()
    assert [letter.address for letter in outbox] == [CHLOE]
    states = db.session.scalars(sa.select(Message.state).order_by(Message.created_at)).all()
    assert sorted(states) == sorted([MessageState.SENT, MessageState.DROPPED])


def test_known_and_unknown_addresses_cost_the_same_work(visit, cast, max_queries):
    """Equal work takes equal time: the same statements, in the same order, and one letter to compose."""

    def work(email):
        guest = visit()
        guest.get("/mot-de-passe")
        with max_queries(40) as statements:
            ask(guest, email)
        return statements

    work("echauffement@example.org")
    assert work(CHLOE) == work("personne@example.org")


def test_a_closed_account_gets_no_link(visit, cast, outbox):
    with transaction():
        db.session.get_one(User, cast.chloe.id).is_active = False
    ask(visit())
    assert not outbox


def test_three_an_hour_from_one_network(visit, cast):
    guest = visit()
    answers = [ask(guest, f"quelquun{n}@example.org").status_code for n in range(4)]
    assert answers == [303, 303, 303, 429]


# --- links ----------------------------------------------------------------------------------------------------


def test_the_link_is_good_once(visit, cast, outbox):
    guest, thief = visit(), visit()
    ask(guest)
    path = link_in(outbox[0], "/mot-de-passe/")
    theft = thief.see(path)
    guest.see(path).submit("form.form", password=OTHER)
    assert visit().get(path).status_code == 404
    assert theft.submit("form.form", password="encore un autre mot de passe").status == 404
    assert log_in(visit(), OTHER).status_code == 303


def test_a_link_used_meanwhile_changes_nothing(visit, cast, outbox):
    """Even when the visitor's rights were read before the other one was faster."""
    guest = visit()
    ask(guest)
    page = guest.see(link_in(outbox[0], "/mot-de-passe/"))
    with transaction():
        asked = db.session.scalars(sa.select(AccountRequest)).one()
        asked.used_at = asked.created_at
    assert "déjà servi" in page.submit("form.form", password=OTHER).text
    assert log_in(visit(), PASSWORD).status_code == 303


def test_a_password_changed_since_shuts_the_links_asked_for_before(visit, cast, outbox):
    thief = visit()
    ask(thief)
    theft = thief.see(link_in(outbox[0], "/mot-de-passe/"))
    visit(cast.chloe).see("/espace/mot-de-passe").submit("form.form", current=PASSWORD, password=OTHER)
    assert theft.submit("form.form", password="encore un autre mot de passe").status == 422
    assert log_in(visit(), OTHER).status_code == 303


def test_the_link_ends_after_an_hour(visit, cast, outbox, at):
    guest = visit()
    ask(guest)
    page = guest.see(link_in(outbox[0], "/mot-de-passe/"))
    at("2026-03-10 11:01")
    assert visit().get(link_in(outbox[0], "/mot-de-passe/")).status_code == 404
    assert page.submit("form.form", password=OTHER).status == 404


def test_a_link_opens_only_the_account_of_its_address(visit, cast, outbox):
    guest = visit()
    ask(guest)
    guest.see(link_in(outbox[0], "/mot-de-passe/"))
    slipped = {
        "password": OTHER,
        "email": "bruno@example.org",
        "login": "bruno@example.org",
        "user_id": str(cast.bruno.id),
    }
    guest.post("/mot-de-passe/nouveau", data=slipped)
    assert log_in(visit(), PASSWORD, "bruno@example.org").status_code == 303
    assert log_in(visit(), OTHER).status_code == 303


def test_a_weak_password_is_told_and_the_link_stays_good(visit, cast, outbox):
    guest = visit()
    ask(guest)
    page = guest.see(link_in(outbox[0], "/mot-de-passe/")).submit("form.form", password="azerty123456")
    assert page.status == 422
    assert "motif du clavier" in page.text
    assert page.submit("form.form", password=OTHER).url == "/connexion"


def test_without_a_link_there_is_no_page(visit, cast):
    assert visit().get("/mot-de-passe/nouveau").status_code == 404
    assert visit().post("/mot-de-passe/nouveau", data={"password": OTHER}).status_code == 404


def test_logins_leave_the_same_traces_whoever_is_guessed(visit, cast, no_limit):
    def traces(email):
        before = db.session.scalar(sa.select(sa.func.count()).select_from(audit.AuditEntry))
        log_in(visit(), "x" * 14, email)
        return db.session.scalar(sa.select(sa.func.count()).select_from(audit.AuditEntry)) - before

    assert traces(CHLOE) == traces("personne@example.org") == 1
    assert audit.entries_on("User", cast.chloe.id)[0].fact == "accounts.login_failed"
    assert audit.entries_on("User", cast.chloe.id)[0].details == {"network": "127.0.0.0"}
