"""When the house can be booked: wall time, clock changes, nights past midnight, closures."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.opening import (
    Closure,
    DurationBand,
    ExceptionalDay,
    Opening,
    Shift,
    base_quarter,
    closure_on,
    exists,
    instant_of,
    names_of,
    names_offered,
    problems,
    quarter_of,
    slot_at,
    slots_on,
)
from app.booking.seating import SPAN_QUARTERS

EVERY_DAY = frozenset(range(1, 8))
# Europe, both hemispheres, a half-hour change, changes at midnight, a suspended one, and the two ends of the world.
ZONES = (
    "Europe/Paris", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo",
    "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Kiritimati", "Etc/GMT+12", "UTC",
)  # fmt: skip
SWITCHES = [
    *[("Europe/Paris", date(2026, 3, 29), -4), ("Europe/Paris", date(2026, 10, 25), 0)],
    *[("Europe/Paris", date(2027, 3, 28), -4), ("Europe/Paris", date(2027, 10, 31), 0)],
    *[("America/New_York", date(2026, 3, 8), -4), ("America/New_York", date(2026, 11, 1), 0)],
    *[("America/New_York", date(2027, 3, 14), -4), ("America/New_York", date(2027, 11, 7), 0)],
    *[("Pacific/Auckland", date(2026, 4, 5), 0), ("Pacific/Auckland", date(2026, 9, 27), -4)],
    *[("Pacific/Auckland", date(2027, 4, 4), 0), ("Pacific/Auckland", date(2027, 9, 26), -4)],
    *[("Australia/Lord_Howe", date(2026, 10, 4), -2), ("Australia/Lord_Howe", date(2027, 4, 4), 0)],
]


def shift(first, last, weekdays=EVERY_DAY, name="Dîner", **more):
    return Shift(name, name, frozenset(weekdays), first, last, **more)


def house(*shifts, zone="Europe/Paris", step=15, **more):
    return Opening(zone, step, shifts, **more)


def times(opening, service_date):
    return [slot.local_time for slot in slots_on(opening, service_date)]


quarters = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))


# --- one shift ------------------------------------------------------------------------------------------------


def test_arrivals_go_from_first_to_last_seating_by_the_step():
    opening = house(shift(time(12), time(14)), step=30)
    assert times(opening, date(2026, 5, 5)) == [time(12), time(12, 30), time(13), time(13, 30), time(14)]


def test_a_slot_knows_its_wall_minutes_its_instant_and_its_quarter():
    slot = slot_at(house(shift(time(19), time(21))), date(2026, 7, 14), time(20))
    assert (slot.minutes, slot.instant) == (1200, datetime(2026, 7, 14, 18, tzinfo=UTC))
    assert slot.quarter == quarter_of(slot.instant) == slot.instant.timestamp() // 900
    assert slot.shift.name == "Dîner"


def test_a_last_seating_off_the_step_is_not_offered():
    assert times(house(shift(time(12), time(12, 45)), step=30), date(2026, 5, 5)) == [time(12), time(12, 30)]


def test_a_shift_keeps_to_its_weekdays():
    opening = house(shift(time(12), time(12), weekdays={2}))
    assert times(opening, date(2026, 5, 5)) == [time(12)]  # a Tuesday
    assert times(opening, date(2026, 5, 6)) == []


def test_shifts_are_offered_in_the_order_of_the_day():
    opening = house(shift(time(19), time(19)), shift(time(12), time(12)))
    assert times(opening, date(2026, 5, 5)) == [time(12), time(19)]


# --- past midnight --------------------------------------------------------------------------------------------


def test_half_past_midnight_belongs_to_the_evening_before():
    opening = house(shift(time(19), time(1, 30), weekdays={5}), step=30)
    friday = date(2026, 5, 8)
    slot = slot_at(opening, friday, time(0, 30))
    assert (slot.service_date, slot.minutes) == (friday, 1470)
    assert slot.instant == datetime(2026, 5, 8, 22, 30, tzinfo=UTC)  # 00:30 in Paris, on Saturday
    assert slots_on(opening, friday)[-1].local_time == time(1, 30)
    assert slots_on(opening, friday + timedelta(1)) == ()


def test_the_clocks_may_change_inside_a_night_shift():
    opening = house(shift(time(22), time(4)), step=60)
    saturday = date(2026, 3, 28)
    assert times(opening, saturday) == [time(22), time(23), time(0), time(1), time(3), time(4)]
    one, three = slot_at(opening, saturday, time(1)), slot_at(opening, saturday, time(3))
    assert three.instant - one.instant == timedelta(hours=1)


# --- clock changes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("zone", "service_date", "difference"), SWITCHES)
def test_the_skipped_hour_is_not_offered_and_the_repeated_one_is_offered_once(zone, service_date, difference):
    offered = slots_on(house(shift(time(0), time(23, 45)), zone=zone), service_date)
    assert len(offered) == 96 + difference
    assert len({slot.local_time for slot in offered}) == len(offered)
    assert all(slot.instant.astimezone(ZoneInfo(zone)).time() == slot.local_time for slot in offered)
    assert all(slot.instant.astimezone(ZoneInfo(zone)).fold == 0 for slot in offered)


@pytest.mark.parametrize("sunday", [date(2026, 10, 25), date(2027, 10, 31)])
def test_the_repeated_hour_means_its_first_occurrence(sunday):
    slot = slot_at(house(shift(time(1), time(4))), sunday, time(2, 30))
    assert slot.instant == datetime(sunday.year, 10, sunday.day, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2027, 3, 28)])
def test_a_time_the_clocks_skip_does_not_exist_but_an_old_promise_has_an_instant(sunday):
    assert not exists("Europe/Paris", datetime(sunday.year, 3, sunday.day, 2, 30))  # noqa: DTZ001
    assert exists("Europe/Paris", datetime(sunday.year, 3, sunday.day, 3, 0))  # noqa: DTZ001
    assert slot_at(house(shift(time(1), time(4))), sunday, time(2, 30)) is None
    assert instant_of("Europe/Paris", sunday, 150) == datetime(sunday.year, 3, sunday.day, 1, 30, tzinfo=UTC)


def clocks(zone, service_date):
    """What the clocks show, quarter by quarter of real time: the first instant of each wall time."""
    midnight = datetime.combine(service_date, time(), UTC)
    shown = {}
    for quarter in range(-15 * 4, 63 * 4):
        instant = midnight + timedelta(minutes=15 * quarter)
        shown.setdefault(instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0), instant)
    return shown


near_switches = st.sampled_from(SWITCHES).flatmap(
    lambda switch: st.tuples(st.just(switch[0]), st.integers(-2, 1).map(lambda days: switch[1] + timedelta(days)))
)


@given(st.one_of(near_switches, st.tuples(st.sampled_from(ZONES), dates)), quarters, quarters)
def test_slots_are_what_the_clocks_show(where, first, last):
    zone, service_date = where
    shown, midnight = clocks(zone, service_date), datetime.combine(service_date, time())
    begin, end = first.hour * 60 + first.minute, last.hour * 60 + last.minute
    end += 1440 if end < begin else 0
    wanted = [
        (minutes, shown[midnight + timedelta(minutes=minutes)])
        for minutes in range(begin, end + 1, 15)
        if midnight + timedelta(minutes=minutes) in shown
    ]
    offered = slots_on(house(shift(first, last), zone=zone), service_date)
    assert [(slot.minutes, slot.instant) for slot in offered] == wanted
    assert all(before.quarter < after.quarter for before, after in pairwise(offered))
    base = base_quarter(service_date)
    assert all(base <= slot.quarter < base + SPAN_QUARTERS - 64 for slot in offered)  # 16 h: stay and turnover


@given(st.dates())
def test_no_date_is_too_strange(service_date):
    offered = slots_on(house(shift(time(12), time(1)), zone="Pacific/Auckland"), service_date)
    assert bool(offered) == (1970 <= service_date.year <= 9998)
    assert isinstance(base_quarter(service_date), int)


# --- closures and exceptional days ----------------------------------------------------------------------------

CHRISTMAS = Closure(date(2026, 12, 24), date(2026, 12, 26), "Noël")


@pytest.mark.parametrize(("day", "closed"), [(23, False), (24, True), (25, True), (26, True), (27, False)])
def test_a_closure_holds_from_its_first_to_its_last_day(day, closed):
    opening = house(shift(time(12), time(13)), closures=(CHRISTMAS,))
    service_date = date(2026, 12, day)
    assert (slots_on(opening, service_date) == ()) is closed
    assert (closure_on(opening, service_date) is CHRISTMAS) is closed


def test_an_exceptional_day_replaces_the_shifts_of_its_weekday():
    evening = shift(time(20), time(20), weekdays=())
    opening = house(shift(time(12), time(13)), exceptional_days=(ExceptionalDay(date(2026, 12, 31), (evening,)),))
    assert times(opening, date(2026, 12, 31)) == [time(20)]
    assert time(12) in times(opening, date(2026, 12, 30))


def test_an_exceptional_day_without_shifts_is_closed():
    opening = house(shift(time(12), time(13)), exceptional_days=(ExceptionalDay(date(2026, 12, 31)),))
    assert slots_on(opening, date(2026, 12, 31)) == ()


def test_a_closure_wins_over_an_exceptional_day():
    exceptional = ExceptionalDay(date(2026, 12, 25), (shift(time(12), time(13)),))
    opening = house(closures=(CHRISTMAS,), exceptional_days=(exceptional,))
    assert slots_on(opening, date(2026, 12, 25)) == ()


# --- problems -------------------------------------------------------------------------------------------------

LUNCH = shift(time(12), time(14), name="Déjeuner")
FOR_ALL = (DurationBand(None, 90),)
WRONG = [
    (house(LUNCH, zone="Europe/Orléans"), "zone"),
    (house(LUNCH, step=20), "slot_minutes"),
    (house(LUNCH, step=0), "slot_minutes"),
    (house(LUNCH, step=135), "slot_minutes"),
    (house(LUNCH, shift(time(19), time(21), weekdays=())), "shifts[1].weekdays"),
    (house(shift(time(19), time(21), weekdays={0, 8})), "shifts[0].weekdays"),
    (house(shift(time(12, 5), time(14))), "shifts[0].first"),
    (house(shift(time(12), time(14, 50))), "shifts[0].last"),
    (house(LUNCH, shift(time(14), time(16))), "shifts[1].first"),
    (house(shift(time(0), time(1)), shift(time(19), time(0, 30))), "shifts[1].first"),
    (house(shift(time(12), time(14), pacing_covers=0)), "shifts[0].pacing_covers"),
    (house(shift(time(12), time(14), pacing_reservations=-1)), "shifts[0].pacing_reservations"),
    (house(shift(time(12), time(14), durations=())), "shifts[0].durations"),
    (house(shift(time(12), time(14), durations=(DurationBand(2, 90),))), "shifts[0].durations"),
    (house(shift(time(12), time(14), durations=(DurationBand(2, 100), *FOR_ALL))), "shifts[0].durations[0].minutes"),
    (house(shift(time(12), time(14), durations=(*FOR_ALL, *FOR_ALL))), "shifts[0].durations[0].up_to"),
    (
        house(shift(time(12), time(14), durations=(DurationBand(4, 90), DurationBand(2, 90), *FOR_ALL))),
        "shifts[0].durations[1].up_to",
    ),
    (house(shift(time(12), time(14), durations=(DurationBand(0, 90), *FOR_ALL))), "shifts[0].durations[0].up_to"),
    (house(closures=(Closure(date(2026, 5, 2), date(2026, 5, 1), "?"),)), "closures[0].last"),
    (
        house(closures=(CHRISTMAS,), exceptional_days=(ExceptionalDay(date(2026, 12, 25)),)),
        "exceptional_days[0].date",
    ),
    (house(exceptional_days=(ExceptionalDay(date(2026, 5, 1)),) * 2), "exceptional_days[1].date"),
    (
        house(exceptional_days=(ExceptionalDay(date(2026, 5, 1), (LUNCH, LUNCH)),)),
        "exceptional_days[0].shifts[1].first",
    ),
    (
        house(exceptional_days=(ExceptionalDay(date(2026, 5, 1), (shift(time(12, 1), time(13)),)),)),
        "exceptional_days[0].shifts[0].first",
    ),
]


@pytest.mark.parametrize(("opening", "place"), WRONG, ids=[place for _, place in WRONG])
def test_each_problem_names_its_place(opening, place):
    found = problems(opening)
    assert [problem.place for problem in found] == [place]
    assert found[0].message.endswith((".", "»."))
    assert "%(" not in found[0].message


def test_a_sound_opening_has_no_problem():
    night = shift(time(19), time(1, 30), durations=(DurationBand(2, 90), DurationBand(4, 105), DurationBand(None, 150)))
    mayday = ExceptionalDay(date(2026, 5, 1))
    assert problems(house(LUNCH, night, closures=(CHRISTMAS,), exceptional_days=(mayday,))) == []


def test_shifts_of_different_weekdays_do_not_overlap():
    assert problems(house(shift(time(12), time(14), {1, 2}), shift(time(12), time(14), {3}))) == []


def wall(first, last):
    """The wall quarters of a shift, walked round the clock."""
    found, at = {first}, first
    while at != last:
        at = (datetime.combine(date(2026, 1, 1), at) + timedelta(minutes=15)).time()
        found.add(at)
    return found


@given(quarters, quarters, quarters, quarters)
def test_an_overlap_is_a_problem_and_without_one_a_wall_time_means_one_slot(first, last, other_first, other_last):
    opening = house(shift(first, last), shift(other_first, other_last))
    overlaps = bool(wall(first, last) & wall(other_first, other_last))
    assert [problem.place for problem in problems(opening)] == ["shifts[1].first"] * overlaps
    offered = times(opening, date(2026, 5, 5))
    assert (len(set(offered)) == len(offered)) is not overlaps


# --- names ------------------------------------------------------------------------------------------------------

LUNCH = shift(time(12), time(14), name="Déjeuner")
WEEK = (LUNCH, shift(time(19), time(21, 30)), shift(time(19), time(23), {5}, name="dîner "))


@pytest.mark.parametrize(
    ("own", "names"),
    [
        (LUNCH, {"déjeuner"}),
        (shift(time(18), time(18), name="Dîner"), {"dîner"}),
        (shift(time(20), time(22), name="Réveillon"), {"réveillon", "dîner"}),
        (shift(time(17), time(18), name="Goûter"), {"goûter", "dîner"}),
        (shift(time(11), time(15), name="Brunch"), {"brunch", "déjeuner"}),
        (shift(time(12), time(22), name="Banquet"), {"banquet", "déjeuner", "dîner"}),
    ],
)
def test_a_shift_of_one_day_counts_as_that_of_the_week_nearest_in_hours_unless_the_week_knows_its_name(own, names):
    assert names_of(house(*WEEK), own) == names


def test_a_house_without_a_week_knows_each_shift_by_its_own_name():
    assert names_of(house(), LUNCH) == {"déjeuner"}


def test_names_are_offered_once_and_those_of_days_gone_by_no_more():
    days = [
        ExceptionalDay(date(2026, 3, day), (shift(time(20), time(22), name=name),))
        for day, name in ((1, "Carnaval"), (12, "Réveillon"), (14, "DÎNER"))
    ]
    opening = house(*WEEK, exceptional_days=tuple(days))
    assert names_offered(opening, date(2026, 3, 12)) == ["Déjeuner", "Dîner", "Réveillon"]
