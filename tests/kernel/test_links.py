"""Links: rights carried by an address."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.kernel import clock, links
from app.kernel.db import db, transaction
from app.kernel.links import Link
from tests.factories import make_person


@pytest.fixture
def person(app):
    return make_person()


def mint(person, *, days=1, scope="tests.see"):
    with transaction():
        _link, secret = links.mint(scope, person, person_id=person.id, expires_at=clock.now() + timedelta(days=days))
    return secret


@pytest.fixture
def visiting(app):
    with app.test_request_context():
        yield


def test_the_secret_is_long_and_only_its_hash_is_kept(person):
    secret = mint(person)
    kept = db.session.scalars(sa.select(Link)).one()
    assert len(secret) == 43
    assert secret not in str({column.key: getattr(kept, column.key) for column in sa.inspect(Link).column_attrs})


def test_a_link_gives_its_right(person, visiting):
    assert links.exchange(mint(person), "tests.see") is not None
    right = links.borne()[0]
    assert (right.scope, right.record_kind, right.record_id) == ("tests.see", "Person", person.id)
    assert right.person_id == person.id


def test_the_first_use_is_noted(person, visiting):
    link = links.exchange(mint(person), "tests.see")
    assert link.first_used_at is not None


@pytest.mark.parametrize("secret", ["", "x", "é" * 43, "A" * 43, "a" * 10_000])
def test_a_forged_secret_gives_nothing(person, visiting, secret):
    mint(person)
    assert links.exchange(secret, "tests.see") is None
    assert links.borne() == ()


def test_another_scope_gives_nothing(person, visiting):
    assert links.exchange(mint(person), "tests.cancel") is None


def test_an_expired_link_gives_nothing_any_more(person, visiting, at):
    secret = mint(person)
    links.exchange(secret, "tests.see")
    at("2026-03-11 10:00:01")
    assert links.borne() == ()
    assert links.exchange(secret, "tests.see") is None


def test_a_revoked_link_gives_nothing_any_more_anywhere(person, visiting):
    secret = mint(person)
    link = links.exchange(secret, "tests.see")
    with transaction():
        links.revoke(link)
    assert links.borne() == ()
    assert links.exchange(secret, "tests.see") is None


def test_a_cookie_naming_an_unknown_link_gives_nothing(visiting):
    from flask import session  # noqa: PLC0415 - of this request

    session["links"] = [str(uuid4())]
    assert links.borne() == ()


def test_a_visitor_keeps_the_newest_links(person, visiting):
    kept = [links.exchange(mint(person, days=number + 1), "tests.see") for number in range(15)]
    borne = {right.link_id for right in links.borne()}
    assert borne == {link.id for link in kept[-links.KEPT_LINKS :]}


def test_links_are_listed_on_their_record(person):
    mint(person)
    mint(person)
    assert len(links.links_to(person)) == 2
