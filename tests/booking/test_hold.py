"""A guest chooses a time: a real table is kept for a few minutes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.booking import queries, service
from app.booking.jobs import expire_holds
from app.booking.models import FunnelStep, Reservation, ReservationState, Seating, SeatingCell
from app.booking.seating import times_left
from app.booking.settings import HOLDS_PER_ADDRESS
from app.kernel import settings
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, TESTS, fill, steps_counted, typed, wish
from tests.booking.soundness import unsound

WISH = {"date": SATURDAY, "time": "19:30", "covers": "2"}


def hold(house, at=f"{SATURDAY} 19:30", covers=2, *, visitor="a", network="n"):
    with transaction():
        kept = service.hold_table(house, wish(at, covers), visitor=visitor, network=network)
    return db.session.get_one(Reservation, kept.id)


def free_times(house, covers=2):
    return times_left(queries.day_of(queries.house_of(house), wish().service_date), covers)


def test_it_keeps_the_time_and_asks_who_comes(stopped, visit, house):
    page = visit().see(f"/reserver?date={SATURDAY}&covers=2").submit("#choice form[method=post]", time="19:30")
    assert page.url == "/reserver/coordonnees"
    assert "Cet horaire vous est gardé jusqu'à 10 h 05." in page.text.replace("’", "'")
    assert page.fields("#details form")["time"] == "19:30"
    assert steps_counted()[FunnelStep.CHOSEN] == 1


def test_it_is_a_row_with_real_tables_behind_it(visit, house):
    visit().post("/reserver", data=WISH)
    kept = db.session.scalars(sa.select(Reservation)).one()
    assert kept.state is ReservationState.HELD
    assert round((kept.held_until - kept.created_at) / timedelta(minutes=1)) == 5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Seating)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SeatingCell)) == 6
    assert unsound() == []


def test_nobody_else_is_offered_the_last_table(visit, house):
    taken = fill(house)
    assert len(taken) == 2
    with transaction():
        service.cancel_reservation(taken[0], actor=TESTS, reason="x")
    visit().post("/reserver", data=WISH)
    page = visit().see(f"/reserver?date={SATURDAY}&covers=2")
    assert page.first("input[value=19:30]").attributes.get("disabled") is not None
    refused = visit().post("/reserver", data=WISH)
    assert refused.status_code == 409


def test_it_survives_a_reload_and_forgotten_caches(visit, house):
    guest = visit()
    guest.post("/reserver", data=WISH)
    queries.days._kept.clear()
    assert guest.see("/reserver/coordonnees").fields("#details form")["time"] == "19:30"
    assert guest.see("/reserver/coordonnees").has(".hold")


def test_a_visitor_has_one_hold(visit, house):
    guest = visit()
    guest.post("/reserver", data=WISH)
    guest.post("/reserver", data={**WISH, "time": "21:30"})
    states = [(row.state, row.local_time.hour) for row in db.session.scalars(sa.select(Reservation))]
    assert sorted(states) == [(ReservationState.EXPIRED, 19), (ReservationState.HELD, 21)]
    assert steps_counted()[FunnelStep.ABANDONED] == 1
    assert unsound() == []


def test_choosing_the_same_time_again_keeps_the_same_hold(house):
    assert hold(house).id == hold(house).id


def test_a_refused_choice_leaves_the_earlier_hold(visit, house):
    fill(house, f"{SATURDAY} 12:00")
    guest = visit()
    guest.post("/reserver", data=WISH)
    assert guest.post("/reserver", data={**WISH, "time": "12:00"}).status_code == 409
    assert guest.see("/reserver/coordonnees").fields("#details form")["time"] == "19:30"


def test_it_expires_by_itself_for_who_reads(house, at):
    before = free_times(house, 3)
    hold(house, covers=3)
    hold(house, covers=3, visitor="b")
    assert free_times(house, 3) < before
    at("2026-03-10 10:05:01")
    assert free_times(house, 3) == before


def test_it_expires_by_itself_for_who_writes(house, at):
    first, second = hold(house), hold(house, visitor="b")
    at("2026-03-10 10:05:01")
    third = hold(house, visitor="c")
    assert third.state is ReservationState.HELD
    assert {first.state, second.state} == {ReservationState.EXPIRED}
    assert unsound() == []


def test_the_job_gives_back_what_ran_out(house, at):
    hold(house)
    hold(house, f"{SATURDAY} 12:00", visitor="b")
    assert expire_holds() == 0
    at("2026-03-10 10:06")
    assert expire_holds() == 2
    assert expire_holds() == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Seating)) == 0
    assert steps_counted()[FunnelStep.ABANDONED] == 2
    assert unsound() == []


def test_an_address_holds_so_many_tables_and_no_more(house):
    with transaction():
        settings.change(HOLDS_PER_ADDRESS, "2")
    hold(house, visitor="a")
    hold(house, f"{SATURDAY} 12:00", visitor="b")
    with pytest.raises(RuleBroken, match="Trop de tables"):
        hold(house, f"{SATURDAY} 21:45", visitor="c")
    assert hold(house, f"{SATURDAY} 21:45", visitor="c", network="elsewhere").state is ReservationState.HELD


def test_the_page_says_that_the_cap_is_reached(visit, house):
    with transaction():
        settings.change(HOLDS_PER_ADDRESS, "1")
    visit().post("/reserver", data=WISH)
    answer = visit().post("/reserver", data=WISH)
    assert answer.status_code == 429
    assert "Trop de tables" in answer.get_data(as_text=True)


def test_without_a_hold_the_details_page_leads_back(visit, house):
    answer = visit().get("/reserver/coordonnees")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reserver")


def test_an_expired_hold_leads_back_to_the_choice(visit, house, at):
    guest = visit()
    guest.post("/reserver", data=WISH)
    at("2026-03-10 10:06")
    assert guest.get("/reserver/coordonnees").status_code == 303


def test_the_pacing_is_kept_by_holds_too(house):
    hold(house, covers=4)
    hold(house, covers=4, visitor="b")
    with pytest.raises(service.TimeTaken, match="cuisine|table"):
        hold(house, covers=3, visitor="c")
    assert unsound() == []


def test_two_guests_get_two_tables(house):
    tables = {hold(house, visitor=visitor).seatings[0].table_id for visitor in "ab"}
    assert len(tables) == 2


def test_a_form_typed_for_one_house_holds_nothing_in_another(visit, house):
    assert visit().post("/e/ailleurs/reserver", data=typed()).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reservation)) == 0
