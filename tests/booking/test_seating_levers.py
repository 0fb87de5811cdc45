"""What would make a yes of a refusal: each lever is pulled, and the day says yes."""

from dataclasses import replace
from datetime import time

from hypothesis import given
from hypothesis import settings as tuning
from hypothesis import strategies as st

from app.booking.seating import (
    EXACT,
    GUARDED,
    AnotherTime,
    AnyArea,
    AnyUnit,
    Arranger,
    Combination,
    DayBook,
    HigherPace,
    LargerTable,
    Placement,
    Refusal,
    Request,
    Rules,
    Seated,
    Table,
    Unlocked,
    Wish,
    feasible,
    levers,
)
from tests.booking.evenings import DINNER, day, room

TWO, FOUR = Table("two", "salle", 1, 2), Table("four", "salle", 1, 4)
TERRACE = Table("dehors", "terrasse", 1, 4)
EVENING = time(19, 30)
PATIENT = 60.0
"""Seconds: a busy machine must not hide a lever from the tests."""


def evening(*tables, combinations=(), policy=GUARDED, shift=DINNER):
    """A day and the arranger that seats it."""
    furniture = room(tables or (TWO, FOUR), combinations)
    on = day(furniture=furniture, shift=shift, rules=Rules(0, 999, 99))
    arranger = Arranger(furniture, on.book.base, policy=policy)
    return replace(on, seater=arranger), arranger


def book(on, arranger, id, covers, at=EVENING, **wish):
    """Seat somebody; the day with the book of all who sit."""
    slot = on.slot(at)
    placement = feasible(on, slot, covers, **wish)
    assert isinstance(placement, Placement)
    request = Request(placement.quarters, covers, wish.get("area"), wish.get("lock"))
    arranger.seat(id, request, Seated(placement.unit, placement.moves))
    cells = [
        (table, quarter)
        for sitting in arranger.sittings.values()
        for table in on.room.unit(sitting.unit).tables
        for quarter in sitting.quarters
    ]
    arrivals = on.book.counting(slot.quarter, covers).arrivals
    return replace(on, book=DayBook.of_cells(on.book.base, cells, arrivals))


def pulled(on, arranger, wish, lever):
    """The day and the wish after the lever, said again from the words of the lever."""
    if isinstance(lever, AnotherTime):
        return on, replace(wish, at=lever.slot)
    if isinstance(lever, AnyArea):
        return on, replace(wish, area=None)
    if isinstance(lever, AnyUnit):
        return on, replace(wish, lock=None)
    if isinstance(lever, HigherPace):
        shift = on.opening.shifts[0]
        covers, reservations = shift.pacing_covers, shift.pacing_reservations
        shift = replace(
            shift,
            pacing_covers=None if covers is None else covers + lever.covers,
            pacing_reservations=None if reservations is None else reservations + lever.reservations,
        )
        opening = replace(on.opening, shifts=(shift,))
        return replace(on, opening=opening), wish
    furniture, sittings = on.room, arranger.sittings
    if isinstance(lever, Unlocked):
        sittings = {**sittings, lever.sitting: replace(sittings[lever.sitting], lock=None)}
    else:
        tables = (replace(t, max_covers=lever.covers) if t.id == lever.table else t for t in furniture.tables)
        furniture = replace(furniture, tables=tuple(tables))
    seater = Arranger(furniture, on.book.base, sittings.values(), arranger.policy)
    return replace(on, room=furniture, seater=seater), wish


# --- each lever ------------------------------------------------------------------------------------------------


def test_the_nearest_times_before_and_after():
    on, arranger = evening(FOUR)
    on = book(on, arranger, "a", 4, time(19))
    found = levers(on, Wish(time(20), 4), arranger=arranger, seconds=PATIENT)
    assert [each.slot.local_time for each in found] == [time(20, 45)]
    on, arranger = evening(FOUR)
    on = book(on, arranger, "a", 2, time(20, 30))
    found = levers(on, Wish(time(20, 45), 2), arranger=arranger, seconds=PATIENT)
    assert [each.slot.local_time for each in found] == [time(19), time(22)]


def test_a_lock_is_lifted():
    on, arranger = evening()
    on = book(on, arranger, "couple", 2, lock="four")
    assert Unlocked("couple", "four") in levers(on, Wish(EVENING, 4), arranger=arranger, seconds=PATIENT)


def test_a_lock_that_may_not_be_lifted_is_no_lever():
    on, arranger = evening()
    on = book(on, arranger, "couple", 2, lock="four")
    found = levers(on, Wish(EVENING, 4), arranger=arranger, may_unlock=(), seconds=PATIENT)
    assert not any(isinstance(each, Unlocked) for each in found)


def test_the_pace_is_raised_by_what_is_missing():
    on, arranger = evening(shift=replace(DINNER, pacing_covers=5, pacing_reservations=1))
    on = book(on, arranger, "a", 2)
    assert HigherPace(1, 1) in levers(on, Wish(EVENING, 4), arranger=arranger, seconds=PATIENT)


def test_the_area_or_the_table_wished_for_is_given_up():
    on, arranger = evening(TWO, TERRACE)
    found = levers(on, Wish(EVENING, 4, area="salle"), arranger=arranger, seconds=PATIENT)
    assert AnyArea("salle") in found
    found = levers(on, Wish(EVENING, 4, lock="two"), arranger=arranger, seconds=PATIENT)
    assert AnyUnit("two") in found


def test_one_more_at_a_table():
    on, arranger = evening()
    assert levers(on, Wish(EVENING, 5), arranger=arranger, seconds=PATIENT) == (LargerTable("four", 5),)
    assert levers(on, Wish(EVENING, 5), seconds=PATIENT) == (LargerTable("four", 5),)


def test_the_cheapest_comes_first():
    on, arranger = evening(TWO, FOUR, TERRACE)
    on = book(on, arranger, "couple", 2, lock="four")
    kinds = [type(each) for each in levers(on, Wish(EVENING, 4, area="salle"), arranger=arranger, seconds=PATIENT)]
    assert kinds == [AnotherTime, Unlocked, AnyArea]


def test_no_lever_for_a_yes_nor_when_the_time_is_up():
    on, arranger = evening()
    assert levers(on, Wish(EVENING, 4), arranger=arranger) == ()
    on = book(on, arranger, "a", 4)
    assert levers(on, Wish(EVENING, 4), arranger=arranger, seconds=-1) == ()


def test_a_closed_day_has_none():
    on, arranger = evening(shift=replace(DINNER, weekdays=frozenset({7})))
    assert levers(on, Wish(EVENING, 2), arranger=arranger, seconds=PATIENT) == ()


# --- any evening -----------------------------------------------------------------------------------------------


@tuning(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([GUARDED, EXACT]))
def test_every_lever_makes_a_yes_of_the_refusal(dice, policy):
    tables = tuple(
        Table(f"t{number}", dice.choice(("salle", "terrasse")), least, least + dice.randint(0, 2))
        for number in range(dice.randint(1, 4))
        for least in (dice.randint(1, 3),)
    )
    pairs = (Combination("pair", ("t0", "t1"), 4, 6),) if len(tables) > 1 and dice.random() < 0.5 else ()
    shift = replace(
        DINNER, pacing_covers=dice.choice([None, 6]), pacing_reservations=dice.choice([None, None, 2]), last=time(21)
    )
    on, arranger = evening(*tables, combinations=pairs, policy=policy, shift=shift)
    for number in range(10):
        covers = dice.randint(1, 6)
        area = dice.choice(["salle", "terrasse"]) if dice.random() < 0.2 else None
        lock = dice.choice(on.room.units).id if dice.random() < 0.3 else None
        wish = Wish(dice.choice(on.slots), covers, area, lock)
        answer = feasible(on, wish.at, covers, area=area, lock=lock)
        if isinstance(answer, Placement):
            on = book(on, arranger, f"r{number}", covers, wish.at, area=area, lock=lock)
            continue
        before = dict(arranger.sittings)
        for lever in levers(on, wish, arranger=arranger, seconds=PATIENT):
            after, asked = pulled(on, arranger, wish, lever)
            if not isinstance(asked.at, time):
                asked = replace(asked, at=asked.at.local_time)
            assert isinstance(
                feasible(after, asked.at, asked.covers, area=asked.area, lock=asked.lock, permit=asked.permit),
                Placement,
            ), (lever, wish)
        assert arranger.sittings == before
        assert isinstance(feasible(on, wish.at, covers, area=area, lock=lock), Refusal)
