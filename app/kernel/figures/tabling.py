"""The table beneath a chart, and the same rows for a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel.figures.declaration import Figure
from app.kernel.figures.series import Point, Series
from app.kernel.languages import _


@dataclass(frozen=True)
class Answer:
    """A figure's series, and the one it is compared with."""

    figure: Figure
    series: Series
    before: Series | None = None

    @property
    def heads(self) -> list[str]:
        """Give the heads of the columns, that of the points first."""
        names = [name or self.figure.title for name in self.series.names]
        total = [_("Ensemble")] if self._is_stacked else []
        interval = list(self.series.interval) if self._has_interval else []
        return [self.series.head, *names, *total, *interval, *([_("Avant")] if self.before else [])]

    @property
    def written(self) -> list[list[str]]:
        """Give the rows as a reader sees them."""
        write = self.figure.unit.write
        return [[label, *(write(value) for value in values)] for label, *values in self._rows()]

    @property
    def plain(self) -> list[list[Any]]:
        """Give the rows as a spreadsheet takes them."""
        plain = self.figure.unit.plain
        return [[label, *(plain(value) for value in values)] for label, *values in self._rows()]

    @property
    def change(self) -> str:
        """Say how far the whole moved since, nothing when one of the two is not known."""
        if self.before is None or self.series.total is None or self.before.total is None:
            return ""
        return self.figure.unit.change(self.series.total, self.before.total)

    @property
    def _is_stacked(self) -> bool:
        return self.series.shape == "bars" and len(self.series.names) > 1

    @property
    def _has_interval(self) -> bool:
        return any(point.low is not None for point in self.series.points)

    def _rows(self) -> list[list[Any]]:
        earlier: Sequence[Point] = self.before.points if self.before else ()
        rows = []
        for place, point in enumerate(self.series.points):
            row: list[Any] = [point.label, *point.values]
            if self._is_stacked:
                row.append(sum(value or 0 for value in point.values))
            if self._has_interval:
                row += [point.low, point.high]
            if self.before:
                row.append(_whole(earlier[place]) if place < len(earlier) else None)
            rows.append(row)
        return rows


def _whole(point: Point) -> float | None:
    known = [value for value in point.values if value is not None]
    return sum(known) if known else None
