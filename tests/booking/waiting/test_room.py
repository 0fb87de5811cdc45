"""A place offered is seen where it is kept: on the plan, beside its table, on the timeline; nobody drags it."""

from datetime import timedelta

import pytest

from app.booking import service
from app.booking.waiting.offering import take_offer_back
from app.kernel import clock
from app.kernel.db import transaction
from tests.booking.houses import SATURDAY, TESTS, fill, promise
from tests.booking.waiting.lists import look, waits

ROOM, BOARD = "/admin/service", f"/admin/service/frise?date={SATURDAY}"


@pytest.fixture
def offer(house, at):
    """Saturday at 18:00, Eve is offered table 1 for 19:30, until 18:30."""
    taken = fill(house)
    entry = waits(house)
    at(f"{SATURDAY} 18:00")
    with transaction():
        service.cancel_reservation(taken[0], actor=TESTS, reason="x")
    look(house)
    return entry.offers[0]


def table(page, code=1):
    return next(link for link in page.all("a.table-mark") if link.first("title").text.startswith(f"Table {code},"))


def test_on_the_plan_the_table_says_for_whom_it_is_kept_and_until_when(visit, cast, offer):
    page = visit(cast.diane).see(f"{ROOM}?heure=19:30")
    drawn = table(page)
    assert "look--offered" in drawn["class"]
    assert drawn.first("title").text == "Table 1, place proposée à Eve Durand pour 19:30, jusqu’à 18:30"
    assert "proposée" in page.first(".legend-looks").text


def test_long_before_its_hour_the_table_is_as_free_as_it_is(visit, cast, offer):
    assert "look--free" in table(visit(cast.diane).see(ROOM))["class"]


def test_who_comes_before_is_drawn_first(visit, cast, house, offer, at):
    promise(house, f"{SATURDAY} 21:00", actor=TESTS, email="apres@example.org")
    assert "look--offered" in table(visit(cast.diane).see(f"{ROOM}?heure=20:30"))["class"]


def test_beside_its_table_it_leads_to_who_waits(visit, cast, offer):
    diane = visit(cast.diane)
    panel = diane.see(table(diane.see(f"{ROOM}?heure=19:30"))["href"])
    assert "Place proposée à Eve Durand pour 19:30, jusqu’à 18:30" in panel.first("#room-panel").text
    assert panel.click("Place proposée à Eve").url == f"/admin/liste-attente/{offer.entry_id}"


def test_on_the_timeline_it_stands_in_its_hours_and_is_not_dragged(visit, cast, offer):
    (line,) = [each for each in visit(cast.diane).see(BOARD).all("[data-entry]") if each["data-tone"] == "offered"]
    assert (line["data-starts"], line["data-ends"]) == (f"{SATURDAY}T19:30", f"{SATURDAY}T21:00")
    assert line["data-label"] == "Place proposée à Eve Durand pour 19:30, jusqu’à 18:30"
    assert "data-move" not in line.attributes
    assert "Déplacer" not in line.text


@pytest.mark.parametrize("how", ["taken back", "run out"])
def test_once_it_is_over_nothing_is_drawn(visit, cast, offer, at, how):
    if how == "taken back":
        with transaction():
            take_offer_back(offer.entry, actor=TESTS)
    else:
        at(clock.now() + timedelta(minutes=30))
    diane = visit(cast.diane)
    assert "look--free" in table(diane.see(f"{ROOM}?heure=19:30"))["class"]
    assert "proposée à" not in diane.see(BOARD).text


def test_a_waiter_sees_that_it_is_kept_not_for_whom(visit, cast, offer):
    bruno = visit(cast.bruno)
    room, board = bruno.see(f"{ROOM}?heure=19:30"), bruno.see(BOARD)
    assert table(room).first("title").text == "Table 1, place proposée pour 19:30, jusqu’à 18:30"
    assert "Place proposée pour 19:30" in board.text
    assert "Eve" not in room.text + board.text


def test_the_timeline_hears_of_an_offer(visit, cast, house, offer):
    diane = visit(cast.diane)
    poll = diane.see(BOARD).first("#timetable")["data-poll"]
    seen = diane.get(poll).headers["ETag"]
    assert diane.get(poll, headers={"If-None-Match": seen}).status_code == 304
    with transaction():
        take_offer_back(offer.entry, actor=TESTS)
    assert diane.get(poll, headers={"If-None-Match": seen}).status_code == 200


def test_offers_cost_the_room_one_query(visit, cast, offer, max_queries):
    diane = visit(cast.diane)
    diane.get(ROOM)
    with max_queries(13):
        assert diane.get(f"{ROOM}/_salle").status_code == 200
