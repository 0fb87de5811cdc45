"""Reading rows: one page, all of them in pieces, or how many. Nothing here knows of a request."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.kernel.access import Actor
from app.kernel.datasets.columns import Column
from app.kernel.datasets.declaration import Dataset
from app.kernel.datasets.keyset import CursorRefused, Key, beyond, seal, unseal
from app.kernel.datasets.searching import matching
from app.kernel.datasets.state import State
from app.kernel.db import db

MOST_COUNTED = 1000
PIECE = 500


@dataclass(frozen=True, slots=True)
class Cell:
    """A value under its column."""

    column: Column
    value: Any
    record: Any
    zone: str

    @property
    def text(self) -> str:
        """Give it as a reader sees it."""
        return self.column.text(self.value, self.record, self.zone)

    @property
    def exported(self) -> Any:
        """Give it as a spreadsheet takes it."""
        return self.column.cell(self.value, self.record, self.zone)


@dataclass(frozen=True, slots=True)
class Row:
    """A record with its cells, in the order of the columns shown."""

    record: Any
    cells: tuple[Cell, ...]
    place: tuple[Any, ...]

    def under(self, cell: Cell) -> list[str]:
        """Give the words that stand below a cell where the screen is too narrow for their own column."""
        return [each.text for each in self.cells if each.column.under == cell.column.key and each.text]


@dataclass(frozen=True)
class Count:
    """How many rows: exact, or "more than" so many."""

    number: int
    is_exact: bool = True


@dataclass(frozen=True)
class Page:
    """Rows of one page, with the cursors of the pages around it; `is_lost` when its own cursor was refused."""

    rows: list[Row]
    previous: str = ""
    next: str = ""
    is_lost: bool = False


def read_page(dataset: Dataset, state: State, actor: Actor, size: int = 0) -> Page:
    """Read the page the state asks for: one query. A cursor that was forged or outlived its order gives the first."""
    reader = _Reader(dataset, state, actor)
    size = size or dataset.page_size
    backwards, cursor = bool(state.before), state.before or state.after
    place: Sequence[Any] | None = None
    is_lost = False
    if cursor:
        try:
            place = reader.place_of(cursor)
        except CursorRefused:
            is_lost, backwards = True, False
    rows = reader.read(size + 1, place, backwards=backwards)
    if not rows and place is not None:
        # The rows of that page are gone: show where the list begins.
        place, backwards = None, False
        rows = reader.read(size + 1, None)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_previous = more if backwards else place is not None
    has_next = True if backwards else more
    return Page(
        rows,
        previous=reader.cursor(rows[0]) if rows and has_previous else "",
        next=reader.cursor(rows[-1]) if rows and has_next else "",
        is_lost=is_lost,
    )


def read_pieces(dataset: Dataset, state: State, actor: Actor, size: int = PIECE) -> Iterator[list[Row]]:
    """Read every row, in pieces of one short query each: no long transaction, and flat memory."""
    reader = _Reader(dataset, state, actor)
    place: Sequence[Any] | None = None
    while True:
        rows = reader.read(size, place)
        if rows:
            place = rows[-1].place
            yield rows
        is_last = len(rows) < size
        del rows
        if is_last:
            return


def count_rows(dataset: Dataset, state: State, actor: Actor, most: int | None = MOST_COUNTED) -> Count:
    """Count the rows, no further than `most` (None: to the end)."""
    matching_rows = selected(dataset, state, actor).order_by(None)
    ids = matching_rows.options().with_only_columns(_entity(matching_rows).id, maintain_column_froms=True)
    if most is None:
        number = db.session.execute(sa.select(sa.func.count()).select_from(ids.subquery())).scalar_one()
        return Count(number)
    bounded = ids.limit(most + 1).subquery()
    number = db.session.execute(sa.select(sa.func.count()).select_from(bounded)).scalar_one()
    return Count(min(number, most), is_exact=number <= most)


def selected(dataset: Dataset, state: State, actor: Actor) -> sa.Select[Any]:
    """Give the visible query narrowed by words and filters: what list, count, export and selection all share."""
    conditions = [criterion.condition for criterion in state.criteria]
    if state.search:
        conditions += matching(dataset.open_search(actor), state.search)
    return dataset.query(actor).where(*conditions)


def shown_columns(dataset: Dataset, state: State, actor: Actor) -> list[Column]:
    """Give the columns the state shows, as this actor may see them; one below another not shown stands alone."""
    opened = {column.key: column for column in dataset.open_columns(actor)}
    shown = {key: opened[key] for key in state.columns if key in opened}
    return [
        replace(column, minor=False, under="") if column.under and column.under not in shown else column
        for column in shown.values()
    ]


def _entity(statement: sa.Select[Any]) -> Any:
    return statement.column_descriptions[0]["entity"]


class _Reader:
    """One dataset in one state for one actor: its statement, made once, and read from any place in its order."""

    def __init__(self, dataset: Dataset, state: State, actor: Actor) -> None:
        self.columns = shown_columns(dataset, state, actor)
        self.zone = dataset.local_zone()
        self.scope = f"{dataset.code}:{state.sort_text}"
        narrowed = selected(dataset, state, actor)
        self.keys = _keys(dataset, state, _entity(narrowed).id)
        self.queried = [column for column in self.columns if not isinstance(column.value, str)]
        cells = [
            sa.type_coerce(column.value, column.value.type).label(f"cell_{number}")  # type: ignore[union-attr]
            for number, column in enumerate(self.queried)
        ]
        places = [key.expression.label(f"place_{number}") for number, key in enumerate(self.keys)]
        self.statement = narrowed.add_columns(*cells, *places)

    def place_of(self, cursor: str) -> list[Any]:
        """Read a cursor; raises CursorRefused."""
        place = unseal(self.scope, cursor)
        if len(place) != len(self.keys):
            raise CursorRefused(cursor)
        return place

    def cursor(self, row: Row) -> str:
        """Write the cursor of a row."""
        return seal(self.scope, row.place)

    def read(self, size: int, place: Sequence[Any] | None, *, backwards: bool = False) -> list[Row]:
        """Read at most `size` rows beyond a place, the nearest first."""
        keys = [key.backwards() for key in self.keys] if backwards else self.keys
        statement = self.statement.order_by(None).order_by(*(key.ordered() for key in keys)).limit(size)
        if place is not None:
            statement = statement.where(beyond(keys, place))
        found = db.session.execute(statement).unique().all()
        return [self._row(tuple(values)) for values in found]

    def _row(self, values: tuple[Any, ...]) -> Row:
        record = values[0]
        queried = iter(values[1 : 1 + len(self.queried)])
        cells = tuple(
            Cell(column, column.read(record) if isinstance(column.value, str) else next(queried), record, self.zone)
            for column in self.columns
        )
        return Row(record, cells, values[-len(self.keys) :])


def _keys(dataset: Dataset, state: State, record_id: Any) -> list[Key]:
    keys = []
    for sort in state.sort:
        expression = dataset.by_key[sort.key].sort_expression
        if expression is not None:
            keys.append(Key(expression, sort.descending, nullable=_may_be_null(expression)))
    keys.append(Key(record_id, keys[-1].descending if keys else False, nullable=False))
    return keys


def _may_be_null(expression: Any) -> bool:
    """Tell whether NULLs may come: a plain column says so itself, a CASE made from a choice has none."""
    if isinstance(expression, sa.Case):
        return expression.else_ is None
    element = getattr(expression, "expression", expression)
    return bool(getattr(element, "nullable", True))
