"""A coming shift arranged better: nobody moves who may not, the plan holds, and it is never worse."""

import pytest
from hypothesis import given
from hypothesis import settings as tuning
from hypothesis import strategies as st

from app.booking.opening import DurationBand
from app.booking.seating import EXACT, Arranger, Combination, Request, Room, Seated, Sitting, Table, optimise
from app.booking.seating.check import faults

PATIENT = 60.0
TWO, FOUR, OTHER = Table("two", "salle", 1, 2), Table("four", "salle", 1, 4), Table("other", "salle", 1, 4)
BOTH = Combination("two+four", ("two", "four"), 1, 6)


def tidied(*sittings, tables=(TWO, FOUR, OTHER), combinations=(BOTH,), **limits):
    furniture = Room(tuple(tables), tuple(combinations), (DurationBand(None, 60),))
    return optimise(furniture, 0, sittings, span=24, seconds=PATIENT, **limits)


def test_a_combination_is_given_back():
    done = tidied(Sitting("a", range(4), 4, "two+four"))
    assert [(move.id, move.source, move.target) for move in done.moves] == [("a", "two+four", "four")]
    assert (done.before.combinations, done.after.combinations) == (1, 0)


def test_another_makes_way_for_it():
    done = tidied(Sitting("a", range(4), 4, "two+four"), Sitting("b", range(4), 2, "other"), tables=(TWO, FOUR, OTHER))
    assert done.after.combinations == 0
    done = tidied(
        Sitting("a", range(4), 3, "two+four"), Sitting("b", range(4, 8), 2, "four"), tables=(TWO, FOUR), combinations=(BOTH,)
    )  # fmt: skip
    assert {move.id: move.target for move in done.moves} == {"a": "four", "b": "two"}
    assert done.after.spare_seats == 1


@pytest.mark.parametrize("kept", [{"is_fixed": True}, {"lock": "four"}], ids=["fixed", "locked"])
def test_who_must_stay_stays(kept):
    assert tidied(Sitting("a", range(4), 2, "four", **kept)).moves == ()


def test_no_more_move_than_allowed():
    couples = [Sitting(f"c{n}", range(4 * n, 4 * n + 4), 2, "four") for n in range(5)]
    assert len(tidied(*couples).moves) == 5
    assert len(tidied(*couples, most_moves=2).moves) == 2


def test_areas_are_evened_out_last_and_only_when_asked_for():
    terrace = Table("dehors", "terrasse", 1, 4)
    seated = Sitting("a", range(4), 4, "four"), Sitting("b", range(4, 8), 4, "four")
    assert tidied(*seated, tables=(FOUR, terrace), combinations=()).moves == ()
    done = tidied(*seated, tables=(FOUR, terrace), combinations=(), evens_areas=True)
    assert len(done.moves) == 1
    assert (done.before.imbalance, done.after.imbalance) == (8, 0)


def test_who_gains_nothing_does_not_move():
    assert tidied(Sitting("a", range(4), 4, "other"), combinations=()).moves == ()


@tuning(max_examples=120, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 8))
def test_any_plan_holds_and_is_no_worse(dice, most_moves):
    tables = tuple(
        Table(f"t{number}", dice.choice(("salle", "terrasse")), least, least + dice.randint(0, 3))
        for number in range(dice.randint(2, 6))
        for least in (dice.randint(1, 3),)
    )
    pair = Combination("pair", ("t0", "t1"), 1, 8)
    furniture = Room(tables, (pair,), (DurationBand(None, 60),))
    arranger = Arranger(furniture, 0, policy=EXACT, span=24)
    for number in range(14):
        start = dice.randint(0, 12)
        area, lock = dice.choice([None, None, "salle"]), dice.choice([None, None, None, "pair"])
        asked = Request(range(start, start + dice.randint(2, 6)), dice.randint(1, 5), area, lock)
        decision = arranger.decide(asked)
        if isinstance(decision, Seated):
            arranger.seat(f"r{number}", asked, decision)
    before = list(arranger.sittings.values())
    done = optimise(furniture, 0, before, most_moves=most_moves, seconds=PATIENT, span=24)
    assert not list(faults(furniture, done.sittings))
    assert done.after <= done.before
    assert len(done.moves) <= most_moves
    assert {each.id: each.unit for each in done.sittings} == {each.id: each.unit for each in before} | {
        move.id: move.target for move in done.moves
    }
    again = optimise(furniture, 0, done.sittings, most_moves=0, seconds=PATIENT, span=24)
    assert (again.before, again.moves) == (done.after, ())


def test_when_there_is_no_time_nothing_moves():
    room = Room((TWO, FOUR), (), (DurationBand(None, 60),))
    assert optimise(room, 0, [Sitting("a", range(4), 2, "four")], seconds=-1, span=24).moves == ()
