"""Whether a party can be seated: rule by rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.booking.opening import Closure, DurationBand, Shift, base_quarter, slots_on
from app.booking.seating import (
    FORCE,
    GUEST,
    SPAN_QUARTERS,
    STAFF,
    Combination,
    DayBook,
    Override,
    Placement,
    Reason,
    Refusal,
    Rules,
    Table,
    TableTaken,
    feasible,
    nearest,
    times_left,
    times_on,
)
from tests.booking.evenings import DINNER, EVERY_DAY, MORNING, PAIR, TABLES, TUESDAY, day, room, seated

# --- which unit -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("covers", "order"),
    [(1, ["two", "deux"]), (2, ["two", "deux", "four"]), (3, ["four", "six"]), (5, ["six", PAIR.id])],
)
def test_units_come_by_least_spare_seats_then_the_houses_order_combinations_last(covers, order):
    assert [unit.id for unit in room().units_for(covers)] == order


def test_a_table_comes_before_any_combination_and_the_smallest_combinations_first():
    tables = [*(Table(name, "salle", 1, 2) for name in "abcd"), Table("wide", "salle", 1, 9)]
    three = Combination("abc", ("a", "b", "c"), 3, 5)
    wide, narrow = Combination("cd", ("c", "d"), 3, 4), Combination("ab", ("a", "b"), 3, 3)
    units = room(tables, (three, wide, narrow)).units_for(3)
    assert [unit.id for unit in units] == ["wide", "ab", "cd", "abc"]


def test_the_minimum_is_as_hard_as_the_maximum():
    assert feasible(day(furniture=room(TABLES[2:3], ())), time(20), 2) == Refusal(Reason.PARTY_TOO_SMALL, 3)


def test_an_area_wish_is_met_and_a_combination_serves_it_only_as_a_whole():
    mixed = Combination("four+six", ("four", "six"), 7, 10)
    units = room(combinations=(PAIR, mixed)).units_for
    assert [unit.id for unit in units(2, area="terrasse")] == ["deux"]
    assert [unit.id for unit in units(5, area="salle")] == ["two+four"]
    assert units(8, area="terrasse") == units(8, area="salle") == units(8, area="cave") == ()


def test_a_lock_means_exactly_that_unit_and_the_party_must_fit_it():
    units = room().units_for
    assert [unit.id for unit in units(2, lock="four")] == ["four"]
    assert units(5, lock="four") == units(1, lock="four") == units(2, lock="nowhere") == ()
    assert units(2, area="terrasse", lock="four") == ()


def test_a_room_refuses_two_units_of_one_name_and_unknown_tables():
    with pytest.raises(ValueError, match="same id"):
        room((*TABLES, TABLES[0]))
    with pytest.raises(ValueError, match="not in the room"):
        room(TABLES[:1])


def test_the_shifts_durations_win_over_the_rooms():
    furniture, brief = room(turnover=15), replace(DINNER, durations=(DurationBand(None, 60),))
    assert [furniture.stay_quarters(covers, DINNER) for covers in (1, 2, 3, 5, 50)] == [6, 6, 7, 8, 8]
    assert furniture.stay_quarters(5, brief) == 4
    placement = feasible(day(shift=brief, furniture=furniture), time(20), 2)
    assert (placement.stay, len(placement.quarters)) == (4, 5)


# --- when it is taken -----------------------------------------------------------------------------------------


def test_intervals_are_half_open():
    alone = day(furniture=room(TABLES[:1], ()))
    evening = seated(alone, time(19), 2)
    assert feasible(evening, time(20, 15), 2) == Refusal(Reason.NO_TABLE)
    assert isinstance(feasible(evening, time(20, 30), 2), Placement)


def test_turnover_counts_after_every_seating():
    evening = seated(day(furniture=room(TABLES[:1], (), turnover=15)), time(20, 30), 2)
    assert feasible(evening, time(22), 2) == Refusal(Reason.NO_TABLE)  # 20:30 + 90 + 15 = 22:15
    assert feasible(evening, time(19), 2) == Refusal(Reason.NO_TABLE)  # 19:00 + 90 + 15 = 20:45
    assert isinstance(feasible(seated(day(furniture=room(TABLES[:1], ())), time(20, 30), 2), time(22), 2), Placement)


def test_a_combination_takes_all_its_tables_and_each_of_them_blocks_it():
    two = day(furniture=room(TABLES[:2]))
    assert feasible(seated(two, time(20), 5), time(20), 1) == Refusal(Reason.NO_TABLE)
    assert feasible(seated(two, time(20), 1), time(20), 5) == Refusal(Reason.NO_TABLE)


def test_a_night_of_clock_change_never_lets_two_parties_overlap_in_real_time():
    night = Shift("night", "Nuit", EVERY_DAY, time(22), time(4))
    spring = seated(day(shift=night, service_date=date(2027, 3, 27), furniture=room(TABLES[:1], ()), now=MORNING,
                        rules=Rules(0, 999, 10)), time(1, 30), 2)  # fmt: skip
    assert feasible(spring, time(3, 45), 2) == Refusal(Reason.NO_TABLE)  # 75 real minutes later
    assert isinstance(feasible(spring, time(4), 2), Placement)


def test_the_evening_before_may_reach_into_the_day():
    night = Shift("night", "Nuit", EVERY_DAY, time(0), time(23, 45))
    alone = day(shift=night, furniture=room(TABLES[:1], ()), now=MORNING - timedelta(1), rules=Rules(0, 9, 9))
    late = feasible(replace(alone, service_date=date(2026, 5, 4)), time(23, 30), 2)
    book = DayBook.of_cells(alone.book.base, late.cells)
    assert feasible(replace(alone, book=book), time(0, 45), 2) == Refusal(Reason.NO_TABLE)
    assert isinstance(feasible(replace(alone, book=book), time(1), 2), Placement)


# --- why not --------------------------------------------------------------------------------------------------

PACED = replace(DINNER, pacing_covers=6, pacing_reservations=2)
REFUSALS = [
    (day(), time(20), 0, {}, Refusal(Reason.PARTY_TOO_SMALL, 1)),
    (day(), time(20), -1, {}, Refusal(Reason.PARTY_TOO_SMALL, 1)),
    (day(), time(20), 999, {}, Refusal(Reason.PARTY_TOO_LARGE, 6)),
    (day(rules=Rules(0, 9, 4)), time(20), 5, {}, Refusal(Reason.PARTY_TOO_LARGE, 4)),
    (day(), time(20, 7), 2, {}, Refusal(Reason.NOT_OFFERED)),
    (day(), time(12), 2, {}, Refusal(Reason.NOT_OFFERED)),
    (day(closures=(Closure(TUESDAY, TUESDAY, "Congés"),)), time(20), 2, {}, Refusal(Reason.CLOSED)),
    (day(shift=replace(DINNER, weekdays=frozenset({7}))), time(20), 2, {}, Refusal(Reason.CLOSED)),
    (day(now=MORNING + timedelta(hours=13)), time(20), 2, {}, Refusal(Reason.PAST)),
    (day(now=MORNING + timedelta(hours=11, minutes=1)), time(20), 2, {}, Refusal(Reason.TOO_SOON, 60)),
    (day(now=MORNING + timedelta(days=3)), time(20), 2, {}, Refusal(Reason.PAST)),
    (day(now=MORNING + timedelta(days=3)), time(20, 7), 2, {}, Refusal(Reason.PAST)),
    (day(now=MORNING + timedelta(days=3), shift=replace(DINNER, weekdays=frozenset())), time(20), 2, {},
     Refusal(Reason.PAST)),
    (day(now=MORNING - timedelta(days=91)), time(20), 2, {}, Refusal(Reason.TOO_FAR, 90)),
    (day(now=MORNING - timedelta(days=91)), time(20, 7), 2, {}, Refusal(Reason.TOO_FAR)),
    (seated(day(shift=PACED), time(20), 5), time(20), 2, {}, Refusal(Reason.PACING, 6)),
    (seated(seated(day(shift=PACED), time(20), 1), time(20), 1), time(20), 2, {}, Refusal(Reason.PACING, 2)),
    (day(), time(20), 3, {"area": "cave"}, Refusal(Reason.AREA)),
    (seated(day(), time(20), 2, area="terrasse"), time(20), 2, {"area": "terrasse"}, Refusal(Reason.AREA)),
    (day(), time(20), 5, {"lock": "four"}, Refusal(Reason.UNIT_UNFIT)),
    (day(), time(20), 2, {"lock": "nowhere"}, Refusal(Reason.UNIT_UNFIT)),
    (seated(day(), time(20), 2, lock="four"), time(20), 2, {"lock": "four"}, Refusal(Reason.UNIT_TAKEN)),
    (day(furniture=room((), ())), time(20), 2, {}, Refusal(Reason.NO_TABLE)),
    (seated(seated(day(), time(20), 6), time(20), 6), time(20), 3, {}, Refusal(Reason.NO_TABLE)),
]  # fmt: skip


@pytest.mark.parametrize(("on", "at", "covers", "wish", "refusal"), REFUSALS)
def test_each_refusal_has_its_reason(on, at, covers, wish, refusal):
    assert feasible(on, at, covers, **wish) == refusal


def test_the_edges_of_notice_and_advance_are_allowed():
    at_the_door = day(now=MORNING + timedelta(hours=12), rules=Rules(0, 9, 9))
    assert isinstance(feasible(at_the_door, time(20), 2), Placement)
    assert isinstance(feasible(day(now=MORNING + timedelta(hours=11)), time(20), 2), Placement)
    assert isinstance(feasible(day(now=MORNING - timedelta(days=90)), time(20), 2), Placement)


def test_the_advance_counts_from_today_in_the_houses_zone():
    late = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)  # already the fifth in Paris
    assert isinstance(feasible(day(now=late, rules=Rules(0, 0, 10)), time(20), 2), Placement)
    assert feasible(day(now=late, rules=Rules(0, 0, 10), zone="UTC"), time(20), 2).reason is Reason.TOO_FAR


def test_pacing_counts_what_arrives_until_the_next_slot():
    paced = seated(day(shift=PACED), time(20, 15), 5)
    coarser = replace(paced, opening=replace(paced.opening, slot_minutes=30))
    assert feasible(coarser, time(20), 2).reason is Reason.PACING
    assert isinstance(feasible(paced, time(20), 2), Placement)


def test_a_slot_of_another_day_or_shift_is_not_taken_at_its_word():
    wednesday = slots_on(day().opening, TUESDAY + timedelta(1))[4]
    longer = day().slots[4]._replace(shift=replace(DINNER, durations=(DurationBand(None, 15),)))
    assert feasible(day(), wednesday, 2) == feasible(day(), longer, 2) == Refusal(Reason.NOT_OFFERED)
    assert isinstance(feasible(day(), day().slots[4], 2), Placement)


# --- what staff may set aside ---------------------------------------------------------------------------------

OVERRIDES = [
    (day(rules=Rules(0, 9, 4)), 5, STAFF, (Override.ONLINE_LIMIT,)),
    (day(now=MORNING + timedelta(hours=11, minutes=1)), 2, STAFF, (Override.NOTICE,)),
    (day(now=MORNING - timedelta(days=91)), 2, STAFF, (Override.ADVANCE,)),
    (day(now=MORNING + timedelta(hours=13)), 2, FORCE, (Override.PAST,)),
    (seated(day(shift=PACED), time(20), 5), 2, FORCE, (Override.PACING,)),
    (day(rules=Rules(0, 0, 1), now=MORNING - timedelta(1)), 2, STAFF, (Override.ONLINE_LIMIT, Override.ADVANCE)),
    (day(), 2, FORCE, ()),
]


@pytest.mark.parametrize(("on", "covers", "permit", "overridden"), OVERRIDES)
def test_what_staff_set_aside_is_named(on, covers, permit, overridden):
    assert feasible(on, time(20), covers, permit=permit).overridden == overridden
    if overridden:
        assert isinstance(feasible(on, time(20), covers, permit=permit - {overridden[-1]}), Refusal)


def test_a_named_unit_may_be_forced_on_a_party_it_does_not_fit():
    forced = feasible(day(), time(20), 9, area="terrasse", lock="four", permit=FORCE)
    assert (forced.unit.id, forced.overridden) == ("four", (Override.FIT,))
    assert feasible(day(), time(20), 2, lock="four", permit=FORCE).overridden == ()


def test_without_a_named_unit_force_changes_nothing_about_tables():
    assert feasible(day(), time(20), 9, permit=FORCE) == Refusal(Reason.PARTY_TOO_LARGE, 6)
    assert feasible(day(), time(20), 9, lock="nowhere", permit=FORCE) == Refusal(Reason.UNIT_UNFIT)


def test_no_force_opens_a_taken_table_nor_a_closed_hour():
    evening = seated(day(), time(20), 2, lock="four")
    assert feasible(evening, time(20), 2, lock="four", permit=FORCE) == Refusal(Reason.UNIT_TAKEN)
    assert feasible(evening, time(12), 2, lock="two", permit=FORCE) == Refusal(Reason.NOT_OFFERED)
    assert feasible(evening, time(20), 0, lock="two", permit=FORCE).reason is Reason.PARTY_TOO_SMALL


# --- the book -------------------------------------------------------------------------------------------------


def test_a_book_is_the_same_from_masks_and_from_cells_and_ignores_what_came_before():
    base = base_quarter(TUESDAY)
    cells = [("two", base + 3), ("two", base + 4), ("four", base), ("two", base - 1)]
    assert DayBook.of_cells(base, cells) == DayBook.of_masks(base, [("two", 8), ("two", 16), ("four", 1)])


def test_a_long_book_can_be_cut_for_a_day():
    on = seated(day(), time(20), 2)
    whole = DayBook.of_cells(
        base_quarter(TUESDAY - timedelta(20)),
        [("two", quarter) for quarter in feasible(day(), time(20), 2).quarters],
        on.book.arrivals,
    )
    assert whole.cut(base_quarter(TUESDAY)) == on.book
    next_week = DayBook.of_cells(on.book.base, [("two", on.book.base + SPAN_QUARTERS)])
    assert next_week.cut(on.book.base).masks == {"two": 0}
    with pytest.raises(ValueError, match="before its base"):
        on.book.cut(on.book.base - 1)


def test_a_book_refuses_to_seat_two_parties_at_one_table():
    placement = feasible(day(), time(20), 2)
    with pytest.raises(TableTaken):
        day().book.seat(placement, 2).seat(placement, 2)


def test_leaving_out_a_party_of_another_day_changes_no_table():
    evening = seated(day(), time(20), 2)
    tomorrow = [(table, quarter + 96) for table, quarter in feasible(day(), time(20), 2).cells]
    before = [(table, evening.book.base - 1) for table in ("two", "four")]
    assert evening.book.without(tomorrow + before, evening.book.base + 999, 2).masks == evening.book.masks


# --- other times ----------------------------------------------------------------------------------------------


def test_the_nearest_free_times_come_in_order_the_earlier_first_on_a_tie():
    alone = seated(day(furniture=room(TABLES[:1], ())), time(20, 30), 2)
    assert times_left(alone, 2) == 2  # 19:00 before it, 22:00 after it
    assert [offer.slot.local_time for offer in nearest(alone, 2, time(20, 30))] == [time(19), time(22)]
    assert [offer.slot.local_time for offer in nearest(alone, 2, time(20, 30), 1)] == [time(19)]
    around = nearest(day(), 2, time(20, 7), 3)
    assert [offer.slot.local_time for offer in around] == [time(19, 45), time(20), time(20, 15)]


def test_the_nearest_times_know_that_half_past_midnight_ends_the_evening():
    night = day(shift=replace(DINNER, last=time(1)))
    assert [offer.slot.minutes for offer in nearest(night, 2, time(0, 35), 2)] == [1470, 1485]
    assert nearest(night, 2, night.slots[-1], 1)[0].slot is night.slots[-1]


def test_a_closed_day_has_no_times():
    closed = day(shift=replace(DINNER, weekdays=frozenset()))
    assert times_on(closed, 2) == nearest(closed, 2, time(20)) == []
    assert times_left(closed, 2) == 0
    assert GUEST < STAFF < FORCE
