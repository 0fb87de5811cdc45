"""The line that joins tables of one party crosses no other table."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.booking.floor_plan import Place, Shape, Standing, planned
from app.booking.joining_lines import CLEAR, joining_lines


def square(x, y, rotation=0):
    return Place(Shape.SQUARE, x, y, 100, 100, rotation)


def inside(point, place):
    return abs(point[0] - place.x) < place.width / 2 and abs(point[1] - place.y) < place.height / 2


def points_of(line):
    """Many points along a line."""
    return [
        (start[0] + (end[0] - start[0]) * step / 200, start[1] + (end[1] - start[1]) * step / 200)
        for start, end in pairwise(line)
        for step in range(201)
    ]


def test_neighbours_are_joined_straight():
    assert joining_lines({"1": square(0, 0), "2": square(180, 0)}, ["1", "2"]) == [((0, 0), (180, 0))]


def test_a_table_between_is_gone_around():
    places = {"1": square(0, 0), "2": square(180, 0), "3": square(360, 0)}
    (line,) = joining_lines(places, ["1", "3"])
    assert (line[0], line[-1]) == ((0, 0), (360, 0))
    assert not any(inside(point, places["2"]) for point in points_of(line))


def test_each_table_is_joined_to_the_nearest():
    places = {"1": square(0, 0), "2": square(540, 0), "3": square(180, 0)}
    assert joining_lines(places, ["1", "2", "3"]) == [((0, 0), (180, 0)), ((180, 0), (540, 0))]


def test_where_no_line_is_clear_none_is_drawn():
    around = {f"{x},{y}": square(x, y, 45) for x in (-90, 0, 90) for y in (-90, 0, 90) if (x, y) != (0, 0)}
    places = {"0,0": Place(Shape.ROUND, 0, 0, 20, 20), "far": square(900, 900), **around}
    assert joining_lines(places, ["0,0", "far"]) == []


@given(st.lists(st.integers(1, 12), min_size=2, max_size=25), st.data())
def test_in_the_rows_of_a_room_nobody_drew_every_party_is_joined_and_nobody_crossed(covers, data):
    places = planned([Standing(str(name), seats) for name, seats in enumerate(covers)]).places
    together = data.draw(st.lists(st.sampled_from(sorted(places)), min_size=2, max_size=4, unique=True))
    lines = joining_lines(places, together)
    assert len(lines) == len(together) - 1
    for line in lines:
        for name in set(places) - set(together):
            assert not any(inside(point, places[name]) for point in points_of(line)), (line, name, CLEAR)
