"""What a list page draws: rows, sentences and addresses, ready for a template that asks nothing itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import url_for

from app.kernel.access import Actor
from app.kernel.datasets.columns import Column
from app.kernel.datasets.declaration import PAGE_SIZE, BulkAction, Dataset
from app.kernel.datasets.filters import Arguments
from app.kernel.datasets.layouts import Layout, layout_in
from app.kernel.datasets.listing_parts import Chip, ColumnChoice, Field, Head, Tab
from app.kernel.datasets.models import SavedView
from app.kernel.datasets.periods import WORDS
from app.kernel.datasets.permissions import SHARE_VIEWS
from app.kernel.datasets.reading import Count, Page, Row, count_rows, read_page, shown_columns
from app.kernel.datasets.saved_views import Views, may_change, views_of
from app.kernel.datasets.state import EVERYTHING, Sort, State, is_bare, kept_arguments, read_state
from app.kernel.formats import number
from app.kernel.languages import _, ngettext
from app.kernel.preferences import PAGE_ROWS, ROW_CHOICES, preferred


@dataclass(frozen=True)
class Listing:
    """One look at a dataset."""

    dataset: Dataset
    state: State
    url: str
    page: Page
    count: Count
    views: Views
    view: SavedView | None
    fields: list[Field]
    actor: Actor
    messages: list[str] = field(default_factory=list)

    @property
    def part_id(self) -> str:
        """Give the id of the part htmx swaps."""
        return f"list-{self.dataset.code.replace('.', '-')}"

    @property
    def heads(self) -> list[Head]:
        """Give the heads of the columns shown."""
        return [self._head(column) for column in shown_columns(self.dataset, self.state, self.actor)]

    @property
    def chips(self) -> list[Chip]:
        """Give words and filters in place, each with the address without it."""
        chips = []
        if self.state.search:
            sentence = _("« %(words)s »", words=self.state.search)
            chips.append(Chip(sentence, self._address(replace(self.state, search=""))))
        chips += [
            Chip(criterion.sentence, self._address(self.state.without(criterion.key)))
            for criterion in self.state.criteria
        ]
        return chips

    @property
    def clear_url(self) -> str:
        """Give the address without words or filters."""
        return self._address(replace(self.state, search="", criteria=(), view=EVERYTHING))

    @property
    def tabs(self) -> list[Tab]:
        """Give the views, every row first."""
        everything = Tab(_("Tout"), f"{self.url}?vue={EVERYTHING}", self.view is None and not self.state.is_narrowed)
        return (
            [
                everything,
                *(
                    Tab(view.label, f"{self.url}?vue={view.id}", self.view is not None and view.id == self.view.id)
                    for view in self.views.all
                ),
            ]
            if self.views.all
            else []
        )

    @property
    def column_choices(self) -> list[ColumnChoice]:
        """Give the columns that can be shown."""
        return [
            ColumnChoice(column.key, _(column.label), column.key in self.state.columns)
            for column in self.dataset.open_columns(self.actor)
        ]

    @property
    def has_layout(self) -> bool:
        """Tell whether the reader keeps this list in their own way."""
        return layout_in(self.dataset.layout, self.actor) != Layout()

    @property
    def row_choices(self) -> list[tuple[int, bool]]:
        """Give how many rows a page may show, and which number it is now."""
        return [(rows, rows == _page_rows(self.dataset, self.actor)) for rows in ROW_CHOICES]

    @property
    def count_sentence(self) -> str:
        """Say how many rows there are: "12 lignes", "plus de 1 000 lignes"."""
        if not self.count.is_exact:
            return _("plus de %(most)s lignes", most=number(self.count.number))
        if self.count.number == 0:
            return _("aucune ligne")
        return ngettext("%(rows)s ligne", "%(rows)s lignes", self.count.number, rows=number(self.count.number))

    @property
    def empty_sentence(self) -> str:
        """Say why nothing is shown."""
        if self.state.is_narrowed:
            return _("Rien ne répond à ces filtres.")
        return _(self.dataset.empty) if self.dataset.empty else _("Il n’y a rien ici pour le moment.")

    @property
    def previous_url(self) -> str | None:
        """Give the page before."""
        return self._address(self.state, ("avant", self.page.previous)) if self.page.previous else None

    @property
    def next_url(self) -> str | None:
        """Give the page after."""
        return self._address(self.state, ("apres", self.page.next)) if self.page.next else None

    @property
    def actions(self) -> list[BulkAction]:
        """Give the acts offered on a selection."""
        return self.dataset.open_actions(self.actor)

    @property
    def may_share(self) -> bool:
        """Tell whether views may be shown to everybody from here."""
        return self.actor.may(SHARE_VIEWS)

    @property
    def holds_view(self) -> bool:
        """Tell whether the view shown may be changed from here."""
        return self.view is not None and may_change(self.view, self.actor)

    @property
    def is_searched(self) -> bool:
        """Tell whether words can be looked for."""
        return bool(self.dataset.open_search(self.actor))

    @property
    def has_problem(self) -> bool:
        """Tell whether a filter was left aside."""
        return any(field_.problem for field_ in self.fields)

    @property
    def periods(self) -> list[tuple[str, str]]:
        """Give the words a date filter understands."""
        return [(word, _(label)) for word, (label, _span) in WORDS.items()]

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Give the arguments a form keeps, but for those it sends itself."""
        return [(key, value) for key, value in self.state.pairs() if key not in without]

    def kept_by_filters(self) -> list[tuple[str, str]]:
        """Give what the filters' form keeps: all but the filters."""
        return self.kept(*(key for field_ in self.fields for key in field_.filter.keys))

    def act_url(self, act: str, **values: Any) -> str:
        """Give the address of a generic act ("selection_create"), with what the screen shows."""
        base = url_for(f"datasets.{act}", code=self.dataset.code, **values)
        return self.state.url(base, *self.state.place)

    def row_url(self, row: Row) -> str | None:
        """Give the record's page."""
        return self.dataset.row_link(row.record) if self.dataset.row_link else None

    def row_name(self, row: Row) -> str:
        """Name the row beside its box."""
        return self.dataset.row_name(row.record)

    def _head(self, column: Column) -> Head:
        first = self.state.sort[0] if self.state.sort else None
        is_first = first is not None and first.key == column.key
        descending = is_first and first is not None and not first.descending
        url = self._address(replace(self.state, sort=(Sort(column.key, descending),))) if column.sortable else None
        direction = None
        if is_first and first is not None:
            direction = "descending" if first.descending else "ascending"
        return Head(_(column.label), url, direction, column.is_numeric, column.minor)

    def _address(self, state: State, *more: tuple[str, str]) -> str:
        return state.url(self.url, *more)


def read_listing(dataset: Dataset, arguments: Arguments, actor: Actor) -> Listing:
    """Look at a dataset as an address asks, in three queries of its own: views, rows, count."""
    views = views_of(dataset, actor)
    state, view = asked_state(dataset, arguments, actor, views)
    page = read_page(dataset, state, actor, size=_page_rows(dataset, actor))
    messages = [text for key, text in state.problems.items() if key == "tri"]
    if page.is_lost:
        messages.append(_("Cette page de la liste n’existe plus : voici la première."))
    is_whole = not page.previous and not page.next
    count = Count(len(page.rows)) if is_whole else count_rows(dataset, state, actor)
    return Listing(
        dataset,
        state,
        url_for(dataset.endpoint),
        page,
        count,
        views,
        view,
        _fields(dataset, arguments, state, actor),
        actor,
        messages,
    )


def asked_state(dataset: Dataset, arguments: Arguments, actor: Actor, views: Views) -> tuple[State, SavedView | None]:
    """Read what an address asks: itself, the view it names, or the view the list opens with."""
    named = next(iter(arguments.get("vue", ())), "")
    view = views.named(named) if named else views.default
    if view is None or not is_bare(dataset, arguments):
        state = read_state(dataset, {**_kept_shape(dataset, actor), **arguments}, actor)
        return state, view if named else None
    place = {key: values for key, values in arguments.items() if key in ("apres", "avant")}
    state = read_state(dataset, {**kept_arguments(view.asked), **place, "vue": [str(view.id)]}, actor)
    return state, view


def _kept_shape(dataset: Dataset, actor: Actor) -> dict[str, list[str]]:
    """Give the order and columns the reader keeps, as far as they may still ask for them."""
    layout = layout_in(dataset.layout, actor)
    sortable = {column.key for column in dataset.open_columns(actor) if column.sortable}
    is_sortable = {part.lstrip("-") for part in layout.tri.split(",")} <= sortable
    shape = {"tri": layout.tri if is_sortable else "", "colonnes": layout.colonnes}
    return {key: [value] for key, value in shape.items() if value}


def _fields(dataset: Dataset, arguments: Arguments, state: State, actor: Actor) -> list[Field]:
    """Give the filters of the form, each with what was typed, or with what a view put there."""
    understood: dict[str, list[str]] = {}
    for key, value in (pair for criterion in state.criteria for pair in criterion.pairs):
        understood.setdefault(key, []).append(value)
    fields = []
    for declared in dataset.open_filters(actor):
        problem = state.problems.get(declared.key, "")
        source: Arguments = arguments if problem else understood
        typed: dict[str, list[str]] = {key: list(_texts(source, key)) for key in declared.keys}
        fields.append(Field(declared, _(declared.label), typed, problem))
    return fields


def _texts(source: Arguments, key: str) -> Sequence[str]:
    return source.get(key, ())


def _page_rows(dataset: Dataset, actor: Actor) -> int:
    """Give how many rows a page shows: as the reader keeps this list, the dataset's own number, what they prefer."""
    kept = layout_in(dataset.layout, actor).rows
    return kept or (preferred(PAGE_ROWS, actor) if dataset.page_size == PAGE_SIZE else dataset.page_size)
