"""After midnight the evening under way is still today: on the dashboard, in the lists, until five in the morning."""

import pytest

from app.booking import service
from app.booking.models import Stage
from app.booking.seating import FORCE
from app.kernel.db import transaction
from tests.booking.houses import SATURDAY, TESTS, fill, open_house, promise
from tests.booking.waiting.lists import waits

HALF_PAST_MIDNIGHT = "2026-03-15 00:30"


@pytest.fixture
def night(house, at):
    """Half past midnight: Alice is at table since Saturday's dinner, and Bob is expected on Sunday."""
    tonight = promise(house, f"{SATURDAY} 21:45", permit=FORCE)
    promise(house, "2026-03-15 19:30", first_name="Bob", email="bob@example.org")
    at(f"{SATURDAY} 21:50")
    with transaction():
        service.seat_party(tonight, actor=TESTS)
        service.note_stage(tonight, Stage.BILL, actor=TESTS)
    at(HALF_PAST_MIDNIGHT)
    return tonight


@pytest.mark.parametrize(("word", "names"), [("aujourdhui", ["Alice Durand"]), ("demain", ["Bob Durand"])])
def test_the_words_of_a_list_count_from_the_evening_under_way(visit, cast, night, word, names):
    rows = visit(cast.diane).see(f"/admin/reservations?date={word}").all("[data-list] tbody tr")
    assert [name for row in rows for name in ("Alice Durand", "Bob Durand") if name in row.text] == names


def test_the_dashboard_counts_the_evening_under_way(visit, cast, night):
    page = visit(cast.diane).see("/admin")
    assert "Samedi 14 mars 2026" in page.first("h1").text
    assert "2 couverts aujourd’hui" in page.text


def test_a_figure_of_today_counts_the_evening_under_way(visit, cast, night):
    page = visit(cast.chloe).see("/admin/chiffres/couverts?periode=aujourdhui&par=jour")
    assert [row.first("th").text for row in page.all("tbody tr")] == ["sam. 14 mars"]


def test_who_waits_tonight_is_on_the_list_that_opens_first(visit, cast, house, at):
    fill(house, at=f"{SATURDAY} 21:45")
    waits(house, first="21:45")
    at(HALF_PAST_MIDNIGHT)
    assert "Eve Durand" in visit(cast.diane).see("/admin/liste-attente?date=a-venir").first("main tbody").text


def test_who_should_be_here_by_now_is_among_the_next_arrivals(visit, cast, reservation, at):
    at(f"{SATURDAY} 19:35")
    assert "Alice Durand" in visit(cast.diane).see("/admin").first("#arrivals-title + *, .today table").text


def test_a_party_that_left_is_said_to_have_left_and_not_to_wait_for_its_bill(visit, cast, night):
    with transaction():
        service.finish_reservation(night, actor=TESTS)
    panel = visit(cast.diane).see(f"/admin/service/reservations/{night.id}").first("#room-panel")
    assert [panel.first(".badge").text] == ["Terminée"]


# --- a house open past midnight -------------------------------------------------------------------------------

SOIREE = {
    "name": "Soirée", "weekdays": [6], "first": "19:00", "last": "01:30",
    "pacing_covers": None, "pacing_reservations": None, "durations": None,
}  # fmt: skip


@pytest.fixture
def bar(app, at):
    """A bar that receives on Saturdays until half past one; it is ten past midnight."""
    at("2026-03-15 00:10")
    return open_house(shifts=[SOIREE], booking={"min_notice_minutes": 30})


def test_the_night_is_still_offered_while_hours_of_it_are_to_come(visit, bar, at):
    assert "samedi 14 mars 2026, 4 horaires" in visit().see("/reserver?covers=2").text
    answer = visit().see(f"/reserver?covers=2&date={SATURDAY}").submit("#choice form[data-once]", time="01:00")
    assert "samedi 14 mars 2026" in answer.first(".summary").text.lower()
    at("2026-03-15 01:40")
    assert "samedi 14 mars 2026, hors des dates proposées" in visit().see("/reserver?covers=2").text


def test_who_calls_after_midnight_is_proposed_the_night_under_way(visit, cast, bar, at):
    desk = visit(cast.diane).see("/admin/reservations/nouvelle")
    assert desk.first("input[name=date]")["value"] == SATURDAY
    assert desk.first("#free-title").text == "Aujourd’hui, 2 couverts"
    assert desk.first(".picks button").text == "00:15"
    at("2026-03-15 01:40")
    assert visit(cast.diane).see("/admin/reservations/nouvelle").first("input[name=date]")["value"] == "2026-03-15"
