"""What the generic acts share: who may call them, and what the screen showed that called them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request, url_for

from app.kernel.access import acting
from app.kernel.datasets import exports
from app.kernel.datasets.declaration import Dataset, datasets
from app.kernel.datasets.listing import asked_state
from app.kernel.datasets.saved_views import views_of
from app.kernel.datasets.state import State
from app.kernel.guards import refuse
from app.kernel.web import redirect_to

bp = Blueprint("datasets", __name__, url_prefix="/admin/donnees")
View = Callable[..., Any]


def dataset_act(view: View) -> View:
    """Guard a generic act: the dataset named by the path must exist, and its own permission be held."""

    @wraps(view)
    def guarded(*, code: str, **values: Any) -> Any:
        declared = datasets().get(code)
        if declared is None:
            abort(404)
        if not declared.permission.allows(acting()):
            return refuse()
        return view(declared, **values)

    guarded.access_rule = "dataset"  # type: ignore[attr-defined]
    return guarded


def export_act(view: View) -> View:
    """Guard a prepared export: its owner alone, while the dataset is still theirs to read; 404 for all others."""

    @wraps(view)
    def guarded(*, id: UUID) -> Any:
        if not acting().is_authenticated:
            return refuse()
        export = exports.export_of(id, acting())
        if export is None:
            abort(404)
        return view(export)

    guarded.access_rule = "dataset"  # type: ignore[attr-defined]
    return guarded


def asked() -> dict[str, list[str]]:
    """Give the arguments of this request's address."""
    return {key: request.args.getlist(key) for key in request.args}


def shown_state(dataset: Dataset) -> State:
    """Give what the screen shows whose address came along."""
    state, _view = asked_state(dataset, asked(), acting(), views_of(dataset, acting()))
    return state


def list_url(dataset: Dataset) -> str:
    """Give the list as it was."""
    state = shown_state(dataset)
    return state.url(url_for(dataset.endpoint), *state.place)


def first_page_url(dataset: Dataset, *without: str) -> str:
    """Give the list as it was, from its first page on, but for some of what it asked."""
    pairs = [(key, value) for key, value in shown_state(dataset).pairs() if key not in without]
    return f"{url_for(dataset.endpoint)}?{urlencode(pairs)}"


def told(url: str, message: str, tone: str = "success") -> Response:
    """Say what became of an act, on the page one comes back to."""
    flash(message, tone)
    return redirect_to(url)
