"""The plan of a room: where each table stands, and what stands around it. Pure: centimetres in, a drawing out.

A table that nobody has drawn yet is given a place by itself: in tidy rows, below those that are drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

LARGEST = 5000
"""No room is longer than fifty metres, and nothing is drawn outside it."""
LEAST_SIDE, MOST_SIDE = 30, 1000
STEP = 10
"""What a table moves by, in centimetres, at one press of an arrow; a finger's end is rounded to it too."""
GAP, ROW = 80, 1040
MARGIN = 60
LEAST_WIDTH, LEAST_HEIGHT = 480, 300


class Shape(StrEnum):
    """What a table looks like from above."""

    ROUND = "round"
    SQUARE = "square"
    RECTANGLE = "rectangle"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: its shape, its centre, its sides, how far it is turned clockwise, in degrees."""

    shape: Shape
    x: int
    y: int
    width: int
    height: int
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall, a bar, a window: a line from one point to another."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Label:
    """A word on the floor: "Bar", "Entrée"."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What stands around the tables of one area."""

    walls: tuple[Wall, ...] = ()
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A table to be drawn: its name, how many it seats at most, where it stands if somebody said so."""

    id: str
    covers: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """The part of the floor that is shown."""

    x: int
    y: int
    width: int
    height: int

    @property
    def view_box(self) -> str:
        """Write it for an SVG."""
        return f"{self.x} {self.y} {self.width} {self.height}"


@dataclass(frozen=True)
class Plan:
    """One area, drawn: the place of every table by its name, and what stands around."""

    places: Mapping[str, Place] = field(default_factory=dict)
    drawing: Drawing = Drawing()

    @property
    def extent(self) -> Extent:
        """Give what has to be shown to see all of it, with some air around."""
        xs, ys = [], []
        for place in self.places.values():
            reach = max(place.width, place.height) // 2 if place.rotation else 0
            across, along = reach or place.width // 2, reach or place.height // 2
            xs += [place.x - across, place.x + across]
            ys += [place.y - along, place.y + along]
        for wall in self.drawing.walls:
            xs += [wall.x1, wall.x2]
            ys += [wall.y1, wall.y2]
        for label in self.drawing.labels:
            xs += [label.x - MARGIN, label.x + MARGIN]
            ys += [label.y]
        left, top = min(xs, default=MARGIN) - MARGIN, min(ys, default=MARGIN) - MARGIN
        width, height = max(xs, default=0) + MARGIN - left, max(ys, default=0) + MARGIN - top
        wider, higher = max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT)
        return Extent(left - (wider - width) // 2, top - (higher - height) // 2, wider, higher)


def planned(tables: Iterable[Standing], drawing: Drawing | None = None) -> Plan:
    """Draw an area: the tables that have a place stand there, the others are laid out in rows below."""
    tables = list(tables)
    places = {table.id: table.place for table in tables if table.place is not None}
    free = [table for table in tables if table.place is None]
    lowest = max((place.y + max(place.width, place.height) // 2 for place in places.values()), default=-MARGIN)
    return Plan({**places, **_rows(free, lowest + GAP)}, drawing or Drawing())


def usual_place(covers: int) -> Place:
    """Give the shape and size a table for so many usually has, at the corner of the floor."""
    shape, width, height = next(size[1:] for size in USUAL if covers <= size[0])
    return Place(shape, 0, 0, width, height)


USUAL = (
    (2, Shape.ROUND, 80, 80),
    (4, Shape.SQUARE, 100, 100),
    (6, Shape.RECTANGLE, 160, 100),
    (8, Shape.RECTANGLE, 220, 100),
    (LARGEST, Shape.RECTANGLE, 300, 110),
)


def _rows(tables: Sequence[Standing], top: int) -> dict[str, Place]:
    found: dict[str, Place] = {}
    left, tallest = GAP, 0
    for table in tables:
        usual = usual_place(table.covers)
        if left + usual.width > ROW and left > GAP:
            left, top, tallest = GAP, top + tallest + GAP, 0
        found[table.id] = Place(
            usual.shape, left + usual.width // 2, top + usual.height // 2, usual.width, usual.height
        )
        left, tallest = left + usual.width + GAP, max(tallest, usual.height)
    return found
