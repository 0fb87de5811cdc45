"""Datasets: the house's single way to show rows. Declared in a slice, used by lists, exports, widgets and reports."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app.kernel.access import Actor
from app.kernel.datasets import events, export_views, models  # noqa: F401 - imported to declare
from app.kernel.datasets.columns import Column
from app.kernel.datasets.declaration import BulkAction, Dataset, dataset, datasets
from app.kernel.datasets.filters import BooleanFilter, ChoiceFilter, DateFilter, NumberFilter, TextFilter
from app.kernel.datasets.guards import bp
from app.kernel.datasets.models import SavedView
from app.kernel.datasets.reading import Count, Row, count_rows, read_page
from app.kernel.datasets.searching import Search
from app.kernel.datasets.state import State, kept_arguments, read_state
from app.kernel.datasets.views import list_page

__all__ = [
    "BooleanFilter", "BulkAction", "ChoiceFilter", "Column", "Count", "Dataset", "DateFilter", "NumberFilter", "Row",
    "SavedView", "Search", "State", "TextFilter", "count", "dataset", "datasets", "init_datasets", "list_page", "rows",
    "state_of",
]  # fmt: skip


def init_datasets(app: Flask) -> None:
    """Open the generic acts on datasets."""
    app.register_blueprint(bp)


def state_of(dataset: Dataset, asked: SavedView | Mapping[str, Any] | None, actor: Actor) -> State:
    """Read what a saved view, or what it would keep ({"filters": {"date": ["demain"]}}), asks of a dataset."""
    kept = asked.asked if isinstance(asked, SavedView) else asked or {}
    return read_state(dataset, kept_arguments(kept), actor)


def rows(view: SavedView, actor: Actor, limit: int = 50) -> list[Row]:
    """Give the first rows of a saved view as this actor sees them; needs no request. Raises KeyError when its
    dataset is no longer declared.
    """
    declared = datasets()[view.dataset]
    return read_page(declared, state_of(declared, view, actor), actor, size=limit).rows


def count(view: SavedView, actor: Actor, most: int | None = 1000) -> Count:
    """Count the rows of a saved view, no further than `most`; needs no request."""
    declared = datasets()[view.dataset]
    return count_rows(declared, state_of(declared, view, actor), actor, most)
