"""What is asked of a dataset: words, filters, order, columns, place. It lives in the address, or in a saved view."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from app.kernel.access import Actor
from app.kernel.datasets.declaration import Dataset
from app.kernel.datasets.filters import Arguments, Criterion, first_of
from app.kernel.datasets.searching import clean
from app.kernel.languages import _

EVERYTHING = "toutes"
MOST_SORTS = 4


@dataclass(frozen=True)
class Sort:
    """One column of an order."""

    key: str
    descending: bool = False

    def __str__(self) -> str:
        """Write it as addresses do."""
        return f"-{self.key}" if self.descending else self.key


@dataclass(frozen=True)
class State:
    """What is asked, understood and allowed; `problems` tells, by argument, what was left aside."""

    sort: tuple[Sort, ...]
    columns: tuple[str, ...]
    columns_text: str = ""
    search: str = ""
    criteria: tuple[Criterion, ...] = ()
    view: str = ""
    after: str = ""
    before: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def sort_text(self) -> str:
        """Write the order as addresses do."""
        return ",".join(str(part) for part in self.sort)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether words or filters leave rows out."""
        return bool(self.search or self.criteria)

    @property
    def place(self) -> list[tuple[str, str]]:
        """Give the argument that says which page is shown, if it is not the first."""
        return [(key, cursor) for key, cursor in (("apres", self.after), ("avant", self.before)) if cursor]

    def pairs(self) -> list[tuple[str, str]]:
        """Give the arguments that ask the same again, from the first page on. The order is always said."""
        pairs = [("q", self.search)] if self.search else []
        pairs += [pair for criterion in self.criteria for pair in criterion.pairs]
        pairs.append(("tri", self.sort_text))
        if self.columns_text:
            pairs.append(("colonnes", self.columns_text))
        if self.view:
            pairs.append(("vue", self.view))
        return pairs

    def url(self, base: str, *more: tuple[str, str]) -> str:
        """Give the address that asks the same again."""
        return f"{base}?{urlencode([*self.pairs(), *more])}"

    def without(self, key: str) -> "State":
        """Ask the same without one filter."""
        return replace(self, criteria=tuple(kept for kept in self.criteria if kept.key != key))

    def kept(self) -> dict[str, Any]:
        """Give what a saved view keeps, as JSON can."""
        filters: dict[str, list[str]] = {}
        for key, value in (pair for criterion in self.criteria for pair in criterion.pairs):
            filters.setdefault(key, []).append(value)
        return {"search": self.search, "filters": filters, "sort": self.sort_text, "columns": self.columns_text}


def read_state(dataset: Dataset, arguments: Arguments, actor: Actor) -> State:
    """Understand the arguments of an address; what cannot be understood is told and left aside."""
    problems: dict[str, str] = {}
    criteria = []
    for declared in dataset.open_filters(actor):
        reading = declared.read(arguments)
        if reading.problem:
            problems[declared.key] = reading.problem
        if reading.criterion:
            criteria.append(reading.criterion)
    columns, columns_text = _columns(dataset, arguments.get("colonnes", ()), actor)
    return State(
        sort=_sort(dataset, first_of(arguments, "tri"), actor, problems),
        columns=columns,
        columns_text=columns_text,
        search=clean(first_of(arguments, "q")) if dataset.open_search(actor) else "",
        criteria=tuple(criteria),
        view=first_of(arguments, "vue")[:40],
        after=first_of(arguments, "apres"),
        before=first_of(arguments, "avant"),
        problems=problems,
    )


def kept_arguments(kept: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the arguments that ask what a saved view keeps."""
    arguments = {key: list(values) for key, values in kept.get("filters", {}).items()}
    return {
        **arguments,
        "q": [kept.get("search", "")],
        "tri": [kept.get("sort", "")],
        "colonnes": [kept.get("columns", "")],
    }


def is_bare(dataset: Dataset, arguments: Arguments) -> bool:
    """Tell whether an address asks nothing itself, so that a view may speak."""
    asking = {"q", "tri", "colonnes", *(key for declared in dataset.filters for key in declared.keys)}
    return not asking & set(arguments)


def _sort(dataset: Dataset, text: str, actor: Actor, problems: dict[str, str]) -> tuple[Sort, ...]:
    sortable = {column.key for column in dataset.open_columns(actor) if column.sortable}
    parts = {part.lstrip("-"): Sort(part.lstrip("-"), part.startswith("-")) for part in text.split(",") if part}
    unknown = [key for key in parts if key not in sortable]
    if unknown:
        problems["tri"] = _("On ne peut pas trier par « %(key)s ».", key=unknown[0][:40])
    known = tuple(sort for key, sort in parts.items() if key in sortable)[:MOST_SORTS]
    if known:
        return known
    default = [Sort(part.lstrip("-"), part.startswith("-")) for part in dataset.default_sort.split(",")]
    return tuple(sort for sort in default if sort.key in sortable)


def _columns(dataset: Dataset, asked: Iterable[str], actor: Actor) -> tuple[tuple[str, ...], str]:
    """Give the columns in the order of the declaration, and how addresses say them: "" while nobody chose any."""
    wanted = {key for text in asked for key in text.split(",")}
    allowed = dataset.open_columns(actor)
    chosen = tuple(column.key for column in allowed if column.key in wanted)
    return chosen or tuple(column.key for column in allowed if column.default_shown), ",".join(chosen)
