"""Guests who stay beyond their time keep their table, for whoever lists times and for whoever writes them."""

from datetime import date, time
from uuid import UUID

import pytest

from app.booking import queries, service
from app.booking.seating import FORCE, GUEST, STAFF, Placement, feasible
from app.booking.service import TimeTaken
from app.kernel.db import transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, TESTS, open_house, promise, tables
from tests.booking.soundness import unsound
from tests.harness.databases import on_both


def sit(house, hour, unit):
    """Promise a table and seat its guests."""
    party = promise(house, f"{SATURDAY} {hour}", permit=FORCE, unit=unit, email=f"h{hour}{unit}@example.org")
    with transaction():
        service.seat_party(party, actor=TESTS)
    return party


@pytest.fixture(params=["best_fit", "guarded"])
def evening(app, request, at):
    """Both tables for two sat down at 19:00 until 20:30; it is 20:35 and nobody left."""
    at(f"{SATURDAY} 19:00")
    house = open_house(booking={"policy": request.param, "min_notice_minutes": 0})
    house.late = [sit(house, "19:00", tables(house)[code]) for code in ("1", "2")]
    at(f"{SATURDAY} 20:35")
    return house


def listed(house, hour, covers=2):
    day = queries.day_of(queries.house_of(house), date.fromisoformat(SATURDAY))
    return isinstance(feasible(day, time.fromisoformat(hour), covers, permit=GUEST), Placement)


def written(house, hour):
    try:
        promise(house, f"{SATURDAY} {hour}", email="nouveau@example.org")
    except TimeTaken:
        return False
    return True


@on_both
@pytest.mark.parametrize(("hour", "is_free"), [("20:45", False), ("21:00", True)])
def test_a_table_is_promised_to_nobody_before_its_guests_had_time_to_leave(evening, hour, is_free):
    assert listed(evening, hour) is is_free
    assert written(evening, hour) is is_free
    assert unsound() == []


def test_each_quarter_hour_says_it_again_without_a_write(evening, at):
    assert listed(evening, "21:00")
    at(f"{SATURDAY} 20:50")
    assert not listed(evening, "21:00")
    assert listed(evening, "21:15")


def test_who_leaves_gives_the_table_back_at_once(evening):
    with transaction():
        service.finish_reservation(evening.late[0], actor=TESTS)
    assert listed(evening, "20:45")
    assert written(evening, "20:45")


def test_a_party_never_noted_as_gone_does_not_hold_the_next_day(evening, at):
    at("2026-03-15 18:55")
    day = queries.day_of(queries.house_of(evening), date(2026, 3, 15))
    assert isinstance(feasible(day, time(19), 2, permit=STAFF), Placement)


def test_the_next_party_keeps_its_promise_beside_those_who_linger(evening, at):
    promise(evening, f"{SATURDAY} 21:00", email="suivant@example.org")
    at(f"{SATURDAY} 20:50")
    assert not listed(evening, "21:00"), "the other table for two is not free yet"
    promise(evening, f"{SATURDAY} 21:00", 4, email="quatre@example.org")
    assert unsound() == []


def test_a_table_where_others_linger_is_refused_by_name(evening):
    coming = promise(evening, f"{SATURDAY} 20:45", 4, email="quatre@example.org")
    with transaction():
        service.seat_party(coming, actor=TESTS)
    wanted = [UUID(tables(evening)[code]) for code in ("1", "2")]
    with transaction(), pytest.raises(RuleBroken, match=r"est encore à Alice Durand, qui devait la quitter à 20:30"):
        service.give_tables(coming, wanted, actor=TESTS)
