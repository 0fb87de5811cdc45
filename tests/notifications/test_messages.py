"""The log of messages: who reads it, what it says of each, to whom addresses are shown."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from app.accounts.models import RolePermission
from app.accounts.queries import role_with_code
from app.booking.notices import CONFIRMED
from app.kernel import suppression, telling
from app.kernel.db import transaction
from app.kernel.notices import Recipient
from app.kernel.scopes import Scope
from app.notifications import queries
from tests.booking.promises import book, open_house
from tests.factories import make_person, make_user
from tests.harness.mailbox import run_jobs


@pytest.fixture
def house(app):
    return open_house()


def test_the_list_says_what_left_and_what_became_of_it(house, cast, visit, mail_server):
    mail_server.answer("550 5.1.1 personne de ce nom")
    book(house)
    run_jobs()
    page = visit(cast.chloe).see("/admin/messages")
    assert page.status == 200
    for words in ("Réservation confirmée", "Alice Durand", "alice@example.org", "Refusé par le serveur", "5.1.1"):
        assert words in page.text


def test_each_line_leads_to_the_reservation(house, cast, visit):
    reservation = book(house)
    page = visit(cast.chloe).see("/admin/messages")
    assert f"/admin/reservations/{reservation.id}" in page.links().values()


def test_it_is_filtered_by_state_and_message(house, cast, visit):
    book(house)
    visitor = visit(cast.chloe)
    assert "Alice Durand" in visitor.see("/admin/messages?etat=queued&message=booking.confirmed").text
    assert "Alice Durand" not in visitor.see("/admin/messages?etat=sent").text


@pytest.mark.parametrize(("who", "status"), [("bruno", 403), ("diane", 200), ("chloe", 200)])
def test_who_may_read_it(house, cast, visit, who, status):
    assert visit(getattr(cast, who)).get("/admin/messages").status_code == status


def test_nobody_yet_is_sent_to_the_login_page(app, visit):
    assert "/connexion" in visit().get("/admin/messages").headers["Location"]


def test_a_manager_of_one_house_reads_of_that_house_only(house, visit):
    other = open_house("bar-de-nuit")
    book(house, email="margot@example.org")
    book(other, date(2026, 3, 13), time(20, 30), 2, email="nuit@example.org")
    manager = make_user("Zoé", "manager", scope=Scope("establishment", str(house.id)))
    text = visit(manager).see("/admin/messages").text
    assert "margot@example.org" in text
    assert "nuit@example.org" not in text


def test_a_message_whose_kind_has_no_page_leads_nowhere(app, house):
    assert telling.record_url("Person", house.id) is None
    assert queries.notice_label("gone.away") == "gone.away"


# --- who may not read addresses ---------------------------------------------------------------------------------


@pytest.fixture
def auditor(app):
    """Reads the log, and no address in it."""
    return make_user("Otto", "auditor")


@pytest.fixture
def refused(house, mail_server):
    """A message to Alice, whom her server does not know and names in its answer."""
    mail_server.answer("550 5.1.1 <alice@example.org>: personne de ce nom")
    book(house)
    run_jobs()


def test_addresses_are_masked_in_the_list_and_in_what_servers_answer(refused, auditor, cast, visit):
    page = visit(auditor).see("/admin/messages")
    assert "alice@" not in page.response.get_data(as_text=True)
    assert page.text.count("a•••@•••.org") == 2
    assert "5.1.1" in page.text
    assert "Alice Durand" in page.text
    assert visit(cast.diane).see("/admin/messages").text.count("alice@example.org") == 2


def test_they_are_masked_in_exports(refused, auditor, visit):
    exported = visit(auditor).post("/admin/donnees/notifications.messages/export.csv").get_data(as_text=True)
    assert "alice@" not in exported
    assert "a•••@•••.org" in exported


@pytest.mark.parametrize(
    "question", ["adresse=alice", "adresse=zzz", "adresse=a&etat=refused", "q=alice", "tri=adresse"]
)
def test_what_is_masked_cannot_be_asked_for(refused, auditor, visit, question):
    """The list is the same whatever is guessed: a filter that narrowed it would tell the address letter by letter."""
    whole = visit(auditor).see("/admin/messages")
    asked = visit(auditor).see(f"/admin/messages?{question}")
    assert len(asked.all("tr[data-row]")) == len(whole.all("tr[data-row]")) == 1
    assert not whole.all("input[name=adresse]")


def test_a_saved_view_of_somebody_else_asks_nothing_more(refused, auditor, cast, visit):
    visit(cast.chloe).post(
        "/admin/donnees/notifications.messages/vues?adresse=nobody", data={"name": "Alice", "shared": "1"}
    )
    (url,) = {href for words, href in visit(auditor).see("/admin/messages").links().items() if words == "Alice"}
    assert len(visit(auditor).see(url).all("tr[data-row]")) == 1


def test_a_name_that_is_an_address_is_masked_too(app, auditor, visit, cast):
    with transaction():
        CONFIRMED.send(to=Recipient("bob@example.org", "bob@example.org"), about=make_person(), key="k")
    assert "bob@" not in visit(auditor).get("/admin/messages").get_data(as_text=True)
    assert "bob@example.org" in visit(cast.chloe).see("/admin/messages").text


def test_refused_addresses_are_masked_too(app, cast, visit):
    with transaction() as session:
        role = role_with_code("host")
        role.permissions.append(RolePermission(permission="notifications.lift"))
        session.execute(sa.delete(RolePermission).where(RolePermission.permission == "notifications.view_contact"))
        suppression.suppress("alice@example.org", "550 <alice@example.org> inconnue")
    page = visit(cast.diane).see("/admin/messages/adresses-ecartees?q=alice")
    assert "alice@" not in page.response.get_data(as_text=True)
    assert "a•••@•••.org" in page.text
