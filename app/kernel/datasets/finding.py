"""Datasets in the search of the back office: the rows their own search would show, the first of them."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from app.kernel.access import Actor
from app.kernel.datasets.declaration import Dataset
from app.kernel.datasets.reading import read_page
from app.kernel.datasets.state import kept_arguments, read_state
from app.kernel.finding import Hit, search_source


def findable(dataset: Dataset, *, icon: str, detail: Callable[[Any, Actor], str], order: int = 50) -> None:
    """Let the rows of a dataset be found; `detail(record, actor)` tells one from others of its name."""

    def find(actor: Actor, typed: str, most: int) -> list[Hit]:
        state = read_state(dataset, kept_arguments({"search": typed}), actor)
        if not state.search or dataset.row_link is None:
            return []
        records = [row.record for row in read_page(dataset, state, actor, size=most).rows]
        return [Hit(dataset.row_name(record), detail(record, actor), dataset.row_link(record)) for record in records]

    search_source(
        dataset.label,
        dataset.permission,
        find,
        icon=icon,
        order=order,
        more=lambda typed: url_for(dataset.endpoint, q=typed),
    )
