"""How a house seats its guests: a policy for all, another for one shift, the limits of both, and who is never moved."""

import copy
import json
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.booking import queries, service
from app.booking.exchange import FileRefused, dump, parse
from app.booking.models import Reservation, ReservationState
from app.booking.seating import Placement, feasible
from app.booking.service.room import apply_establishment_file, establishment_file
from app.booking.settings import KEPT_BEFORE, MOST_MOVES, SPARE_SEATS
from app.kernel import settings
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise, tables, wish
from tests.booking.settings_pages import ROOT, house_now
from tests.booking.soundness import unsound

ROOM = {
    **SMALL["room"],
    "tables": [
        {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2},
        {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 4},
    ],
    "combinations": [],
}
NOON, EVENING = f"{SATURDAY} 12:00", f"{SATURDAY} 19:30"


def house_of(policy, *, dinner=None):
    shifts = copy.deepcopy(SMALL["shifts"])
    if dinner:
        shifts[1]["policy"] = dinner
    return open_house(room=ROOM, booking={**SMALL["booking"], "policy": policy}, shifts=shifts)


def couple_at_the_large_table(house, at=EVENING, **more):
    """Two couples fill the house, then the one at the small table goes."""
    first, second = promise(house, at, email="un@example.org"), promise(house, at, email="deux@example.org", **more)
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, first.id), actor=TESTS, reason="")
    assert table_of(second) == "2"
    return second


def table_of(reservation):
    db.session.rollback()
    return db.session.get_one(Reservation, reservation.id, populate_existing=True).table_codes()


def keep(house, setting, value):
    with transaction():
        settings.change(setting, str(value), level="establishment", holder=str(house.id))


def is_listed(house, covers, at):
    """What the page shows, and what the calendar counts."""
    read, asked = queries.house_of(house), wish(at, covers)
    day = queries.day_of(read, asked.service_date)
    listed = sum(isinstance(feasible(day, slot, covers), Placement) for slot in day.slots)
    assert queries.times_left_on(read, asked.service_date, asked.service_date, covers)[asked.service_date] == listed
    return isinstance(feasible(day, asked.local_time, covers), Placement)


def agreed(house, covers, at=EVENING):
    """Whether the house takes them: listing, writing and drag must say the same."""
    listed = is_listed(house, covers, at)
    try:
        promise(house, at, covers, email="quatre@example.org")
    except service.TimeTaken:
        assert not listed
        return False
    assert listed
    assert unsound() == []
    return True


# --- of the house and of the shift ------------------------------------------------------------------------------


@pytest.mark.parametrize(("policy", "moves"), [("best_fit", False), ("guarded", True), ("exact", True)])
def test_the_policy_of_the_house_holds_for_every_shift(app, policy, moves):
    house = house_of(policy)
    for at in (NOON, EVENING):
        couple_at_the_large_table(house, at)
        assert agreed(house, 4, at) is moves


def test_a_shift_may_have_its_own(app):
    house = house_of("best_fit", dinner="guarded")
    couple_at_the_large_table(house, NOON)
    assert not agreed(house, 4, NOON)
    couple_at_the_large_table(house, EVENING)
    assert agreed(house, 4, EVENING)


def test_a_shift_may_move_nobody_in_a_house_that_does(app):
    house = house_of("exact", dinner="best_fit")
    couple_at_the_large_table(house, EVENING)
    assert not agreed(house, 4, EVENING)
    couple_at_the_large_table(house, NOON)
    assert agreed(house, 4, NOON)


def test_the_guests_of_a_shift_that_moves_nobody_are_not_moved_for_the_next_one(app):
    late_lunch = {**SMALL["shifts"][0], "last": "17:30", "policy": "best_fit"}
    early_dinner = {**SMALL["shifts"][1], "first": "18:00", "pacing_covers": None}
    house = open_house(room=ROOM, booking={**SMALL["booking"], "policy": "exact"}, shifts=[late_lunch, early_dinner])
    couple_at_the_large_table(house, f"{SATURDAY} 17:30")
    assert not agreed(house, 4, f"{SATURDAY} 18:00")


def test_the_file_carries_the_policy_of_a_shift_both_ways(app):
    house = house_of("exact", dinner="guarded")
    written = dump(establishment_file(house))
    assert [shift.get("policy") for shift in json.loads(written)["shifts"]] == [None, "guarded"]
    with transaction():
        apply_establishment_file(parse(written), actor=TESTS)
    assert dump(establishment_file(house)) == written
    assert queries.house_of(house).policy.name == "exact"


@pytest.mark.parametrize("word", ["", "best", 3, ["exact"]])
def test_a_file_with_another_policy_is_refused_and_names_the_place(word):
    described = copy.deepcopy(SMALL)
    described["shifts"][1]["policy"] = word
    with pytest.raises(FileRefused) as refused:
        parse(json.dumps(described))
    assert [error.place for error in refused.value.errors] == ["shifts[1].policy"]


# --- the limits ---------------------------------------------------------------------------------------------------


def test_the_seats_left_empty_have_a_limit_of_the_house_s_own(app):
    house = house_of("guarded")
    keep(house, SPARE_SEATS, 0)
    couple_at_the_large_table(house)
    assert not is_listed(house, 3, EVENING)
    keep(house, SPARE_SEATS, 1)
    assert agreed(house, 3)


def test_exact_knows_no_such_limit(app):
    house = house_of("exact")
    keep(house, SPARE_SEATS, 0)
    couple_at_the_large_table(house)
    assert agreed(house, 3)


def test_the_moves_have_a_limit_of_the_house_s_own(app):
    """Six need the table for six; who sits there needs that for four, whose couple finds the one for two free."""
    three = [{"id": str(n), "area": "salle", "min_covers": 1, "max_covers": 2 * n} for n in (1, 2, 3)]
    dinner = {**SMALL["shifts"][1], "pacing_covers": None}
    house = open_house(
        room={**ROOM, "tables": three}, booking={**SMALL["booking"], "policy": "guarded"}, shifts=[dinner]
    )
    made = [promise(house, covers=covers, email=f"{covers}{n}@example.org") for n, covers in enumerate((2, 2, 3))]
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, made[0].id), actor=TESTS, reason="")
    assert [table_of(each) for each in made[1:]] == ["2", "3"]
    keep(house, MOST_MOVES, 1)
    assert not is_listed(house, 6, EVENING)
    keep(house, MOST_MOVES, 2)
    assert agreed(house, 6)
    assert [table_of(each) for each in made[1:]] == ["1", "2"]


def test_who_arrives_soon_is_left_alone_for_as_long_as_the_house_says(app, at):
    house = house_of("guarded")
    couple_at_the_large_table(house)
    at(f"{SATURDAY} 17:00")
    keep(house, KEPT_BEFORE, 180)
    assert not is_listed(house, 4, EVENING)
    keep(house, KEPT_BEFORE, 120)
    assert is_listed(house, 4, EVENING)


# --- who is never moved -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["guarded", "exact"])
@pytest.mark.parametrize("state", [ReservationState.ARRIVED, ReservationState.SEATED])
def test_who_is_in_the_house_is_not_moved(app, policy, state):
    house = house_of(policy)
    couple = couple_at_the_large_table(house)
    with transaction():
        db.session.execute(sa.update(Reservation).where(Reservation.id == couple.id).values(state=state))
    assert not agreed(house, 4)
    assert table_of(couple) == "2"


@pytest.mark.parametrize("policy", ["guarded", "exact"])
def test_who_chose_a_table_keeps_it(app, policy):
    house = house_of(policy)
    couple = couple_at_the_large_table(house, unit=tables(house)["2"])
    assert not agreed(house, 4)
    assert table_of(couple) == "2"


@pytest.mark.parametrize("policy", ["guarded", "exact"])
def test_whom_staff_seated_by_hand_keep_their_table(app, policy):
    house = house_of(policy)
    couple = promise(house)
    assert table_of(couple) == "1"
    with transaction():
        kept = db.session.get_one(Reservation, couple.id)
        service.give_tables(kept, [UUID(tables(house)["2"])], actor=TESTS)
    assert not agreed(house, 4)
    assert table_of(couple) == "2"


# --- the pages ----------------------------------------------------------------------------------------------------


def test_the_manager_chooses_policy_and_limits(app, visit, cast):
    house = house_of("best_fit")
    page = visit(cast.chloe).see(f"{ROOT}/regles")
    page.submit("#edit-form", engine="exact", spare_seats="2", most_moves="3", kept_before="90")
    holder = str(house.id)
    kept = [setting.value(establishment=holder) for setting in (SPARE_SEATS, MOST_MOVES, KEPT_BEFORE)]
    assert (house_now(house).policy.name, kept) == ("exact", [2, 3, 90])


def test_limits_out_of_bounds_are_refused_beside_their_field(app, visit, cast):
    house_of("best_fit")
    page = visit(cast.chloe).see(f"{ROOT}/regles").submit("#edit-form", spare_seats="21", most_moves="0")
    assert page.status == 422
    assert page.has("#spare_seats-error")
    assert page.has("#most_moves-error")


def test_the_manager_gives_a_shift_its_own_policy_and_takes_it_back(app, visit, cast):
    house = house_of("guarded")
    dinner = next(shift for shift in queries.rooms.weekly_shifts_of(house) if shift.name == "Dîner")
    manager = visit(cast.chloe)
    manager.see(f"{ROOT}/services/{dinner.id}").submit("#edit-form", policy="exact")
    assert [shift.policy for shift in house_now(house).opening.shifts] == [None, "exact"]
    assert "Ne refuser que l’impossible" in manager.see(f"{ROOT}/services").text
    manager.see(f"{ROOT}/services/{dinner.id}").submit("#edit-form", policy="")
    assert [shift.policy for shift in house_now(house).opening.shifts] == [None, None]
    refused = manager.see(f"{ROOT}/services/{dinner.id}").submit("#edit-form", policy="spread")
    assert refused.status == 422


def test_an_exceptional_day_has_shifts_of_its_own_policy(app):
    described = copy.deepcopy(SMALL["shifts"][1])
    del described["weekdays"]
    house = open_house(room=ROOM, exceptional=[{"date": SATURDAY, "shifts": [{**described, "policy": "guarded"}]}])
    couple_at_the_large_table(house)
    assert agreed(house, 4)
    assert queries.house_of(house).opening.exceptional_days[0].date == date.fromisoformat(SATURDAY)
