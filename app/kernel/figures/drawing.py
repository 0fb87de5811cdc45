"""Charts as plain geometry: what the templates write as SVG, alike in a page and on paper.

Nothing here knows colours: a part has a tone, from 1 on, which the page paints and the drawing names for paper.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.kernel.figures.series import Point, Series
from app.kernel.figures.units import Unit
from app.kernel.languages import _

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 32, 14, 34
ROOM_OF_A_LABEL = 74
RADIUS, HOLE = 104, 62
NICE = (1, 2, 2.5, 5, 10)
LEAST = 1e-6
"""Below this a chart is drawn as if nothing had happened."""


@dataclass(frozen=True)
class Bar:
    """A rectangle, the tone of its part, and what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    title: str


@dataclass(frozen=True)
class Line:
    """A line broken where nothing is known: the strokes' points, its single points, its tone."""

    strokes: tuple[str, ...]
    dots: tuple[tuple[float, float, str], ...]
    tone: int
    dashed: bool = False


@dataclass(frozen=True)
class Slice:
    """A part of a ring."""

    path: str
    tone: int
    title: str
    share: str
    name: str


@dataclass(frozen=True)
class Chart:
    """A drawing with its axes: everything a template writes."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    marks: tuple[Bar, ...]
    whiskers: tuple[tuple[float, float, float], ...]
    bands: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def chart(series: Series, unit: Unit, before: Series | None = None) -> Chart:
    """Draw bars, stacked where there are parts, or lines with their interval; `before` stands behind as marks."""
    stacked = series.shape == "bars"
    top = _top(series, before, stacked=stacked)
    steps = _steps(top, whole=unit is Unit.COUNT)
    scale = _Scale(len(series.points), steps[-1])
    return Chart(
        bars=_bars(series, unit, scale) if stacked else (),
        lines=() if stacked else _lines(series, unit, scale, before),
        marks=_marks(series, before, unit, scale) if stacked and before else (),
        whiskers=_whiskers(series.points, scale) if stacked else (),
        bands=() if stacked else tuple(_bands(series.points, scale)),
        ticks=tuple((round(scale.y(step), 1), unit.write(step)) for step in steps),
        labels=_labels(series.points, scale),
    )


def ring(series: Series, unit: Unit) -> tuple[Slice, ...]:
    """Draw the points as parts of a ring, the largest first, clockwise from noon."""
    points = sorted(
        (point for point in series.points if point.values[0]), key=lambda point: point.values[0] or 0, reverse=True
    )
    whole = sum(point.values[0] or 0 for point in points)
    slices, start = [], 0.0
    for tone, point in enumerate(points, start=1):
        share = (point.values[0] or 0) / whole
        written = unit.write(point.values[0])
        slices.append(
            Slice(
                _arc(start, start + share),
                (tone - 1) % 6 + 1,
                _("%(name)s : %(value)s", name=point.label, value=written),
                Unit.SHARE.write(share),
                point.label,
            )
        )
        start += share
    return tuple(slices)


@dataclass(frozen=True)
class _Scale:
    """From places and values to the paper."""

    places: int
    most: float

    @property
    def step(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(1, self.places)

    def middle(self, place: int) -> float:
        return round(LEFT + (place + 0.5) * self.step, 1)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.most


def _top(series: Series, before: Series | None, *, stacked: bool) -> float:
    heights = [
        sum(value or 0 for value in point.values) if stacked else max((value or 0 for value in point.values), default=0)
        for each in (series, before)
        if each
        for point in each.points
    ]
    return max([*heights, *(point.high or 0 for point in series.points), 0])


def _steps(top: float, *, whole: bool) -> list[float]:
    """Choose three to five even steps from nothing to just above the top."""
    if top < LEAST:
        return [0.0, 1.0]
    magnitude = 10 ** math.floor(math.log10(top / 4))
    wanted = next(nice * magnitude for nice in NICE if nice * magnitude >= top / 4 * (1 - 1e-9))
    step = max(1.0, float(math.ceil(wanted))) if whole else wanted
    return [step * number for number in range(math.ceil(top / step - 1e-9) + 1)]


def _bars(series: Series, unit: Unit, scale: _Scale) -> tuple[Bar, ...]:
    bars = []
    width = round(min(scale.step * 0.72, 56), 1)
    for place, point in enumerate(series.points):
        below = 0.0
        for tone, (name, value) in enumerate(zip(series.names, point.values, strict=True), start=1):
            if not value:
                continue
            top = scale.y(below + value)
            height = round(scale.y(below) - top, 1)
            title = _said(point.label, name, unit.write(value))
            bars.append(Bar(round(scale.middle(place) - width / 2, 1), round(top, 1), width, height, tone, title))
            below += value
    return tuple(bars)


def _marks(series: Series, before: Series, unit: Unit, scale: _Scale) -> tuple[Bar, ...]:
    """Give a short line over each bar, where the value it is compared with stands."""
    width = round(min(scale.step * 0.9, 64), 1)
    marks = []
    for place, (_point, earlier) in enumerate(zip(series.points, before.points, strict=False)):
        known = [value for value in earlier.values if value is not None]
        if known:
            title = _said(earlier.label, "", unit.write(sum(known)))
            x, y = round(scale.middle(place) - width / 2, 1), round(scale.y(sum(known)) - 1, 1)
            marks.append(Bar(x, y, width, 2, 0, title))
    return tuple(marks)


def _lines(series: Series, unit: Unit, scale: _Scale, before: Series | None) -> tuple[Line, ...]:
    lines = []
    for column, name in enumerate(series.names):
        lines.append(_line(series.points, column, name, unit, scale))
    if before:
        earlier = _line(before.points[: scale.places], 0, "", unit, scale)
        lines.append(Line(earlier.strokes, earlier.dots, 0, dashed=True))
    return tuple(lines)


def _line(points: Sequence[Point], column: int, name: str, unit: Unit, scale: _Scale) -> Line:
    strokes: list[list[str]] = [[]]
    dots = []
    for place, point in enumerate(points):
        value = point.values[column]
        if value is None:
            strokes.append([])
            continue
        x, y = scale.middle(place), round(scale.y(value), 1)
        strokes[-1].append(f"{x},{y}")
        dots.append((x, y, _said(point.label, name, unit.write(value))))
    return Line(tuple(" ".join(stroke) for stroke in strokes if len(stroke) > 1), tuple(dots), column + 1)


def _bands(points: Sequence[Point], scale: _Scale) -> Iterator[str]:
    """Give the outline of each unbroken interval: along its upper edge, back along the lower one."""
    for is_known, run in groupby(enumerate(points), key=lambda each: each[1].low is not None):
        edges = [(scale.middle(place), point.low or 0, point.high or 0) for place, point in run if is_known]
        upper = [f"{x},{scale.y(high):.1f}" for x, _low, high in edges]
        lower = [f"{x},{scale.y(low):.1f}" for x, low, _high in reversed(edges)]
        if len(edges) > 1:
            yield " ".join(upper + lower)


def _whiskers(points: Sequence[Point], scale: _Scale) -> tuple[tuple[float, float, float], ...]:
    """Give where each bar's interval stands: from which height to which."""
    return tuple(
        (scale.middle(place), round(scale.y(point.high), 1), round(scale.y(point.low), 1))
        for place, point in enumerate(points)
        if point.low is not None and point.high is not None
    )


def _labels(points: Sequence[Point], scale: _Scale) -> tuple[tuple[float, str], ...]:
    """Name as many places as the paper has room for, evenly."""
    every = max(1, math.ceil(ROOM_OF_A_LABEL / scale.step))
    return tuple((scale.middle(place), points[place].label) for place in range(0, len(points), every))


def _arc(start: float, end: float) -> str:
    """Write a part of the ring, from one share of the turn to another."""
    end = min(end, start + 0.9999)
    (ax, ay), (bx, by) = _on_circle(start, RADIUS), _on_circle(end, RADIUS)
    (cx, cy), (dx, dy) = _on_circle(end, HOLE), _on_circle(start, HOLE)
    large = int(end - start > 0.5)
    return f"M{ax} {ay}A{RADIUS} {RADIUS} 0 {large} 1 {bx} {by}L{cx} {cy}A{HOLE} {HOLE} 0 {large} 0 {dx} {dy}Z"


def _on_circle(share: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * share
    return round(RADIUS + radius * math.sin(angle), 1), round(RADIUS - radius * math.cos(angle), 1)


def _said(label: str, name: str, value: str) -> str:
    """Say one value whole: "mar. 10 mars, Dîner : 42"."""
    whole = f"{label}, {name}" if name else label
    return _("%(name)s : %(value)s", name=whole, value=value)
