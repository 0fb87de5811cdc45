"""Somebody calls: the times follow what is said, a no proposes what comes nearest, and the caller is never lost."""

import pytest
import sqlalchemy as sa

from app.booking.models import RefusedSearch, Reservation
from app.kernel.db import db
from tests.booking.houses import SATURDAY, fill

DESK = "/admin/reservations"
CALLER = {"date": SATURDAY, "time": "20:00", "covers": "2", "last_name": "Moreau", "phone": "06 11 22 33 44"}


@pytest.fixture
def diane(visit, cast, house):
    return visit(cast.diane)


@pytest.fixture
def full(house):
    """No table is left at the hour the caller wants."""
    fill(house, f"{SATURDAY} 20:00")


def call(visitor, **said):
    return visitor.arrive(DESK, visitor.post(DESK, data={**CALLER, **said}))


def made():
    db.session.rollback()
    return db.session.scalars(sa.select(Reservation).where(Reservation.last_name == "Moreau")).all()


def refused():
    db.session.rollback()
    rows = db.session.scalars(sa.select(RefusedSearch)).all()
    return [(str(row.service_date), f"{row.local_time:%H:%M}", row.covers, row.reason) for row in rows]


def nearest(page):
    return {button.text: button["value"] for button in page.all("#free-times button[name=lever]")}


# --- the times beside the form --------------------------------------------------------------------------------


def test_the_times_are_those_of_the_day_and_number_being_typed(diane, house, at):
    at("2026-03-13 12:00")
    fill(house, f"{SATURDAY} 20:00", 4)
    page = diane.see(f"{DESK}/_horaires?date={SATURDAY}&covers=4")
    assert page.first("#free-title").text == "Demain, 4 couverts"
    assert "20:00" in [time.text for time in page.all(".picks s")]
    assert "12:00" in [time.text for time in page.all(".picks button")]


def test_a_day_asked_for_without_a_time_shows_its_own_times(diane):
    page = diane.see(f"{DESK}/nouvelle?date={SATURDAY}")
    assert page.first("#free-title").text == "Samedi 14 mars, 2 couverts"


def test_hours_gone_by_make_room_for_those_to_come(diane, at):
    at(f"{SATURDAY} 19:40")
    page = diane.see(f"{DESK}/_horaires?date={SATURDAY}&covers=2")
    assert [shift.text for shift in page.all("#free-times h3")] == ["Dîner"]
    assert page.first(".picks button").text == "19:45"


def test_a_day_with_no_hour_left_still_shows_them(diane, at):
    at(f"{SATURDAY} 23:30")
    page = diane.see(f"{DESK}/_horaires?date={SATURDAY}&covers=2")
    assert "fermée" not in page.text
    assert page.first(".picks s")["title"] == "passé"


def test_what_is_half_typed_is_answered_all_the_same(diane):
    for nonsense in ("date=&covers=", "date=2026-02-31&covers=-4", "date=9999-12-31&covers=999999"):
        assert diane.get(f"{DESK}/_horaires?{nonsense}").status_code == 200


# --- a no, and what comes nearest -----------------------------------------------------------------------------


def test_the_nearest_time_is_taken_with_all_the_caller_said(diane, full):
    chosen = next(value for value in nearest(call(diane)).values() if SATURDAY not in value)
    assert call(diane, lever=chosen).status == 200
    [reservation] = made()
    assert f"time:{reservation.service_date}T{reservation.local_time:%H:%M}" == chosen
    assert reservation.phone == "+33611223344"


def test_how_far_it_is_said_as_one_says_it(diane, full):
    shown = " ".join(nearest(call(diane)))
    assert "le lendemain" in shown
    assert "la veille" in shown
    assert "minutes plus tard" not in shown.replace("15 minutes", "").replace("30 minutes", "").replace(
        "45 minutes", ""
    )


def test_nonsense_in_place_of_a_time_is_refused(diane):
    for nonsense in ("time:demain", "time:1000-01-01T20:00", "time:2026-03-14T", "time:T", "day:2026-03-14"):
        assert diane.post(DESK, data={**CALLER, "lever": nonsense}).status_code == 422
    assert made() == []


# --- what was refused is read on Monday -----------------------------------------------------------------------


def test_what_a_caller_is_refused_is_written_down_once_in_a_call(diane, full):
    page = call(diane)
    call(diane, refused=page.first("input[name=refused]")["value"], time="20:15")
    assert refused() == [(SATURDAY, "20:00", 2, "no_table")]


def test_who_found_another_time_before_hanging_up_was_not_refused(diane, full):
    page = call(diane)
    kept = page.first("input[name=refused]")["value"]
    assert call(diane, refused=kept, lever=next(iter(nearest(page).values()))).status == 200
    assert refused() == []


def test_an_old_refusal_is_not_taken_back_by_a_later_call(diane, full, at):
    at("2026-03-10 12:00")
    kept = call(diane).first("input[name=refused]")["value"]
    at("2026-03-10 13:00")
    assert call(diane, refused=kept, time="12:00").status == 200
    assert len(refused()) == 1
