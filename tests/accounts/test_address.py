"""Another address becomes one's own once both the old and the new have said yes."""

import pytest

from app.accounts.models import User
from app.directory.models import Person
from app.kernel import audit
from app.kernel.db import db
from tests.accounts.letters import link_in
from tests.booking.houses import open_house
from tests.factories import PASSWORD, make_user

OLD, NEW = "zoe@example.org", "zoe.petit@example.com"


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


@pytest.fixture
def zoe(app):
    return make_user("Zoé", "member")


def ask(visitor, email=NEW, current=PASSWORD):
    return visitor.see("/espace/adresse").submit("form.form", email=email, current=current)


def say_yes(visitor, outbox, address):
    return visitor.see(link_in(outbox.to(address)[-1], "/adresse/")).submit("form.form")


def login_of(user):
    return db.session.get_one(User, user.id).login


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_it_changes_once_both_have_said_yes(visit, zoe, outbox, order):
    page = ask(visit(zoe))
    assert "Un changement attend" in page.text
    first, second = order
    assert "Il manque encore" in say_yes(visit(), outbox, first).text
    assert login_of(zoe) == OLD
    assert "Votre adresse est changée" in say_yes(visit(), outbox, second).text
    assert login_of(zoe) == NEW
    person = db.session.get_one(Person, zoe.person_id)
    assert (person.email, person.email_normalised) == (NEW, NEW)
    assert db.session.get_one(User, zoe.id).confirmed_at is not None
    assert "accounts.address_changed" in [entry.fact for entry in audit.entries_on("User", zoe.id)]
    assert outbox.to(OLD)[-1].subject == "L’adresse de votre compte a changé"


def test_one_browser_says_yes_twice(visit, zoe, outbox):
    guest = visit(zoe)
    ask(guest)
    say_yes(guest, outbox, OLD)
    say_yes(guest, outbox, NEW)
    assert login_of(zoe) == NEW


def test_one_address_alone_is_not_enough(visit, zoe, outbox):
    ask(visit(zoe))
    path = link_in(outbox.to(NEW)[0], "/adresse/")
    visit().see(path).submit("form.form")
    assert visit().get(path).status_code == 404
    assert login_of(zoe) == OLD


def test_following_the_link_is_not_yet_a_yes(visit, zoe, outbox):
    ask(visit(zoe))
    for address in (OLD, NEW):
        visit().get(link_in(outbox.to(address)[0], "/adresse/"))
    assert login_of(zoe) == OLD


def test_the_links_end_after_a_day(visit, zoe, outbox, at):
    ask(visit(zoe))
    page = visit().see(link_in(outbox.to(NEW)[0], "/adresse/"))
    at("2026-03-11 10:01")
    assert page.submit("form.form").status == 404
    assert visit().get(link_in(outbox.to(OLD)[0], "/adresse/")).status_code == 404


def test_a_later_change_drops_the_first(visit, zoe, outbox):
    guest = visit(zoe)
    ask(guest)
    page = visit().see(link_in(outbox.to(NEW)[0], "/adresse/"))
    ask(guest, "autre@example.com")
    assert page.submit("form.form").status == 404
    say_yes(visit(), outbox, OLD)
    say_yes(visit(), outbox, "autre@example.com")
    assert login_of(zoe) == "autre@example.com"


def test_it_can_be_given_up(visit, zoe, outbox):
    guest = visit(zoe)
    page, path = ask(guest), link_in(outbox.to(OLD)[0], "/adresse/")
    assert "reste la même" in page.submit("form[action=/espace/adresse/abandon]").text
    assert visit().get(path).status_code == 404


@pytest.mark.parametrize(
    ("email", "current", "told"),
    [
        (NEW, "x" * 14, "pas votre mot de passe"),
        (OLD.upper(), PASSWORD, "déjà votre adresse"),
        ("zoe@", PASSWORD, "incomplète"),
        ("", PASSWORD, "Indiquez votre adresse"),
    ],
)
def test_a_wrong_wish_is_refused(visit, zoe, outbox, email, current, told):
    page = ask(visit(zoe), email, current)
    assert page.status == 422
    assert told in page.text
    assert not outbox


def test_asking_does_not_tell_whether_an_address_is_known(visit, cast, zoe, outbox):
    known, unknown = ask(visit(zoe), "chloe@example.org"), ask(visit(zoe), NEW)
    assert known.status == unknown.status == 200
    assert known.text.replace("chloe@example.org", NEW) == unknown.text


@pytest.mark.parametrize("taken", ["chloe@example.org", "alice@example.org"])
def test_an_address_of_somebody_else_is_not_taken(visit, cast, zoe, outbox, taken):
    ask(visit(zoe), taken)
    say_yes(visit(), outbox, OLD)
    page = say_yes(visit(), outbox, taken)
    assert page.status == 409
    assert "déjà quelqu’un à cette adresse" in page.text
    assert login_of(zoe) == OLD


def test_the_link_of_another_says_nothing_for_me(visit, cast, zoe, outbox):
    ask(visit(zoe))
    ask(visit(cast.chloe), "chloe.nouvelle@example.com")
    say_yes(visit(), outbox, OLD)
    say_yes(visit(), outbox, "chloe.nouvelle@example.com")
    assert login_of(zoe) == OLD
    assert login_of(cast.chloe) == "chloe@example.org"
