"""What makes no sense in a room or its hours is refused where it was typed, or shown with what it would break."""

import pytest
import sqlalchemy as sa

from app.booking.exchange import FileRefused
from app.booking.models import Combination, Shift, Table
from app.kernel.db import db
from tests.booking.houses import SMALL, open_house, promise
from tests.booking.settings_pages import ROOT, house_now, one

COUPLE_UP = {
    **SMALL["room"],
    "tables": [{**table, "min_covers": 2} for table in SMALL["room"]["tables"][:2]],
    "combinations": [],
}


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


def places(**changed):
    with pytest.raises(FileRefused) as refused:
        open_house(**changed)
    return [error.place for error in refused.value.errors]


# --- combinations ---------------------------------------------------------------------------------------------


def join(manager, *codes, **typed):
    ids = [str(one(Table, code=code).id) for code in codes]
    wanted = {"code": "A", "tables": ids, "min_covers": "2", "max_covers": "4", **typed}
    return manager.see(f"{ROOT}/regroupements/nouveau").submit("#edit-form", **wanted)


def test_two_combinations_of_the_same_tables_are_refused(manager):
    page = join(manager, "4", "3", max_covers="8")
    assert (page.status, page.has("#tables-error")) == (409, True)
    assert "Le regroupement « 3+4 » réunit déjà ces tables" in page.text
    room = {
        **SMALL["room"],
        "combinations": [*SMALL["room"]["combinations"], {**SMALL["room"]["combinations"][0], "id": "4+3"}],
    }
    assert places(room=room) == ["room.combinations[1].tables"]


def test_combinations_may_share_a_table(manager):
    assert join(manager, "2", "3").status == 200
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Combination)) == 2


def test_a_combination_keeps_its_own_tables(manager):
    made = one(Combination)
    assert manager.see(f"{ROOT}/regroupements/{made.id}").submit("#edit-form", max_covers="7").status == 200


def test_a_table_is_not_joined_to_itself(manager):
    page = join(manager, "1", "1")
    assert (page.status, "au moins deux tables" in page.text) == (422, True)
    room = {**SMALL["room"], "combinations": [{**SMALL["room"]["combinations"][0], "tables": ["3", "3"]}]}
    assert places(room=room) == ["room.combinations[0].tables[1]"]


def test_a_combination_is_no_table(manager):
    room = {
        **SMALL["room"],
        "combinations": [
            SMALL["room"]["combinations"][0],
            {"id": "tout", "tables": ["1", "3+4"], "min_covers": 5, "max_covers": 9},
        ],
    }
    assert places(room=room)[0] == "room.combinations[1].tables[1]"


@pytest.mark.parametrize(("least", "most"), [("5", "4"), ("0", "4"), ("2", "99")])
def test_a_combination_has_a_least_and_a_most(manager, least, most):
    page = join(manager, "1", "2", min_covers=least, max_covers=most)
    assert page.status in (409, 422)
    assert page.has("#max_covers-error") or page.has("#min_covers-error")


def test_a_least_above_the_most_is_refused_on_its_line(manager):
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", **{"tables-2-min_covers": "5"})
    assert (page.status, page.has("#tables-2-max_covers-error")) == (422, True)
    room = {**SMALL["room"], "tables": [{**SMALL["room"]["tables"][0], "min_covers": 3}], "combinations": []}
    assert "room.tables[0].max_covers" in places(room=room)


# --- tables that hold reservations ----------------------------------------------------------------------------


def test_a_table_taken_away_shows_whom_it_was_promised_to(manager, house):
    made = promise(house)
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", **{"tables-0-is_active": []})
    assert (page.status, f"{made.reference} : la table 1 n’est plus en service" in page.text) == (409, True)
    assert one(Table, code="1").is_active


# --- hours ----------------------------------------------------------------------------------------------------


def test_a_pace_under_which_nobody_could_come_is_refused(visit, cast):
    open_house(room=COUPLE_UP)
    manager, dinner = visit(cast.chloe), one(Shift, name="Dîner").id
    for name in ("pacing_covers", "online_covers"):
        page = manager.see(f"{ROOT}/services/{dinner}").submit("#edit-form", **{name: "1"})
        assert (page.status, page.has(f"#{name}-error")) == (409, True), name
        assert "aucune table ne reçoit moins de 2 couverts" in page.text
    assert manager.see(f"{ROOT}/services/{dinner}").submit("#edit-form", online_covers="0").status == 200
    assert places(room=COUPLE_UP, shifts=[{**SMALL["shifts"][1], "pacing_covers": 1}]) == ["shifts[0].pacing_covers"]


def test_a_least_that_makes_a_pace_impossible_is_refused(visit, cast):
    house = open_house(shifts=[{**SMALL["shifts"][1], "pacing_covers": 2}])
    page = (
        visit(cast.chloe)
        .see(f"{ROOT}/salle")
        .submit(
            "#tables-form",
            **{
                "tables-0-min_covers": "3",
                "tables-0-max_covers": "4",
                "tables-1-min_covers": "3",
                "tables-1-max_covers": "4",
            },
        )
    )
    assert (page.status, "aucune table ne reçoit moins de 3 couverts" in page.text) == (409, True)
    assert house_now(house).room.smallest_party == 1


def test_a_shift_shorter_than_a_stay_is_taken_and_said(manager, house):
    lunch = one(Shift, name="Déjeuner").id
    page = manager.see(f"{ROOT}/services/{lunch}").submit("#edit-form", first="12:00", last="12:30", longest="120")
    assert page.status == 200
    said = "Une table ne sert qu’une fois"
    assert said in manager.see(f"{ROOT}/services/{lunch}").text
    assert said not in manager.see(f"{ROOT}/services/{one(Shift, name='Dîner').id}").text
    assert promise(house, "2026-03-14 12:30").table_codes() == "1"


@pytest.mark.parametrize("stay", ["0", "10", "735", "long"])
def test_a_stay_out_of_bounds_is_refused_on_its_line(manager, stay):
    dinner = one(Shift, name="Dîner").id
    page = manager.see(f"{ROOT}/services/{dinner}").submit("#edit-form", longest=stay)
    assert (page.status, page.has("#longest-error")) == (422, True)
