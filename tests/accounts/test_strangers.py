"""A stranger learns from no time who has an account, and gains nothing by planting a cookie beforehand."""

import re

import argon2
import pytest

from app.accounts import service
from app.accounts.credentials.models import OutsideIdentity
from app.accounts.credentials.pending import PENDING_KEY
from app.accounts.models import User
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db, transaction
from tests.accounts.letters import link_in
from tests.accounts.proofs import equip, give_password, shown_code
from tests.booking.houses import open_house
from tests.factories import PASSWORD

KNOWN, UNKNOWN = "chloe@example.org", "chlop@example.org"
OTHER = "un tout autre mot"


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


# --- time -----------------------------------------------------------------------------------------------------
# Clocks of a test machine prove nothing: equal work takes equal time, so the work is compared.


@pytest.fixture
def work(visit, max_queries, monkeypatch):
    """`work(path, data)`: the statements a post runs, and how many passwords it verifies at which cost."""
    verified: list[tuple[int, int]] = []
    verify = argon2.PasswordHasher.verify

    def noted(hasher, kept, typed):
        verified.append((argon2.extract_parameters(kept).memory_cost, argon2.extract_parameters(kept).time_cost))
        return verify(hasher, kept, typed)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", noted)

    def done(path, data, keep=None):
        guest = visit()
        guest.get(path)
        if keep:
            with guest.session() as session:
                session.update(keep)
        verified.clear()
        with max_queries(60) as statements:
            answer = guest.post(path, data=data)
        return answer.status_code, [_shape(one) for one in statements], list(verified)

    return done


def _shape(statement):
    """A statement without the number of its bound values."""
    return re.sub(r"\(\s*\?(, \?)*\s*\)", "(?)", statement)


def failing(email):
    return {"email": email, "password": "x" * 14}


def test_a_failed_login_costs_the_same_with_and_without_an_account(cast, work):
    work("/connexion", failing("echauffement@example.org"))
    known, unknown = (work("/connexion", failing(email)) for email in (KNOWN, UNKNOWN))
    assert known == unknown
    assert len(known[2]) == 1, "one password is verified, at full cost"


def test_a_closed_account_costs_the_same_too(cast, work):
    with transaction():
        db.session.get_one(User, cast.chloe.id).is_active = False
    work("/connexion", failing("echauffement@example.org"))
    assert work("/connexion", {"email": KNOWN, "password": PASSWORD}) == work("/connexion", failing(UNKNOWN))


@pytest.mark.parametrize("path", ["/inscription", "/mot-de-passe"])
def test_asking_by_address_costs_the_same(cast, work, path):
    work(path, {"email": "echauffement@example.org"})
    assert work(path, {"email": KNOWN}) == work(path, {"email": UNKNOWN})


def test_a_password_given_for_an_identity_elsewhere_costs_the_same(cast, work):
    with transaction() as session:
        names = {"first_name": "", "last_name": "X", "email_verified": True, "created_at": clock.now()}
        met = [
            OutsideIdentity(provider="mairie", subject=email, email=email, **names)
            for email in ("echauffement@example.org", KNOWN, UNKNOWN)
        ]
        session.add_all(met)
    until = "2026-03-10T23:00:00+00:00"
    answers = [
        work(
            "/connexion/rattachement",
            {"password": "x" * 14},
            keep={"pending_identity": {"identity": str(identity.id), "until": until}},
        )
        for identity in met
    ]
    _status, _statements, verified = answers[1]
    assert len(verified) == 1
    assert answers[1][0] == answers[2][0] == 422
    assert verified == answers[2][2]


# --- a cookie planted beforehand -----------------------------------------------------------------------------


def cookie_of(visitor):
    with visitor.session() as session:
        return dict(session)


def plant(visitor, cookie):
    with visitor.session() as session:
        session.clear()
        session.update(cookie)


def enter_by_password(victim, _outbox):
    give_password(victim)


def enter_by_second_step(victim, _outbox):
    equip(user_of(KNOWN))
    give_password(victim)
    victim.post("/connexion/verification", data={"code": shown_code()})


def enter_by_registration(victim, outbox):
    victim.post("/inscription", data={"email": "zoe@example.org"})
    page = victim.see(link_in(outbox.to("zoe@example.org")[0], "/inscription/"))
    page.submit("form.form", first_name="Zoé", last_name="Petit", password=OTHER)


def user_of(login):
    return db.session.query(User).filter_by(login=login).one()


@pytest.mark.parametrize("enter", [enter_by_password, enter_by_second_step, enter_by_registration])
def test_who_planted_a_cookie_is_not_let_in_with_its_victim(visit, cast, outbox, enter):
    attacker, victim = visit(), visit()
    attacker.get("/connexion")
    planted = {**cookie_of(attacker), "planted": "by the attacker"}
    plant(victim, planted)
    enter(victim, outbox)
    assert victim.get("/espace").status_code == 200
    assert "planted" not in cookie_of(victim), "the cookie begins anew"
    plant(attacker, planted)
    assert attacker.get("/espace").status_code == 302


def test_a_planted_session_of_the_attacker_is_left_behind(visit, cast):
    attacker, victim = visit(cast.bruno), visit()
    plant(victim, cookie_of(attacker))
    assert "Bruno" in victim.see("/espace").text
    victim.post("/deconnexion")
    give_password(victim)
    assert "Chloé" in victim.see("/espace").text
    assert attacker.get("/espace").status_code == 302, "logging out ended the planted one on the server"


def test_a_first_step_made_elsewhere_opens_nothing_without_the_second(visit, cast):
    equip(cast.chloe)
    victim, thief = visit(), visit()
    give_password(victim)
    assert PENDING_KEY in cookie_of(victim)
    plant(thief, cookie_of(victim))
    assert thief.get("/espace").status_code == 302
    code = shown_code()
    assert victim.post("/connexion/verification", data={"code": code}).status_code == 303
    assert thief.post("/connexion/verification", data={"code": code}).status_code == 422


def test_a_session_ended_on_the_server_is_not_revived_by_its_cookie(visit, cast):
    visitor = visit()
    give_password(visitor)
    kept = cookie_of(visitor)
    with transaction():
        service.end_sessions(user_of(KNOWN), actor=system("tests"))
    plant(visitor, kept)
    assert visitor.get("/espace").status_code == 302
