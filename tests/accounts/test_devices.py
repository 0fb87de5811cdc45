"""A login from a device never seen is told by letter; how devices are named; what an actor costs."""

import pytest
import sqlalchemy as sa

from app.accounts.models import UserSession
from app.kernel import audit
from app.kernel.browsers import device_in_words
from app.kernel.db import db
from tests.booking.houses import open_house
from tests.factories import PASSWORD

LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
NEW = "Connexion à votre compte depuis un nouvel appareil"


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


def log_in(visitor, agent=LINUX):
    typed = {"email": "chloe@example.org", "password": PASSWORD}
    return visitor.post("/connexion", data=typed, headers={"User-Agent": agent})


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (LINUX, "Firefox sur Linux"),
        (IPHONE, "Safari sur iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/138.0 Safari/537.36 Edg/138.0",
            "Edge sur Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/138.0 Mobile Safari/537.36", "Chrome sur Android"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_5) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15",
            "Safari sur macOS",
        ),
        ("curl/8.5.0", "Appareil inconnu"),
        ("", "Appareil inconnu"),
    ],
)
def test_a_device_is_named_in_words(app, agent, words):
    assert device_in_words(agent) == words


def test_the_first_login_is_not_news(visit, cast, outbox):
    log_in(visit())
    assert not outbox


def test_a_new_device_is_told(visit, cast, outbox):
    log_in(visit())
    log_in(visit(), IPHONE)
    (letter,) = outbox.to("chloe@example.org")
    assert letter.subject == NEW
    assert "Safari sur iPhone" in letter.text
    assert "127.0.0.0" in letter.text
    assert audit.entries_on("User", cast.chloe.id)[0].fact == "accounts.new_device_used"


def test_a_known_device_is_not(visit, cast, outbox):
    guest = visit()
    log_in(guest)
    guest.post("/deconnexion")
    log_in(guest)
    assert not outbox


def test_the_mark_of_a_device_is_one_user_s(visit, cast, outbox):
    guest = visit()
    log_in(visit())
    guest.post("/connexion", data={"email": "bruno@example.org", "password": PASSWORD})
    guest.post("/deconnexion")
    log_in(guest)
    assert [letter.address for letter in outbox] == ["chloe@example.org"]


@pytest.mark.parametrize("forged", ["", "x", "W10.forged", "e30.e30"])
def test_a_forged_mark_is_worth_nothing(visit, cast, outbox, forged):
    log_in(visit())
    guest = visit()
    guest.client.set_cookie("device", forged)
    assert log_in(guest).status_code == 303
    assert [letter.subject for letter in outbox] == [NEW]


def test_the_mark_names_nobody_and_no_script_reads_it(visit, cast):
    answer = log_in(visit())
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("device=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert str(cast.chloe.id) not in cookie


def test_failed_logins_are_shown_at_the_next_one(visit, cast):
    log_in(visit())
    for _n in range(2):
        visit().post("/connexion", data={"email": "chloe@example.org", "password": "x" * 14})
    guest = visit()
    page = guest.arrive("/connexion", log_in(guest))
    assert "2 connexions manquées" in page.text
    assert "2 connexions manquées" in guest.see("/espace/connexions").text


# --- who acts -------------------------------------------------------------------------------------------------


def test_who_acts_costs_two_queries_at_most(app, visit, cast, max_queries):
    guest = visit(cast.chloe)
    guest.bear("booking.manage", cast.alice)
    with guest.session() as kept:
        cookie = dict(kept)
    with app.test_request_context("/"):
        from flask import session  # noqa: PLC0415 - the proxy of that request

        session.update(cookie)
        with max_queries(2):
            actor = app.extensions["guichet_actor"]()
    assert actor.label == "Chloé Martin"
    assert actor.links
    assert "booking.cancel" in actor.rights


def test_last_use_is_noted_now_and_then(visit, cast, at):
    guest = visit(cast.chloe)
    at("2026-03-10 10:10")
    guest.get("/espace")
    assert db.session.scalar(sa.select(UserSession.last_seen_at)).minute == 0
    at("2026-03-10 10:20")
    guest.get("/espace")
    assert db.session.scalar(sa.select(UserSession.last_seen_at)).minute == 20
