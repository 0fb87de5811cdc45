"""What a change of the house breaks, told before anything is saved. Pure: no database."""

from dataclasses import replace
from datetime import date, time
from uuid import uuid4

import pytest

from app.booking.impact import Break, Plan, Promise, Why, breaks
from app.booking.opening import Closure, DurationBand, ExceptionalDay, Opening, Shift, instant_of
from app.booking.seating import Combination, Room, Table

SATURDAY = date(2026, 3, 14)
EVERY_DAY = frozenset(range(1, 8))
DINNER = Shift("d", "Dîner", EVERY_DAY, time(19), time(1))
OPENING = Opening("Europe/Paris", 15, (DINNER,))
ROOM = Room(
    (Table("1", "salle", 1, 2), Table("2", "salle", 2, 4), Table("3", "terrasse", 2, 4)),
    (Combination("1+2", ("1", "2"), 5, 6),),
    (DurationBand(None, 90),),
)
HOUSE = Plan(OPENING, ROOM)


def promise(at=time(20), covers=2, tables=("1",), **more) -> Promise:
    minutes = at.hour * 60 + at.minute + (1440 if at.hour < 12 else 0)
    return Promise(
        id=uuid4(),
        reference="K7M2QXA",
        guest_name="Alice Durand",
        service_date=SATURDAY,
        local_time=at,
        starts_at=instant_of("Europe/Paris", SATURDAY, minutes),
        covers=covers,
        tables=frozenset(tables),
        tables_named=" + ".join(tables),
        **more,
    )


def reasons(after: Plan, *promises: Promise, before: Plan = HOUSE) -> list[Why]:
    return [harm.why for broken in breaks(before, after, promises) for harm in broken.harms]


def room(*tables: Table, combinations=()) -> Plan:
    return Plan(OPENING, replace(ROOM, tables=tables, combinations=combinations))


def hours(**changes) -> Plan:
    return Plan(replace(OPENING, **changes), ROOM)


def test_what_does_not_change_breaks_nothing():
    assert breaks(HOUSE, HOUSE, [promise(), promise(time(0, 30)), promise(covers=6, tables=("1", "2"))]) == []


def test_a_table_taken_out_of_service():
    assert reasons(room(*ROOM.tables[1:]), promise()) == [Why.TABLE_GONE]


def test_a_combination_taken_away():
    assert reasons(room(*ROOM.tables), promise(covers=6, tables=("1", "2"))) == [Why.COMBINATION_GONE]


def test_a_table_that_became_too_small_or_too_large():
    smaller = room(Table("1", "salle", 1, 1), *ROOM.tables[1:])
    larger = room(Table("1", "salle", 3, 4), *ROOM.tables[1:])
    assert reasons(smaller, promise()) == [Why.TOO_SMALL]
    assert reasons(larger, promise()) == [Why.TOO_LARGE]


def test_a_table_that_left_the_wished_area():
    moved = room(*ROOM.tables[:2], Table("3", "salle", 2, 4))
    assert reasons(moved, promise(tables=("3",), area="terrasse")) == [Why.AREA]
    assert reasons(moved, promise(tables=("3",))) == []


def test_a_unit_given_against_its_size_is_not_told():
    assert reasons(room(Table("1", "salle", 1, 1), *ROOM.tables[1:]), promise(is_unfit_on_purpose=True)) == []


def test_a_closure_and_its_reason():
    (broken,) = breaks(HOUSE, hours(closures=(Closure(SATURDAY, SATURDAY, "Noël"),)), [promise()])
    assert [harm.why for harm in broken.harms] == [Why.CLOSURE]
    assert broken.harms[0].values == {"reason": "Noël"}


@pytest.mark.parametrize(
    "changes",
    [{"shifts": (replace(DINNER, weekdays=frozenset({1})),)}, {"exceptional_days": (ExceptionalDay(SATURDAY),)}],
)
def test_a_day_that_is_no_longer_open(changes):
    assert reasons(hours(**changes), promise()) == [Why.CLOSED_DAY]


def test_a_time_no_longer_offered_past_midnight_too():
    earlier = hours(shifts=(replace(DINNER, last=time(23)),))
    assert reasons(earlier, promise(time(0, 30)), promise(time(23))) == [Why.TIME_GONE]
    assert reasons(hours(slot_minutes=30), promise(time(19, 15)), promise(time(19, 30))) == [Why.TIME_GONE]


def test_another_zone_moves_the_instant_of_the_same_hour():
    assert reasons(hours(zone="Indian/Reunion"), promise(), promise(time(0, 30))) == [Why.ZONE, Why.ZONE]
    assert reasons(hours(zone="Europe/Brussels"), promise()) == []


def test_longer_stays_break_nothing():
    longer = replace(ROOM, durations=(DurationBand(None, 240),), turnover_minutes=30)
    assert breaks(HOUSE, Plan(OPENING, longer), [promise()]) == []


def test_what_was_broken_before_is_not_told_again():
    closed = hours(closures=(Closure(SATURDAY, SATURDAY, ""),))
    smaller = Plan(closed.opening, room(Table("1", "salle", 1, 1), *ROOM.tables[1:]).room)
    assert reasons(smaller, promise(), before=closed) == [Why.TOO_SMALL]


def test_every_reason_is_said_in_a_sentence(app):
    moved = Plan(replace(OPENING, zone="Indian/Reunion", slot_minutes=45), room(*ROOM.tables[1:]).room)
    broken: Break = breaks(HOUSE, moved, [promise(time(19, 15))])[0]
    assert broken.sentence.replace("\u202f", " ") == (
        "la table 1 n’est plus en service ; cet horaire n’est plus proposé ; "
        "l’heure promise change de fuseau : Europe/Paris → Indian/Reunion"
    )
