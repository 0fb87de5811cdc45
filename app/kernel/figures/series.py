"""What a figure answers: points along a dimension. And how measures are added up into them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from app.kernel.access import Actor
from app.kernel.datasets.periods import dated
from app.kernel.formats import month_name, short_weekdays
from app.kernel.languages import N_, _

Shape = Literal["bars", "lines", "donut"]
Rank = tuple[int, str]
"""Where something stands among its like, and its name for the reader."""

DAYS_OF_BARS, DAYS_OF_WEEKS = 45, 200
MOST_PARTS = 5
WHOLE: Rank = (0, "")


@dataclass(frozen=True)
class Dimension:
    """Along what a figure is told: days, or what its measures stand under. `spans` is set for days and their sums."""

    key: str
    label: str
    shape: Shape = "bars"
    spans: Callable[[date], date] | None = None


DAY = Dimension("jour", N_("Jour"), spans=lambda day: day)
WEEK = Dimension("semaine", N_("Semaine"), spans=lambda day: day - timedelta(days=day.weekday()))
MONTH = Dimension("mois", N_("Mois"), spans=lambda day: day.replace(day=1))
WEEKDAY = Dimension("jour-de-semaine", N_("Jour de la semaine"))


@dataclass(frozen=True)
class Asked:
    """What is asked of a figure: days (both included), along what, narrowed by which filters, and what day it is."""

    first: date
    last: date
    by: Dimension
    filters: Mapping[str, str]
    today: date

    @property
    def days(self) -> list[date]:
        """Give every day of the span."""
        return [self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Measure:
    """A grain of a figure: on a day, so much, out of so much when it is a mean or a share, and under which names."""

    day: date
    amount: float
    out_of: float = 0
    under: Mapping[str, Rank] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """One place along the dimension: its name, a value for each of the series' names, and an interval if it has one."""

    label: str
    values: tuple[float | None, ...]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """The answer: what the points are (`head`), what their values are (`names`), the whole as one value.

    `interval` names the two ends of what is known of each point, where the points have one.
    """

    head: str
    names: tuple[str, ...]
    points: tuple[Point, ...]
    total: float | None
    shape: Shape = "bars"
    interval: tuple[str, str] = ("", "")

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(value for point in self.points for value in point.values)


Read = Callable[[Actor, Asked], Iterable[Measure]]


def summed(read: Read, *, mean: bool = False, parts: str = "") -> Callable[[Actor, Asked], Series]:
    """Make the series of a figure whose measures add up; a `mean` divides what was added by what it was out of.

    `parts` names what the bars are stacked by, where that is not what they stand along.
    """

    def series(actor: Actor, asked: Asked) -> Series:
        return arranged(read(actor, asked), asked, mean=mean, parts=parts)

    return series


def arranged(measures: Iterable[Measure], asked: Asked, *, mean: bool, parts: str) -> Series:
    """Add measures up along the dimension asked for."""
    cells: dict[tuple[Rank, Rank], list[float]] = defaultdict(lambda: [0, 0])
    whole = [0.0, 0.0]
    stacks = parts if parts and parts != asked.by.key and asked.by.shape == "bars" else ""
    for measure in measures:
        part = measure.under.get(stacks, WHOLE) if stacks else WHOLE
        for cell in (cells[_place(measure, asked.by), part], whole):
            cell[0] += measure.amount
            cell[1] += measure.out_of
    names = sorted({part for _place_, part in cells})
    if len(names) > MOST_PARTS:
        cells, names = _in_one(cells), [WHOLE]
    names = names or [WHOLE]
    places = list(_every_place(asked)) or sorted({place for place, _part in cells})
    points = tuple(
        Point(_label(place, asked), tuple(_value(cells.get((place, name)), mean=mean) for name in names))
        for place in places
    )
    return Series(
        _(asked.by.label), tuple(name for _rank, name in names), points, _value(whole, mean=mean), asked.by.shape
    )


def fitting(first: date, last: date) -> Dimension:
    """Choose days, weeks or months, so that a chart of this span stays readable."""
    days = (last - first).days + 1
    return DAY if days <= DAYS_OF_BARS else WEEK if days <= DAYS_OF_WEEKS else MONTH


def _place(measure: Measure, by: Dimension) -> Rank:
    if by.spans is not None:
        return (by.spans(measure.day).toordinal(), "")
    if by.key == WEEKDAY.key:
        return (measure.day.weekday(), "")
    return measure.under.get(by.key, WHOLE)


def _every_place(asked: Asked) -> Iterator[Rank]:
    """Give the places of a span, those where nothing happened included; none where only the measures know them."""
    if asked.by.spans is not None:
        yield from dict.fromkeys((asked.by.spans(day).toordinal(), "") for day in asked.days)
    elif asked.by.key == WEEKDAY.key:
        yield from ((weekday, "") for weekday in range(7))


def _label(place: Rank, asked: Asked) -> str:
    if asked.by.key == WEEKDAY.key:
        return short_weekdays()[place[0]][1]
    if asked.by.spans is None:
        return place[1]
    day = date.fromordinal(place[0])
    if asked.by.key == MONTH.key:
        return month_name(day)
    written = dated(day, asked.today)
    return _("semaine du %(day)s", day=written) if asked.by.key == WEEK.key else written


def _value(cell: list[float] | None, *, mean: bool) -> float | None:
    amount, out_of = cell or (0.0, 0.0)
    if not mean:
        return amount
    return amount / out_of if out_of else None


def _in_one(cells: Mapping[tuple[Rank, Rank], list[float]]) -> dict[tuple[Rank, Rank], list[float]]:
    """Put parts too many to tell apart back together."""
    together: dict[tuple[Rank, Rank], list[float]] = defaultdict(lambda: [0, 0])
    for (place, _part), (amount, out_of) in cells.items():
        together[place, WHOLE][0] += amount
        together[place, WHOLE][1] += out_of
    return together
