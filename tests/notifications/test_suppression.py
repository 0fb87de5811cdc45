"""An address a server refused for good is written to no more, until somebody lifts it."""

from datetime import time

import pytest
import sqlalchemy as sa

from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.messages import Message, MessageState
from app.kernel.scopes import Scope
from app.kernel.suppression import SuppressedAddress
from tests.booking.promises import book
from tests.factories import make_user
from tests.harness.mailbox import run_jobs

URL = "/admin/messages/adresses-ecartees"


@pytest.fixture
def refused(house, mail_server):
    """Alice's address, which her server refused."""
    mail_server.answer("550 5.1.1 no such mailbox")
    book(house)
    run_jobs()
    mail_server.letters.clear()
    return db.session.scalars(sa.select(SuppressedAddress)).one()


def states():
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Message.state).order_by(Message.created_at)))


def another(house):
    book(house, at=time(19, 30), email="ALICE@example.org")
    run_jobs()


def test_a_final_refusal_puts_the_address_aside(refused):
    assert refused.address == "alice@example.org"
    assert refused.reason.startswith("550 5.1.1")


def test_later_letters_are_marked_with_the_reason_and_not_sent(refused, house, mail_server):
    another(house)
    assert mail_server.letters == []
    assert states() == [MessageState.REFUSED, MessageState.SUPPRESSED]
    message = db.session.scalars(sa.select(Message).where(Message.state == MessageState.SUPPRESSED)).one()
    assert message.attempts[0].answer.startswith("550 5.1.1")


@pytest.mark.parametrize("answer", ["550 5.7.1 relaying denied", "451 4.3.0 try later"])
def test_what_says_nothing_of_the_address_keeps_it(house, mail_server, answer):
    mail_server.answer(answer)
    book(house)
    run_jobs(strict=False)
    assert db.session.scalars(sa.select(SuppressedAddress)).all() == []


def test_a_manager_sees_and_lifts_it(refused, house, cast, visit, mail_server):
    page = visit(cast.chloe).see("/admin/messages").click("Adresses écartées")
    assert "alice@example.org" in page.text
    assert "5.1.1" in page.text
    visit(cast.chloe).post(
        "/admin/donnees/notifications.suppressed/selection", data={"action": "lift", "selected": str(refused.id)}
    )
    assert "alice@example.org" not in visit(cast.chloe).see(URL).text
    another(house)
    assert len(mail_server.letters) == 1
    assert db.session.scalars(sa.select(AuditEntry.fact)).all().count("notifications.address_lifted") == 1


@pytest.mark.parametrize("stranger", ["bruno", "diane"])
def test_others_neither_see_nor_lift(refused, cast, visit, stranger):
    visitor = visit(getattr(cast, stranger))
    assert visitor.get(URL).status_code == 403
    visitor.post(
        "/admin/donnees/notifications.suppressed/selection", data={"action": "lift", "selected": str(refused.id)}
    )
    db.session.rollback()
    assert db.session.scalars(sa.select(SuppressedAddress.address)).all() == ["alice@example.org"]


def test_the_manager_of_one_house_sees_no_address(refused, house, visit):
    manager = make_user("Zoé", "manager", scope=Scope("establishment", str(house.id)))
    assert "alice@example.org" not in visit(manager).see(URL).text
