"""The lines that join tables of one party on the plan, led around whoever sits between. Pure: places in, lines out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import dist

from app.booking.floor_plan import Place

Point = tuple[int, int]
Line = tuple[Point, ...]
Box = tuple[int, int, int, int]

CLEAR = 8
"""What a line keeps from a table it goes past, in centimetres: half of its own width."""
ABOVE, BELOW = 16, 64
"""How far from a table's edge a line turns; below, the name of its guest is written."""


def joining_lines(places: Mapping[str, Place], together: Iterable[str]) -> list[Line]:
    """Join tables of one party by the shortest lines that cross no other table; where there is none, none is drawn."""
    left = list(together)
    boxes = {name: _box(place) for name, place in places.items()}
    others = [box for name, box in boxes.items() if name not in left]
    reached, lines = left[:1], []
    left = left[1:]
    while left:
        near, name = min(((one, other) for one in reached for other in left), key=lambda pair: _apart(places, *pair))
        line = _line(places[near], places[name], others)
        lines += [line] if line else []
        reached.append(name)
        left.remove(name)
    return lines


def _apart(places: Mapping[str, Place], one: str, other: str) -> float:
    return dist((places[one].x, places[one].y), (places[other].x, places[other].y))


def _line(one: Place, other: Place, others: Sequence[Box]) -> Line:
    clear = [line for line in _ways(one, other, others) if not any(_crosses(line, box) for box in others)]
    return min(clear, key=lambda line: (len(line) > 2, sum(dist(*leg) for leg in pairwise(line))), default=())


def _ways(one: Place, other: Place, others: Sequence[Box]) -> Iterator[Line]:
    """Give the straight line, then those along the aisles: beside one table, or beside each and across."""
    start, end, ends = (one.x, one.y), (other.x, other.y), (_box(one), _box(other))
    yield start, end
    rows = [edge for box in ends for edge in (box[1] - ABOVE, box[3] + BELOW)]
    yield from ((start, (start[0], y), (end[0], y), end) for y in rows)
    columns = [edge for box in (*ends, _around([*ends, *others])) for edge in (box[0] - ABOVE, box[2] + ABOVE)]
    yield from ((start, (x, start[1]), (x, end[1]), end) for x in columns)
    for first in rows[:2]:
        for last in rows[2:]:
            yield from ((start, (start[0], first), (x, first), (x, last), (end[0], last), end) for x in columns)


def _box(place: Place) -> Box:
    """Give the sides of what a table covers: left, top, right, bottom."""
    upright, lying = place.rotation % 180 == 0, place.rotation % 180 == 90
    widest = max(place.width, place.height)
    across = place.width if upright else place.height if lying else widest
    along = place.height if upright else place.width if lying else widest
    return place.x - across // 2, place.y - along // 2, place.x + across // 2, place.y + along // 2


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _crosses(line: Line, box: Box) -> bool:
    return any(_leg_crosses(start, end, box) for start, end in pairwise(line))


def _leg_crosses(start: Point, end: Point, box: Box) -> bool:
    """Tell whether a leg enters a box and its margin: the parts of it inside each pair of sides overlap."""
    enters, leaves = 0.0, 1.0
    for axis in (0, 1):
        low, high, run = box[axis] - CLEAR, box[axis + 2] + CLEAR, end[axis] - start[axis]
        if run == 0:
            if not low < start[axis] < high:
                return False
        else:
            first, last = sorted(((low - start[axis]) / run, (high - start[axis]) / run))
            enters, leaves = max(enters, first), min(leaves, last)
    return enters < leaves
