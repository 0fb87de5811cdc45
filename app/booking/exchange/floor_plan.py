"""The drawing of the floor in the file: optional, for a house that was drawn."""

from collections.abc import Mapping
from dataclasses import asdict

from app.booking.exchange.values import Value
from app.booking.floor_plan import LARGEST, LEAST_SIDE, MOST_SIDE, Drawing, Label, Place, Shape, Wall
from app.booking.opening.problems import N_

MOST_AREAS, MOST_WALLS, MOST_LABELS, TEXT = 40, 200, 100, 40


def read_place(value: Value) -> Place | None:
    """Where a table stands; None when the file does not say."""
    if not value.is_given:
        return None
    place = value.members("shape", "x", "y", "width", "height", optional=("rotation",))
    return Place(
        _read_shape(place["shape"]),
        place["x"].whole(0, LARGEST),
        place["y"].whole(0, LARGEST),
        place["width"].whole(LEAST_SIDE, MOST_SIDE),
        place["height"].whole(LEAST_SIDE, MOST_SIDE),
        place["rotation"].whole(0, 359) if place["rotation"].is_given else 0,
    )


def read_drawings(value: Value, areas: tuple[str, ...]) -> dict[str, Drawing]:
    """What stands around the tables, by area."""
    drawings: dict[str, Drawing] = {}
    if not value.is_given:
        return drawings
    for item in value.items(len(areas) or MOST_AREAS):
        drawn = item.members("area", optional=("walls", "labels"))
        area = drawn["area"].text(TEXT)
        if areas and not drawn["area"].is_bad and area not in areas:
            drawn["area"].refuse(N_("Espace inconnu : « %(name)s »."), name=area)
        elif not drawn["area"].is_bad and area in drawings:
            drawn["area"].refuse(N_("« %(name)s » figure déjà plus haut."), name=area)
        walls = drawn["walls"].items(MOST_WALLS) if drawn["walls"].is_given else ()
        labels = drawn["labels"].items(MOST_LABELS) if drawn["labels"].is_given else ()
        drawings[area] = Drawing(tuple(map(_read_wall, walls)), tuple(map(_read_label, labels)))
    return drawings


def dump_drawings(drawings: Mapping[str, Drawing]) -> list[dict[str, object]]:
    """What stands around the tables, area by area."""
    return [
        {
            "area": area,
            "walls": [asdict(wall) for wall in drawing.walls],
            "labels": [asdict(label) for label in drawing.labels],
        }
        for area, drawing in drawings.items()
    ]


def _read_shape(value: Value) -> Shape:
    if value.raw in tuple(Shape):
        return Shape(str(value.raw))
    value.refuse(N_("Les formes connues sont « round », « square » et « rectangle »."))
    return Shape.SQUARE


def _read_wall(value: Value) -> Wall:
    wall = value.members("x1", "y1", "x2", "y2")
    return Wall(*(wall[key].whole(0, LARGEST) for key in ("x1", "y1", "x2", "y2")))


def _read_label(value: Value) -> Label:
    label = value.members("text", "x", "y")
    return Label(label["text"].text(TEXT), label["x"].whole(0, LARGEST), label["y"].whole(0, LARGEST))
