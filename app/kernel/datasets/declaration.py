"""The declaration of a dataset, and the registry of all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.access import Actor, Permission
from app.kernel.datasets.columns import Column
from app.kernel.datasets.filters import Filter
from app.kernel.datasets.layouts import layout_preference
from app.kernel.datasets.searching import Search
from app.kernel.languages import _
from app.kernel.scopes import Scope
from app.kernel.settings import Setting

PAGE_SIZE = 50
RESERVED_KEYS = {"q", "tri", "colonnes", "vue", "apres", "avant"}


@dataclass(frozen=True, eq=False)
class BulkAction:
    """An act offered on a selection: the slice's verb, run on each record in a transaction of its own.

    `run(record, actor, form)` raises RuleBroken to refuse one record; the others go on. `done` says how many in the
    singular and the plural (N_("%(num)s confirmée"), N_("%(num)s confirmées")). With `confirm`, a page asks first,
    and asks the texts of `asks` as well ({name: label}), which `run` finds in `form`.
    """

    name: str
    label: str
    permission: Permission
    run: Callable[[Any, Actor, Any], object]
    done: tuple[str, str]
    confirm: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows of one visible query, and every way to look at them."""

    code: str
    label: str
    permission: Permission
    query: Callable[[Actor], sa.Select[Any]]
    endpoint: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    search: tuple[Search, ...]
    search_label: str
    default_sort: str
    row_link: Callable[[Any], str] | None
    row_name: Callable[[Any], str]
    bulk_actions: tuple[BulkAction, ...]
    empty: str
    zone: str | Callable[[], str]
    layout: Setting[str]
    page_size: int = PAGE_SIZE
    by_key: dict[str, Column] = field(default_factory=dict, compare=False)

    @property
    def id(self) -> str:
        """Name it in the audit trail."""
        return self.code

    @staticmethod
    def kind() -> str:
        """Name its kind in the audit trail."""
        return "Dataset"

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail in words."""
        return self.label

    @property
    def title(self) -> str:
        """Give its label in the reader's language."""
        return _(self.label)

    def local_zone(self) -> str:
        """Give the IANA zone in which its instants are read."""
        return self.zone if isinstance(self.zone, str) else self.zone()

    def open_columns(self, actor: Actor) -> list[Column]:
        """Give the columns this actor may see and that say something here; a mask lets a personal one be seen."""
        opened = [(column, self.opens(column.permission, actor)) for column in self.columns if is_useful(column)]
        return [column if whole else column.masked() for column, whole in opened if whole or column.mask]

    def open_filters(self, actor: Actor) -> list[Filter]:
        """Give the filters this actor may use and that tell something apart here."""
        opened = [declared for declared in self.filters if self.opens(declared.permission, actor)]
        return [declared for declared in opened if is_useful(declared)]

    def open_search(self, actor: Actor) -> list[Search]:
        """Give the columns this actor may search."""
        return [declared for declared in self.search if self.opens(declared.permission, actor)]

    def open_actions(self, actor: Actor) -> list[BulkAction]:
        """Give the acts this actor may attempt on a selection; each record is checked again."""
        return [action for action in self.bulk_actions if actor.may(action.permission)]

    def opens(self, permission: Permission | None, actor: Actor) -> bool:
        """Tell whether a permission is held wherever rows are seen: a narrower grant would show too much."""
        if permission is None:
            return True
        held = actor.scopes(permission)
        return Scope() in held or (bool(held) and actor.scopes(self.permission) <= held)


def is_useful(declared: Column | Filter) -> bool:
    """Tell whether a column or a filter says anything in this installation (an establishment, where there is one)."""
    return declared.useful is None or declared.useful()


_datasets: dict[str, Dataset] = {}


def dataset(  # noqa: PLR0913 - a declaration names all it is
    code: str,
    *,
    label: str,
    permission: Permission,
    query: Callable[[Actor], sa.Select[Any]],
    endpoint: str,
    columns: Sequence[Column],
    default_sort: str,
    filters: Sequence[Filter] = (),
    search: Sequence[Search] = (),
    search_label: str = "",
    row_link: Callable[[Any], str] | None = None,
    row_name: Callable[[Any], str] = str,
    bulk_actions: Sequence[BulkAction] = (),
    empty: str = "",
    zone: str | Callable[[], str] = clock.USUAL_ZONE,
) -> Dataset:
    """Declare a dataset over a visible query of one entity.

    `default_sort` is written as in addresses ("-date,heure"). `endpoint` is the slice's list view. `row_name(record)`
    names a row where it is refused or ticked; `empty` says what the list holds while it holds nothing.
    Raises ValueError for a declaration that contradicts itself.
    """
    declared = Dataset(
        code,
        label,
        permission,
        query,
        endpoint,
        tuple(columns),
        tuple(filters),
        tuple(search),
        search_label,
        default_sort,
        row_link,
        row_name,
        tuple(bulk_actions),
        empty,
        zone,
        layout_preference(code, label),
        by_key={column.key: column for column in columns},
    )
    _check(declared)
    _datasets[code] = declared
    return declared


def datasets() -> dict[str, Dataset]:
    """Give every declared dataset by its code."""
    return _datasets


def _check(declared: Dataset) -> None:
    keys = [key for each in declared.filters for key in each.keys]
    doubles = {key for key in keys if keys.count(key) > 1} | (RESERVED_KEYS & set(keys))
    if doubles or len(declared.by_key) != len(declared.columns):
        raise ValueError(f"{declared.code}: a key is taken twice {sorted(doubles)}")
    for column in declared.columns:
        if column.sortable and column.sort_expression is None:
            raise ValueError(f"{declared.code}: {column.key} is read on the record, and cannot be sorted by")
    for part in declared.default_sort.split(","):
        if part.lstrip("-") not in declared.by_key or not declared.by_key[part.lstrip("-")].sortable:
            raise ValueError(f"{declared.code}: cannot be sorted by {part!r}")
