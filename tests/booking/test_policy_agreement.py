"""Whatever happened before, what the house shows and what it does agree, under each policy, for guests and at the door."""

import random

import pytest

from app.booking import queries, service
from app.booking.models import Reservation
from app.booking.seating import STAFF, Placement, feasible, nearest, times_left, times_on
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, SMALL, TESTS, details, open_house, tables, wish
from tests.booking.soundness import unsound

TIMES = ("19:00", "19:30", "19:45", "20:15", "21:00", "21:45")
ROOM = {
    **SMALL["room"],
    "areas": ["salle", "terrasse"],
    "tables": [
        {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2},
        {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 4},
        {"id": "3", "area": "terrasse", "min_covers": 2, "max_covers": 4},
        {"id": "4", "area": "terrasse", "min_covers": 1, "max_covers": 2},
    ],
    "combinations": [{"id": "1+2", "tables": ["1", "2"], "min_covers": 4, "max_covers": 6}],
}
POLICIES = ["best_fit", "guarded", "exact"]


def shown(house, covers):
    """The times the page shows, the count of the calendar and the nearest ones: all the same."""
    read, day = queries.house_of(house), wish().service_date
    on = queries.day_of(read, day)
    free = {offer.slot.local_time for offer in times_on(on, covers) if offer.is_free}
    assert times_left(on, covers) == queries.times_left_on(read, day, day, covers)[day] == len(free)
    assert {offer.slot.local_time for offer in nearest(on, covers, wish().local_time, 99)} == free
    return free


def done(act):
    """Whether the house did it; a refusal leaves nothing behind."""
    try:
        with transaction():
            act()
    except service.TimeTaken:
        return False
    return True


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", range(4))
def test_a_busy_saturday(app, policy, seed):
    """Guests book, move and leave at random; before each act the page says how it will end."""
    chance = random.Random(f"{policy} {seed}")
    shifts = [{**SMALL["shifts"][1], "pacing_covers": 14}]
    house = open_house(room=ROOM, booking={**SMALL["booking"], "policy": policy}, shifts=shifts)
    units, known = list(tables(house).values()), []
    for number in range(30):
        covers, at = chance.choice([1, 2, 2, 2, 3, 4, 5, 6]), f"{SATURDAY} {chance.choice(TIMES)}"
        act, asked = chance.choice(["book"] * 4 + ["move", "cancel"]), wish(at, covers)
        if act == "cancel" and known:
            leaving = known.pop(chance.randrange(len(known)))
            with transaction():
                service.cancel_reservation(db.session.get_one(Reservation, leaving), actor=TESTS, reason="")
        elif act == "move" and known:
            moving = db.session.get_one(Reservation, chance.choice(known))
            unit = chance.choice([None, None, *units])
            asked = wish(at, covers, **({"unit": unit} if unit else {}))
            on = queries.day_without(queries.house_of(house), asked.service_date, moving.id)
            says = isinstance(feasible(on, asked.local_time, covers, lock=unit, permit=STAFF), Placement)
            id_ = moving.id

            def move(id_=id_, asked=asked):
                service.move_seen_reservation(db.session.get_one(Reservation, id_), asked, actor=TESTS, permit=STAFF)

            assert done(move) == says
        else:
            says = asked.local_time in shown(house, covers)

            def book(asked=asked, number=number):
                made = service.reserve(house, asked, details(email=f"{number}@example.org"), actor=TESTS)
                known.append(made.id)

            assert done(book) == says
        assert unsound() == []
    assert known


@pytest.mark.parametrize("policy", POLICIES)
def test_at_the_door_too(app, policy, at):
    """A coming couple gives the large table up for a party of four at the door, where others may be moved."""
    room = {**ROOM, "tables": ROOM["tables"][:2], "combinations": []}
    house = open_house(room=room, booking={**SMALL["booking"], "policy": policy})
    first, second = (_promised(house, f"{SATURDAY} 20:15", f"{number}@example.org") for number in range(2))
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, first), actor=TESTS, reason="")
    at(f"{SATURDAY} 19:00")
    answer = service.answer_at_door(house, 4)
    assert answer.is_now is (policy != "best_fit")
    try:
        with transaction():
            party = service.seat_walk_in(house, 4, actor=TESTS)
            assert party.table_codes() == "2"
    except RuleBroken:
        assert policy == "best_fit"
    tables_now = db.session.get_one(Reservation, second, populate_existing=True).table_codes()
    assert tables_now == ("2" if policy == "best_fit" else "1")
    assert unsound() == []


def _promised(house, when, email):
    with transaction():
        return service.reserve(house, wish(when), details(email=email), actor=TESTS).id
