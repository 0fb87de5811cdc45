"""The log of messages: who reads it, what it says of each, and the panel on a reservation's page."""

from datetime import date, time

import pytest

from app.booking import service
from app.kernel import telling
from app.kernel.access import Scope
from app.kernel.db import transaction
from app.notifications import queries
from tests.booking.promises import HOUSE, book, fresh, open_house
from tests.factories import make_user
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


def test_the_reservation_shows_its_messages_newest_first(house, cast, visit, outbox):
    reservation = book(house)
    outbox.forget()
    with transaction():
        service.cancel_reservation(fresh(reservation), actor=HOUSE, reason="fuite")
    outbox.forget()
    text = visit(cast.chloe).see(f"/admin/reservations/{reservation.id}").text
    assert "Messages envoyés" in text
    assert text.index("Réservation annulée") < text.index("Réservation confirmée")
    assert "250 accepted" in text


def test_the_panel_is_for_those_who_may(house, cast, visit):
    reservation = book(house)
    assert "Messages envoyés" not in visit(cast.bruno).see(f"/admin/reservations/{reservation.id}").text


def test_a_message_whose_kind_has_no_page_leads_nowhere(app, house):
    assert telling.record_url("Person", house.id) is None
    assert queries.notice_label("gone.away") == "gone.away"
