"""The engine that moves others, against an oracle that tries everything, on thousands of small random rooms."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from itertools import combinations, product

import pytest

from app.booking.opening import DurationBand
from app.booking.scenario import drive
from app.booking.seating import (
    BEST_FIT,
    EXACT,
    GUARDED,
    Arranger,
    Combination,
    Request,
    Room,
    Seated,
    Sitting,
    Survey,
    Table,
    Unseated,
    UnsoundPlan,
)
from app.booking.seating.cases import Limits, Refuted, settle_by_cases
from app.booking.seating.chains import chain
from app.booking.seating.check import faults, refutes
from app.booking.seating.plan import Party, Plan
from app.booking.seating.proof import Half, Prices, Split
from app.booking.seating.seater import Undecided
from app.config import ROOT
from tests.load.streams import KINDS, scenario

AREAS = ("salle", "terrasse")


# --- the oracle -----------------------------------------------------------------------------------------------


def units_of(room, covers, area, lock):
    """The sets of tables a party may have, said again from the furniture."""
    areas = {table.id: table.area for table in room.tables}
    return [
        frozenset(members)
        for id, members, limits in [
            *((table.id, (table.id,), table) for table in room.tables),
            *((each.id, each.tables, each) for each in room.combinations),
        ]
        if limits.min_covers <= covers <= limits.max_covers
        and lock in (None, id)
        and all(area in (None, areas[member]) for member in members)
    ]


def can_all_sit(room, wishes):
    """Whether a seating exists: every one is tried, those with fewest units first."""
    asked = sorted(
        ((wish.quarters, units_of(room, wish.covers, wish.area, wish.lock)) for wish in wishes),
        key=lambda one: len(one[1]),
    )

    def seat(number, taken):
        if number == len(asked):
            return True
        quarters, units = asked[number]
        return any(
            seat(number + 1, taken | cells)
            for unit in units
            if not (cells := {(table, quarter) for table in unit for quarter in quarters}) & taken
        )

    return seat(0, frozenset())


# --- small worlds ---------------------------------------------------------------------------------------------


def small_room(dice):
    tables = []
    for number in range(dice.randint(2, 5)):
        least = dice.randint(1, 3)
        tables.append(Table(f"t{number}", dice.choice(AREAS), least, least + dice.randint(0, 2)))
    combinations = [
        Combination(
            f"c{number}",
            tuple(dice.sample([t.id for t in tables], dice.randint(2, len(tables)))),
            2,
            dice.randint(4, 8),
        )
        for number in range(dice.randint(0, 3))
    ]
    return Room(tuple(tables), tuple(combinations), (DurationBand(None, 60),))


def small_wish(dice, room):
    start = dice.randint(0, 8)
    lock = dice.choice(room.units).id if dice.random() < 0.1 else None
    area = dice.choice(AREAS) if dice.random() < 0.2 else None
    return Request(range(start, start + dice.randint(1, 5)), dice.randint(1, 6), area, lock)


def newcomer_of(wish):
    return Sitting("\0newcomer", wish.quarters, wish.covers, "", wish.area, wish.lock)


@pytest.mark.parametrize("seed", range(40))
def test_exact_refuses_only_what_no_seating_allows(seed):
    dice = random.Random(seed)
    for _room in range(25):
        room = small_room(dice)
        arranger, wishes = Arranger(room, 0, policy=EXACT, span=24), {}
        for number in range(10):
            wish = small_wish(dice, room)
            if wishes and dice.random() < 0.15:
                gone = dice.choice(sorted(wishes))
                arranger.remove(gone)
                del wishes[gone]
            decision = arranger.decide(wish)
            assert isinstance(decision, Seated) == can_all_sit(room, [*wishes.values(), wish]), (room, wishes, wish)
            if isinstance(decision, Seated):
                arranger.seat(f"r{number}", wish, decision)
                wishes[f"r{number}"] = wish
                assert not list(faults(room, arranger.sittings.values()))
            elif decision.proof is not None:
                assert refutes(room, arranger.sittings.values(), newcomer_of(wish), decision.proof)
            else:
                assert not units_of(room, wish.covers, wish.area, wish.lock)


@pytest.mark.parametrize("seed", range(20))
def test_the_linear_programme_alone_is_right_too(seed):
    dice = random.Random(f"programme {seed}")
    for _room in range(10):
        room = small_room(dice)
        arranger, wishes = Arranger(room, 0, policy=EXACT, span=24), []
        for number in range(9):
            wish = small_wish(dice, room)
            party = arranger.party("\0newcomer", wish)
            if not party.options:
                continue
            found = settle_by_cases(arranger.plan, party, 0, Limits())
            assert isinstance(found, dict) == can_all_sit(room, [*wishes, wish])
            if isinstance(found, Refuted):
                assert refutes(room, arranger.sittings.values(), newcomer_of(wish), found.proof)
            else:
                decision = arranger.decide(wish)
                arranger.seat(f"r{number}", wish, decision)
                wishes.append(wish)


def mirrored_room(dice):
    """Pairs that cannot be told apart, so that the programme takes their tables as one place."""
    pairs, loose = dice.randint(1, 2), dice.randint(0, 2)
    kinds = [(f"p{pair}{side}", 1, 2) for pair in range(pairs) for side in "ab"]
    kinds += [(f"l{number}", 1, dice.choice((2, 4))) for number in range(loose)]
    tables = tuple(Table(id, AREAS[0], least, most) for id, least, most in kinds)
    combinations = tuple(Combination(f"c{pair}", (f"p{pair}a", f"p{pair}b"), 3, 4) for pair in range(pairs))
    return Room(tables, combinations, (DurationBand(None, 60),))


@pytest.mark.parametrize("seed", range(12))
def test_tables_that_are_alike_are_given_and_refused_rightly(seed):
    dice = random.Random(f"mirrors {seed}")
    for _room in range(8):
        room = mirrored_room(dice)
        arranger, wishes = Arranger(room, 0, policy=EXACT, span=24), []
        for number in range(11):
            start, lock = dice.randint(0, 7), dice.choice(room.units).id if dice.random() < 0.15 else None
            wish = Request(range(start, start + dice.randint(1, 5)), dice.randint(1, 4), None, lock)
            party = arranger.party("\0newcomer", wish)
            if not party.options:
                continue
            found = settle_by_cases(arranger.plan, party, 0, Limits())
            assert isinstance(found, dict) == can_all_sit(room, [*wishes, wish]), (room, wishes, wish)
            if isinstance(found, Refuted):
                assert refutes(room, arranger.sittings.values(), newcomer_of(wish), found.proof)
                continue
            units = arranger.floor.units
            moves = arranger.plan.moves({id: unit for id, unit in found.items() if id != party.id})
            arranger.seat(f"r{number}", wish, Seated(units[found[party.id]], moves))
            wishes.append(wish)


@pytest.mark.parametrize("seed", range(8))
def test_the_longest_chains_are_looked_for_wherever_they_may_be(seed):
    """Guarded answers are those of every chain tried, whatever is remembered of earlier refusals."""
    dice = random.Random(f"chains {seed}")
    for _room in range(8):
        room = small_room(dice)
        arranger = Arranger(room, 0, policy=GUARDED, span=24)
        for number in range(10):
            wish = small_wish(dice, room)
            if arranger.sittings and dice.random() < 0.2:
                arranger.remove(dice.choice(sorted(arranger.sittings)))
            decision = arranger.decide(wish)
            party = arranger.party("\0newcomer", wish)
            close = tuple(u for u in party.options if arranger.floor.units[u].max_covers - wish.covers <= 1)
            is_free = arranger.plan.free_unit(party) is not None
            lengths = range(arranger.policy.moves_for(wish.covers) + 1)
            assert isinstance(decision, Seated) == (is_free or chain(arranger.plan, party, close, lengths) is not None)
            if isinstance(decision, Seated):
                arranger.seat(f"r{number}", wish, decision)


@pytest.mark.parametrize("seed", range(8))
def test_chains_of_two_are_found_whenever_two_moves_are_enough(seed):
    dice = random.Random(f"pairs {seed}")
    for _room in range(4):
        room = small_room(dice)
        arranger = Arranger(room, 0, policy=GUARDED, span=24)
        for number in range(9):
            wish = small_wish(dice, room)
            party = arranger.party("\0newcomer", wish)
            found = chain(arranger.plan, party, party.options, range(3))
            assert (found is not None) == two_moves_are_enough(arranger.plan, party)
            decision = arranger.decide(wish)
            if isinstance(decision, Seated):
                arranger.seat(f"r{number}", wish, decision)


def two_moves_are_enough(plan: Plan, newcomer: Party) -> bool:
    """Every way of moving nobody, one or two, tried in turn."""
    parties = list(plan.parties.values())
    for movers in (movers for count in range(3) for movers in combinations(parties, count)):
        for units in product(newcomer.options, *(party.options for party in movers)):
            given = dict(zip((newcomer.id, *(party.id for party in movers)), units, strict=True))
            seats = [(party, given.get(party.id, plan.seat_of[party.id])) for party in parties]
            if is_sound(plan, [(newcomer, given[newcomer.id]), *seats]):
                return True
    return False


def is_sound(plan: Plan, seats: list[tuple[Party, int]]) -> bool:
    masks = plan.floor.masks
    return not any(
        one.meets(other.first, other.end) and masks[unit] & masks[others]
        for (one, unit), (other, others) in combinations(seats, 2)
    )


def test_thirds_prove_what_they_say_and_no_more():
    room = Room((TWO, FOUR), (), (DurationBand(None, 60),))
    sittings = [Sitting(id, range(4), 2, "two") for id in "ab"]
    asked = newcomer_of(Request(range(4), 2))
    cells = frozenset({("two", 0), ("four", 0)})
    assert not refutes(room, sittings[:1], asked, Prices({}, (Half(1, frozenset("a"), cells, 3),)))
    assert not refutes(room, sittings[:1], asked, Prices({}, (Half(1, frozenset(), cells, 0),)))
    assert not refutes(room, sittings[:1], asked, Prices({}, (Half(1, frozenset(), cells, -1),)))
    named = frozenset({"a", "b", "\0newcomer"})
    assert refutes(room, sittings, asked, Prices({}, (Half(1, named, frozenset(), 3, frozenset(), cells),)))
    assert not refutes(room, sittings[:1], asked, Prices({}, (Half(1, named, frozenset(), 3, frozenset(), cells),)))


@pytest.mark.parametrize("policy", [BEST_FIT, GUARDED, EXACT], ids=lambda policy: policy.name)
@pytest.mark.parametrize("seed", range(15))
def test_the_grid_says_what_writing_accepts(seed, policy):
    dice = random.Random(f"grid {seed}")
    room = small_room(dice)
    arranger = Arranger(room, 0, policy=policy, span=24)
    for number in range(12):
        wish = small_wish(dice, room)
        decision = arranger.decide(wish)
        if isinstance(decision, Seated):
            arranger.seat(f"r{number}", wish, decision)
    survey = Survey(arranger)
    for start in range(10):
        for covers in range(1, 9):
            for area in (None, *AREAS):
                asked = Request(range(start, start + 4), covers, area)
                assert isinstance(survey.decide(asked), Seated) == isinstance(arranger.decide(asked), Seated)


# --- the guard ------------------------------------------------------------------------------------------------

TWO, FOUR, OTHER = Table("two", "salle", 1, 2), Table("four", "salle", 1, 4), Table("other", "salle", 1, 4)


def arranged(policy, *sittings, tables=(TWO, FOUR)):
    return Arranger(Room(tuple(tables), (), (DurationBand(None, 60),)), 0, sittings, policy, span=24)


def test_it_moves_a_small_party_for_one_that_fits():
    arranger = arranged(GUARDED, Sitting("small", range(4), 2, "four"))
    decision = arranger.decide(Request(range(4), 4))
    assert decision == Seated(arranger.floor.units[1], (("small", "four", "two"),))


def test_the_guard_moves_nobody_for_a_party_that_leaves_many_seats():
    taken = Sitting("early", range(4), 1, "two"), Sitting("late", range(2, 6), 2, "four")
    asked = Request(range(4, 8), 1)
    assert isinstance(arranged(GUARDED, *taken).decide(asked), Seated)
    blocked = Sitting("next", range(6, 9), 1, "two"), Sitting("late", range(2, 6), 2, "four")
    assert isinstance(arranged(replace(GUARDED, spare_seats=0), *blocked).decide(Request(range(2, 8), 1)), Unseated)


def test_one_may_move_for_every_three_who_come():
    assert [GUARDED.moves_for(covers) for covers in range(1, 11)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 3]
    assert replace(GUARDED, moves=1).moves_for(8) == 1


def test_it_never_moves_who_must_stay():
    for policy in (GUARDED, EXACT):
        seated = Sitting("seated", range(4), 2, "four", is_fixed=True)
        assert isinstance(arranged(policy, seated).decide(Request(range(4), 4)), Unseated)
        locked = Sitting("locked", range(4), 2, "four", lock="four")
        assert isinstance(arranged(policy, locked).decide(Request(range(4), 4)), Unseated)


@pytest.mark.parametrize(("moves", "answer"), [(1, Unseated), (2, Seated)])
def test_the_guard_moves_no_more_than_it_may(moves, answer):
    tables = Table("a", "salle", 1, 4), Table("b", "salle", 3, 5), Table("c", "salle", 5, 6)
    taken = Sitting("x", range(4), 4, "b"), Sitting("y", range(4), 5, "c")
    arranger = arranged(replace(GUARDED, moves=moves), *taken, tables=tables)
    assert isinstance(arranger.decide(Request(range(4), 6)), answer)


def test_best_fit_moves_nobody():
    assert isinstance(arranged(BEST_FIT, Sitting("s", range(4), 2, "four")).decide(Request(range(4), 4)), Unseated)


@pytest.mark.parametrize("name", KINDS)
def test_guarded_moves_few_for_close_fits_only_and_its_plans_hold(name):
    played = scenario(name, 7, 1.0)
    lines = [json.dumps({"op": "room", "room": played["room"]}), *map(json.dumps, played["events"])]
    sizes = {unit["id"]: unit["max_covers"] for unit in [*played["room"]["tables"], *played["room"]["combinations"]]}
    for event, line in zip(played["events"], list(drive(lines, GUARDED))[1:], strict=True):
        answer = json.loads(line)
        if answer.get("moves"):
            assert len(answer["moves"]) <= GUARDED.moves_for(event["party"])
            assert sizes[answer["plan"][event["id"]]] - event["party"] <= 1


# --- believing nothing ----------------------------------------------------------------------------------------


def test_a_plan_is_looked_at_again():
    room = Room((TWO, FOUR), (Combination("both", ("two", "four"), 5, 6),), (DurationBand(None, 60),))
    good = Sitting("a", range(4), 2, "two"), Sitting("b", range(4, 8), 6, "both")
    assert not list(faults(room, good))
    for bad in (
        replace(good[1], quarters=range(3, 7)), replace(good[0], covers=3), replace(good[0], area="terrasse"),
        replace(good[0], lock="four"), replace(good[0], unit="nowhere"),
    ):  # fmt: skip
        others = [each for each in good if each.id != bad.id]
        assert list(faults(room, [*others, bad])), bad


def test_an_unsound_answer_is_never_written():
    arranger = arranged(GUARDED, Sitting("small", range(4), 2, "four"))
    with pytest.raises(UnsoundPlan):
        arranger.seat("r", Request(range(4), 4), Seated(arranger.floor.units[1]))


def test_false_proofs_prove_nothing():
    room = Room((TWO, FOUR), (), (DurationBand(None, 60),))
    sittings, asked = [Sitting("a", range(4), 2, "two")], newcomer_of(Request(range(4), 2))
    for proof in (
        Prices({}),
        Prices({("two", 0): 1, ("four", 0): 1}),
        Prices({("two", 0): -1}),
        Prices({("two", 0): 0.5}),
        Prices({}, (Half(1, frozenset({"a"}), frozenset({("two", 0), ("four", 0)})),)),
        Split("nobody", ()),
        Split("a", ((frozenset({"two"}), Prices({})),)),
        Split("a", ()),
    ):
        assert not refutes(room, sittings, asked, proof)


def test_a_question_that_cannot_be_settled_in_time_is_undecided_and_never_refused():
    arranger = arranged(EXACT, Sitting("a", range(4), 3, "four"), Sitting("b", range(4), 2, "two"))
    party = arranger.party("\0newcomer", Request(range(4), 2))
    assert isinstance(settle_by_cases(arranger.plan, party, 0, Limits(programmes=0)), Undecided)


# --- alone ----------------------------------------------------------------------------------------------------

SERVE = (
    "import sys, runpy; sys.argv = ['seating', 'serve', '--policy', 'exact']; "
    "runpy.run_module('app.booking.seating', run_name='__main__'); "
    "heavy = {'flask', 'sqlalchemy', 'highspy', 'numpy'} & {name.split('.')[0] for name in sys.modules}; "
    "assert not heavy, heavy"
)


def test_the_engine_is_served_without_flask_or_sqlalchemy():
    played = scenario("bistro", 1, 0.2)
    lines = [
        json.dumps({"op": "room", "room": played["room"]}),
        *map(json.dumps, played["events"]),
        '{"op": "grid", "parties": [2]}',
    ]
    ran = subprocess.run(
        [sys.executable, "-c", SERVE], check=False, input="\n".join(lines), capture_output=True, text=True, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert "grid" in answers[-1]


@pytest.mark.parametrize("locale", [{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "utf-8:strict"}])
def test_what_is_served_is_utf_8_whatever_the_locale(locale):
    room = json.dumps({"op": "room", "room": scenario("bistro", 1, 0.2)["room"]}).encode()
    lines = [
        b'{"op": "cancel", "id": "\xe9"}',
        room,
        b'{"op": "cancel", "id": "Z\xc3\xa9lie"}\r',
        b"\xff",
        b"{}",
        b"NaN",
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "app.booking.seating", "serve"],
        check=False, input=b"\n".join(lines), capture_output=True, cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "0"} | locale,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    answers = [json.loads(line) for line in ran.stdout.decode().splitlines()]
    assert answers[1:3] == [{"ok": True}, {"answer": "unknown"}]
    for place, word in ((0, "UTF-8"), (3, "UTF-8"), (4, "op : "), (5, "NaN")):
        assert word in answers[place]["error"]
