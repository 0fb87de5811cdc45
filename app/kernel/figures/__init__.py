"""Declared figures: what a slice counts, under which right, and how it is explained. Pages, charts and exports follow.

A slice declares a `figure` and says its `series`; the house gives the index, a page for each with its period, its
comparison, chart, table and definition, and the exports. A figure that only adds up writes its measures and leaves
their arrangement to `summed`.
"""

from flask import Flask

from app.kernel.figures.declaration import Figure, FigureFilter, Part, figure, figures
from app.kernel.figures.series import DAY, MONTH, WEEK, WEEKDAY, Asked, Dimension, Measure, Point, Series, summed
from app.kernel.figures.tiles import Tile, tiles_for
from app.kernel.figures.units import Unit
from app.kernel.figures.views import bp

__all__ = [
    "DAY",
    "MONTH",
    "WEEK",
    "WEEKDAY",
    "Asked",
    "Dimension",
    "Figure",
    "FigureFilter",
    "Measure",
    "Part",
    "Point",
    "Series",
    "Tile",
    "Unit",
    "figure",
    "figures",
    "init_figures",
    "summed",
    "tiles_for",
]


def init_figures(app: Flask) -> None:
    """Open the pages of figures."""
    app.register_blueprint(bp)
