"""Who comes in, and who acts, on both databases; and two who follow one link at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.accounts import queries, service
from app.accounts.models import AccountRequest, Invitation, User
from app.directory.models import Person
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope
from tests.accounts.letters import link_in
from tests.booking.houses import open_house
from tests.factories import PASSWORD, TESTS, make_user
from tests.harness.databases import on_both

pytestmark = on_both
ZOE = {"first_name": "Zoé", "last_name": "Petit", "password": PASSWORD}


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


def follow(visitor, outbox, address, beginning):
    return visitor.see(link_in(outbox.to(address)[-1], beginning))


def test_a_life(visit, cast, outbox):
    guest = visit()
    guest.post("/inscription", data={"email": "zoe@example.org"})
    assert follow(guest, outbox, "zoe@example.org", "/inscription/").submit("form.form", **ZOE).url == "/espace"
    guest.see("/espace/adresse").submit("form.form", email="zoe@example.com", current=PASSWORD)
    for address in ("zoe@example.org", "zoe@example.com"):
        follow(guest, outbox, address, "/adresse/").submit("form.form")
    visit().post("/mot-de-passe", data={"email": "zoe@example.com"})
    stranger = visit()
    follow(stranger, outbox, "zoe@example.com", "/mot-de-passe/").submit("form.form", password="un tout autre mot")
    page = stranger.see("/connexion").submit("form.form", email="zoe@example.com", password="un tout autre mot")
    assert page.url == "/espace"
    assert "Cette connexion" in stranger.see("/espace/connexions").text
    stranger.see("/espace/fermeture").submit("form.form", current="un tout autre mot")
    assert queries.user_with_login("zoe@example.com") is None
    assert db.session.scalars(sa.select(Person).where(Person.email_normalised == "zoe@example.com")).first() is None


def test_somebody_is_hired(visit, cast, outbox):
    admin = visit(cast.admin)
    admin.see("/admin/personnes/invitations/nouvelle").submit("form.form", email="luc@example.org", role="waiter")
    page = follow(visit(), outbox, "luc@example.org", "/invitation/").submit(
        "form.form", **{**ZOE, "first_name": "Luc"}
    )
    assert page.url == "/admin"
    assert "Acceptée" in admin.see("/admin/personnes/invitations").text


def test_rights_are_read_in_one_piece(cast):
    scoped = make_user("Luc", "manager", scope=Scope("establishment", "x"))
    with transaction():
        service.give_role(db.session.get_one(User, scoped.id), "host", actor=TESTS)
    actor = service.actor_for(db.session.get_one(User, scoped.id))
    assert actor.rights["booking.configure"] == {Scope("establishment", "x")}
    assert actor.rights["booking.view"] == {Scope("establishment", "x"), Scope()}
    assert not service.actor_for(make_user("Zoé", "member")).rights


def at_once(app, act, crowd=4):
    """Do an act in as many threads, all let go together; give how many were not refused."""
    ready = threading.Barrier(crowd)

    def run(_number):
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    act()
            except RuleBroken:
                return 0
            return 1

    with ThreadPoolExecutor(crowd) as threads:
        return sum(threads.map(run, range(crowd)))


def test_one_link_opens_one_account_however_many_follow_it(app, visit, cast):
    visit().post("/inscription", data={"email": "zoe@example.org"})

    def act():
        service.register(db.session.scalars(sa.select(AccountRequest)).one(), **ZOE, actor=ANONYMOUS)

    assert at_once(app, act) == 1
    assert db.session.scalar(sa.select(sa.func.count()).where(User.login == "zoe@example.org")) == 1


def test_one_invitation_is_accepted_once(app, cast):
    with transaction():
        anne = service.actor_for(cast.admin)
        service.invite("luc@example.org", queries.role_with_code("waiter"), Scope(), days=7, actor=anne)

    def act():
        service.accept_invitation(db.session.scalars(sa.select(Invitation)).one(), **ZOE, actor=ANONYMOUS)

    assert at_once(app, act) == 1
