"""The whole of a figure in one value: on its card, on the page of today."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from app.kernel.access import Actor
from app.kernel.figures.asking import question
from app.kernel.figures.declaration import Figure, figures
from app.kernel.figures.series import Point


@dataclass(frozen=True)
class Tile:
    """A figure, its whole over the period it is usually asked for, written for the reader, its points, and
    where the rest is.
    """

    figure: Figure
    value: str
    period: str
    url: str
    points: tuple[Point, ...] = ()


def tile_of(figure: Figure, actor: Actor, **asked: str) -> Tile:
    """Give a figure as one value; `asked` are the arguments its own page takes (`periode`, filters)."""
    answered = question(figure, asked, actor)
    url = f"{url_for('figures.figure_show', path=figure.path)}?{answered.query()}"
    if not figure.stands_alone:
        return Tile(figure, "", answered.sentence, url)
    series = figure.series(actor, answered.asked)
    return Tile(figure, figure.unit.write(series.total), answered.sentence, url, series.points)


def tiles_for(actor: Actor, codes: Mapping[str, str], **asked: str) -> list[Tile]:
    """Give some figures, by code, each over its own period; those the actor may not read are left out."""
    declared = figures()
    return [
        tile_of(declared[code], actor, periode=period, **asked)
        for code, period in codes.items()
        if code in declared and actor.may(declared[code].permission)
    ]
