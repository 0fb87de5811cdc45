"""The sheet of the service: on a page, on paper, by mail when it changes, and without a connection."""

import pytest

from app.booking import service
from app.booking.seating import FORCE
from app.booking.settings import SHEET_ADDRESS
from app.booking.sheet_mail import mail_changed_sheets
from app.kernel import settings
from app.kernel.db import transaction
from tests.booking.houses import SATURDAY, TESTS, promise, wish

SHEET = "/admin/service/feuille"
TO = "salle@petit-quai.example"


@pytest.fixture
def tonight(reservation, at):
    at(f"{SATURDAY} 18:00")
    return reservation


@pytest.fixture
def wanted(house):
    with transaction():
        settings.change(SHEET_ADDRESS, TO, level="establishment", holder=str(house.id))


def another(house, name="Zoé"):
    return promise(house, f"{SATURDAY} 20:30", permit=FORCE, first_name=name, email="zoe@example.org")


def mails(outbox):
    return [mail for mail in outbox if mail.address == TO]


def test_the_page_says_who_comes_when_and_where(visit, cast, house, tonight):
    another(house)
    rows = visit(cast.bruno).see(SHEET).all(".sheet tbody tr")
    assert ["Alice Durand" in rows[0].text, "Zoé Durand" in rows[1].text] == [True, True]
    assert ["19:30" in rows[0].text, "Une chaise haute" in rows[0].text] == [True, False]


def test_no_address_nor_number_to_call_stands_on_it(visit, cast, house, tonight):
    body = visit(cast.chloe).get(SHEET).get_data(as_text=True)
    assert "alice@example.org" not in body
    assert "12 34 56" not in body.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_waiter_prints_it(visit, cast, house, tonight):
    answer = visit(cast.bruno).get(f"{SHEET}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_evening_without_guests_prints_too(visit, cast, house, at):
    at(f"{SATURDAY} 18:00")
    assert visit(cast.chloe).get(f"{SHEET}.pdf").data.startswith(b"%PDF")


def test_by_default_nothing_is_mailed(house, tonight, outbox):
    assert mail_changed_sheets() == 0
    assert mails(outbox) == []


def test_it_is_mailed_once_and_again_when_it_changes(house, tonight, wanted, outbox):
    assert (mail_changed_sheets(), mail_changed_sheets()) == (1, 0)
    assert "Alice Durand" in mails(outbox)[0].text
    made = another(house)
    assert (mail_changed_sheets(), mail_changed_sheets()) == (1, 0)
    assert "Zoé Durand" in mails(outbox)[1].text
    with transaction():
        service.cancel_reservation(made, actor=TESTS, reason="Empêchement")
    assert (mail_changed_sheets(), mail_changed_sheets()) == (1, 0), "back to what it said first: told all the same"


def test_coming_sitting_and_leaving_change_nothing(house, tonight, wanted, outbox, at):
    mail_changed_sheets()
    at(f"{SATURDAY} 19:32")
    with transaction():
        service.note_arrival(tonight, actor=TESTS)
        service.seat_party(tonight, actor=TESTS)
    assert mail_changed_sheets() == 0
    with transaction():
        service.seat_walk_in(house, 2, actor=TESTS)
    assert mail_changed_sheets() == 0
    with transaction():
        service.finish_reservation(tonight, actor=TESTS)
    assert mail_changed_sheets() == 0


@pytest.mark.parametrize(("instant", "mailed"), [("08:59", 0), ("09:00", 1), ("21:44", 1), ("21:46", 0)])
def test_it_is_mailed_from_three_hours_before_the_first_time_to_the_last(house, tonight, wanted, at, instant, mailed):
    at(f"{SATURDAY} {instant}")
    assert mail_changed_sheets() == mailed


def test_an_empty_evening_is_not_told(house, wanted, at):
    at(f"{SATURDAY} 18:00")
    assert mail_changed_sheets() == 0


def test_the_hour_that_changes_is_material(house, tonight, wanted):
    mail_changed_sheets()
    with transaction():
        service.move_reservation(tonight, wish(f"{SATURDAY} 20:00"), actor=TESTS)
    assert mail_changed_sheets() == 1


def test_its_worker_keeps_the_sheet_and_nothing_else(visit):
    script = visit().get("/push-worker.js").get_data(as_text=True)
    assert 'SHEET = "/admin/service/feuille"' in script
    assert "/connexion" in script, "who is sent to log in leaves nothing behind"


def test_joined_tables_are_named_in_their_order(visit, cast, house, at):
    promise(house, f"{SATURDAY} 19:30", covers=8, permit=FORCE)
    at(f"{SATURDAY} 18:00")
    assert "3 + 4" in visit(cast.bruno).see(SHEET).first(".sheet tbody").text
