"""The drawing of the floor: laid out by itself, drawn by a manager, carried by the house's file."""

import json

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.booking.exchange import FileRefused, dump, parse
from app.booking.floor_plan import LARGEST, Drawing, Extent, Label, Place, Shape, Standing, Wall, planned
from app.booking.models import Area, Table
from app.booking.service.room import apply_establishment_file, establishment_file
from app.kernel import audit, topics
from app.kernel.db import db, transaction
from tests.booking.houses import SMALL, TESTS

PLAN = "/admin/reglages/salle/plan"
PLACE = {"shape": "round", "x": 300, "y": 200, "width": 90, "height": 90, "rotation": 0}
sizes = st.lists(st.integers(1, 20), min_size=1, max_size=60)


def tables_here():
    db.session.rollback()
    return list(db.session.scalars(sa.select(Table).order_by(Table.position).execution_options(populate_existing=True)))


def overlapping(one, other):
    return abs(one.x - other.x) * 2 < one.width + other.width and abs(one.y - other.y) * 2 < one.height + other.height


# --- laid out by itself ---------------------------------------------------------------------------------------


@given(sizes)
def test_tables_nobody_drew_stand_apart(covers):
    places = list(planned(Standing(str(n), size) for n, size in enumerate(covers)).places.values())
    assert len(places) == len(covers)
    assert not any(overlapping(one, other) for n, one in enumerate(places) for other in places[:n])


@given(sizes)
def test_a_new_table_stands_below_those_that_are_drawn(covers):
    drawn = Standing("drawn", 4, Place(Shape.SQUARE, 500, 400, 100, 100))
    places = planned([drawn, *(Standing(str(n), size) for n, size in enumerate(covers))]).places
    assert places["drawn"] == drawn.place
    assert not any(overlapping(drawn.place, place) for id, place in places.items() if id != "drawn")


@given(sizes)
def test_everything_is_shown(covers):
    plan = planned([Standing(str(n), size) for n, size in enumerate(covers)], Drawing((Wall(0, 0, 2000, 0),)))
    shown: Extent = plan.extent
    for place in plan.places.values():
        assert shown.x <= place.x - place.width / 2
        assert place.x + place.width / 2 <= shown.x + shown.width
        assert place.y + place.height / 2 <= shown.y + shown.height
    assert shown.x + shown.width >= 2000


# --- drawn by a manager ---------------------------------------------------------------------------------------


def test_a_manager_draws_the_floor_without_javascript(visit, cast, house):
    page = visit(cast.chloe).see(PLAN)
    words = {"labels-0-text": "Bar", "labels-0-x": "500", "labels-0-y": "50"}
    wall = {"walls-0-x1": "0", "walls-0-y1": "0", "walls-0-x2": "900", "walls-0-y2": "0"}
    seen = page.submit("#plan-form", **{"tables-0-x": "310", "tables-0-rotation": "45"}, **words, **wall)
    assert "Le plan est enregistré" in seen.text
    first = tables_here()[0]
    assert (first.place.x, first.place.rotation) == (310, 45)
    assert db.session.scalars(sa.select(Area)).one().drawing == Drawing((Wall(0, 0, 900, 0),), (Label("Bar", 500, 50),))


def test_tidying_forgets_the_places_and_keeps_the_walls(visit, cast, house):
    visitor = visit(cast.chloe)
    visitor.see(PLAN).submit(
        "#plan-form", **{"walls-0-x1": "0", "walls-0-y1": "0", "walls-0-x2": "9", "walls-0-y2": "0"}
    )
    visitor.see(PLAN).submit("#plan-form", button="tidy=1")
    assert {table.place for table in tables_here()} == {None}
    assert db.session.scalars(sa.select(Area)).one().drawing.walls == (Wall(0, 0, 9, 0),)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"tables-1-x": "99999"}, "Table 2, De la gauche"),
        ({"tables-0-width": "2"}, "Table 1, Largeur"),
        ({"tables-0-rotation": "360"}, "Table 1, Tournée de"),
        ({"tables-0-x": "à gauche"}, "Indiquez un nombre entier"),
        ({"walls-0-x1": "10"}, "Mur 1"),
        ({"walls-1-x1": "1", "walls-1-y1": "1", "walls-1-x2": "1", "walls-1-y2": "1"}, "Ce mur n’a pas de longueur"),
        ({"labels-0-text": "Bar"}, "Mot 1"),
    ],
)
def test_bad_numbers_are_refused_with_the_place_named(visit, cast, house, typed, said):
    page = visit(cast.chloe).see(PLAN).submit("#plan-form", **typed)
    assert page.status == 422
    assert said in page.text
    assert {table.place for table in tables_here()} == {None}


def test_a_forged_shape_or_table_is_refused(visit, cast, house):
    visitor = visit(cast.chloe)
    sent = visitor.see(PLAN).fields("#plan-form")
    assert visitor.post(PLAN, data={**sent, "tables-0-shape": "star"}).status_code == 422
    forged = {**sent, "tables-0-id": "00000000-0000-0000-0000-000000000000"}
    assert visitor.post(PLAN, data=forged).status_code == 409
    assert visitor.get(f"{PLAN}?espace=x").status_code == 404
    assert {table.place for table in tables_here()} == {None}


def test_drawing_is_told_in_the_trail_and_to_open_rooms(visit, cast, house):
    before = topics.version(f"reservations:{house.id}")
    visit(cast.chloe).see(PLAN).submit("#plan-form", **{"tables-0-x": "310"})
    entry = audit.entries_on("Establishment", house.id)[0]
    assert entry.details["what"] == "le plan de la salle"
    assert entry.changes["place:1"][1].endswith("0°")
    assert topics.version(f"reservations:{house.id}") == before + 1


def test_a_table_that_changes_area_is_laid_out_anew(visit, cast, house):
    visitor = visit(cast.chloe)
    visitor.see(PLAN).submit("#plan-form", **{"tables-0-x": "310"})
    visitor.see("/admin/reglages/salle").submit("#areas-form", **{"areas-1-code": "terrasse"})
    terrace = db.session.scalars(sa.select(Area).where(Area.code == "terrasse")).one()
    visitor.see("/admin/reglages/salle").submit("#tables-form", **{"tables-0-area": str(terrace.id)})
    assert [table.place is None for table in tables_here()] == [True, False, False, False]


# --- the house's file -----------------------------------------------------------------------------------------


def drawn_file(**place):
    file = json.loads(json.dumps(SMALL))
    file["room"]["tables"][0]["place"] = {**PLACE, **place}
    file["room"]["drawings"] = [
        {
            "area": "salle",
            "walls": [{"x1": 0, "y1": 0, "x2": 500, "y2": 0}],
            "labels": [{"text": "Bar", "x": 250, "y": 40}],
        }
    ]
    return file


def test_the_file_carries_the_drawing_there_and_back(app):
    file = parse(drawn_file())
    assert parse(dump(file)) == file
    with transaction():
        house = apply_establishment_file(file, actor=TESTS)
    assert establishment_file(house) == file


def test_a_file_without_a_drawing_leaves_the_one_that_stands(app):
    with transaction():
        apply_establishment_file(parse(drawn_file()), actor=TESTS)
    with transaction():
        house = apply_establishment_file(parse(SMALL), actor=TESTS)
    assert establishment_file(house).places["1"] == Place(Shape.ROUND, 300, 200, 90, 90)
    assert establishment_file(house).drawings["salle"].labels == (Label("Bar", 250, 40),)


@pytest.mark.parametrize(
    ("key", "value"),
    [("shape", "star"), ("x", -1), ("y", LARGEST + 1), ("width", 5), ("rotation", 360), ("height", "9")],
)
def test_each_error_of_a_place_is_named(key, value):
    with pytest.raises(FileRefused) as refused:
        parse(drawn_file(**{key: value}))
    assert [error.place for error in refused.value.errors] == [f"room.tables[0].place.{key}"]


def test_a_drawing_of_an_unknown_area_is_refused():
    file = drawn_file()
    file["room"]["drawings"][0]["area"] = "grenier"
    with pytest.raises(FileRefused) as refused:
        parse(file)
    assert [error.place for error in refused.value.errors] == ["room.drawings[0].area"]
