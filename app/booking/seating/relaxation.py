"""The seating of a day as a linear programme, solved by HiGHS: where nobody fits, its duals are the prices that say so.

One variable per party and place it may have, one row per party (it sits once) and one per place and instant (it holds
so many at once). Tables that the same parties may use, and that no combination in use touches, are one place of that
many: intervals that never exceed k at once can be given k tables.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from app.booking.seating.floor import Floor, Options
from app.booking.seating.halves import halves_against
from app.booking.seating.plan import Party, Plan
from app.booking.seating.proof import HalfCells

SCALE = 720_720
"""Duals of these programmes are mostly small fractions: times this, whole numbers."""
NEARLY = 1e-6
DUAL_SIMPLEX, PRIMAL_SIMPLEX = 1, 4
OPTIONS = {
    "output_flag": False, "threads": 1, "presolve": "off", "random_seed": 1,
    "simplex_scale_strategy": 0,
}  # fmt: skip

Barred = Mapping[int, frozenset[int]]
"""The choices that a case forbids, by the number of the party."""


class Unsolved(RuntimeError):
    """HiGHS gave no answer to a programme that has one."""


class Choice(NamedTuple):
    """One thing a party may be given: any table of a place, or a combination."""

    units: tuple[int, ...]
    places: tuple[int, ...]


class Solution(NamedTuple):
    """What the programme says."""

    missing: float
    """How much of the parties stays unseated at best; above zero, the prices refute."""
    shares: list[dict[int, float]]
    """Per party, the share of each choice it has some of."""
    cells: dict[tuple[int, int], int]
    """Prices by (table, quarter)."""
    halves: tuple[HalfCells, ...]
    """Prices on the cuts made so far."""


class Cut(NamedTuple):
    """Rows whose sum, halved and rounded down, no whole solution exceeds: parties, and cells by (place, instant)."""

    parties: frozenset[int]
    cells: frozenset[tuple[int, int]]


class Programme:
    """The linear programme of a newcomer and all those joined to it. Narrowed and solved again for each case."""

    def __init__(self, plan: Plan, newcomer: Party) -> None:
        self.floor = plan.floor
        self.parties = [newcomer, *plan.connected(newcomer)]
        self.seats = [plan.seat_of.get(party.id) for party in self.parties]
        self.places = _places(self.floor, self.parties)
        choices = _choices(self.floor, self.parties, self.places)
        self.choices = [choices[party.options] for party in self.parties]
        self._columns = [
            (number, choice) for number, choices in enumerate(self.choices) for choice in range(len(choices))
        ]
        self._rows: list[tuple[int, int]] = []
        self._row_of: dict[tuple[int, int], int] = {}
        self._starts, self._index = self._matrix()
        self._masks = [sum(1 << row for row in self._index[start:end]) for start, end in pairwise(self._starts)]
        self._most = [1] * len(self.parties) + [len(self.places[place]) for place, _instant in self._rows]
        self._full: list[bool] = []
        self._cuts: list[Cut] = []
        self._recalled: list[Cut] = []
        self._solver: Any = None

    def most_seated(self, barred: Barred) -> Solution:
        """Seat as much of everybody as can be, nobody having a choice that is barred to them."""
        return self._solve([-1.0] * len(self._columns), barred, least=0.0)

    def fewest_moves(self, barred: Barred) -> Solution:
        """Seat everybody, which must be possible, and as many as can be where they are."""
        costs = [float(not self._is_own_seat(number, choice)) for number, choice in self._columns]
        return self._solve(costs, barred, least=1.0)

    def _solve(self, costs: list[float], barred: Barred, least: float) -> Solution:
        import highspy  # noqa: PLC0415 - twelve megabytes, and numpy: only where a proof needs it
        import numpy as np  # noqa: PLC0415 - the same

        if self._solver is None:
            self._solver = self._made(highspy, np)
            for cut in self._recalled:
                self._add(cut)
        solver, count, parties = self._solver, len(costs), len(self.parties)
        upper = np.array([float(choice not in barred.get(number, ())) for number, choice in self._columns])
        columns = np.arange(count, dtype=np.int32)
        solver.changeColsCost(count, columns, np.array(costs))
        solver.changeColsBounds(count, columns, np.zeros(count), upper)
        rows = np.arange(parties, dtype=np.int32)
        solver.changeRowsBounds(parties, rows, np.full(parties, least), np.ones(parties))
        solver.setOptionValue("simplex_strategy", DUAL_SIMPLEX if barred and not least else PRIMAL_SIMPLEX)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unsolved(solver.modelStatusToString(solver.getModelStatus()))
        found = solver.getSolution()
        self._full = [value > most - NEARLY for value, most in zip(found.row_value, self._most, strict=False)]
        return self._read(found.col_value, found.row_dual)

    def cut(self, solution: Solution) -> bool:
        """Cut a divided solution off by halves of full rows (Chvátal and Gomory); whether there was such a cut."""
        cuts = halves_against(self._full_rows(), self._shared_columns(solution))
        for rows in cuts:
            parties = frozenset(row for row in rows if row < len(self.parties))
            cells = frozenset(self._rows[row - len(self.parties)] for row in rows if row >= len(self.parties))
            self._add(Cut(parties, cells))
        return bool(cuts)

    def recall(self, halves: Iterable[HalfCells]) -> None:
        """Cut from the start by what served other programmes of the day, where its rows are rows here too."""
        numbers = {party.id: number for number, party in enumerate(self.parties)}
        place_of = {table: place for place, tables in enumerate(self.places) for table in tables}
        for half in halves:
            parties = frozenset(numbers[id] for id in half.parties if id in numbers)
            cells = Counter((place_of[table], instant) for table, instant in half.cells if table in place_of)
            whole = frozenset(
                cell for cell, count in cells.items() if cell in self._row_of and count == len(self.places[cell[0]])
            )
            self._recalled.append(Cut(parties, whole))

    def _full_rows(self) -> dict[int, bool]:
        """The rows that are full, each with whether it holds an odd number."""
        return {row: self._most[row] % 2 == 1 for row, is_full in enumerate(self._full) if is_full}

    def _shared_columns(self, solution: Solution) -> list[list[int]]:
        """The columns that have a share, each as the rows in which it counts."""
        starts, index = self._starts, self._index
        return [
            index[starts[column] : starts[column + 1]]
            for column, (number, choice) in enumerate(self._columns)
            if choice in solution.shares[number]
        ]

    def _add(self, cut: Cut) -> None:
        most = (len(cut.parties) + sum(len(self.places[place]) for place, _instant in cut.cells)) // 2
        rows = sum(1 << row for row in cut.parties | {self._row_of[cell] for cell in cut.cells})
        weights = [(mask & rows).bit_count() // 2 for mask in self._masks]
        columns = [column for column, weight in enumerate(weights) if weight]
        values = [float(weights[column]) for column in columns]
        self._solver.addRow(-1e30, float(most), len(columns), columns, values)
        self._cuts.append(cut)

    def _made(self, highspy: Any, np: Any) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._columns), len(self.parties) + len(self._rows)
        model.col_cost_ = np.zeros(model.num_col_)
        model.col_lower_, model.col_upper_ = np.zeros(model.num_col_), np.ones(model.num_col_)
        model.row_lower_ = np.array([0.0] * len(self.parties) + [-highspy.kHighsInf] * len(self._rows))
        model.row_upper_ = np.array(self._most, dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.array(self._starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(self._index, dtype=np.int32)
        model.a_matrix_.value_ = np.ones(len(self._index))
        solver = highspy.Highs()
        for option, value in OPTIONS.items():
            solver.setOptionValue(option, value)
        solver.passModel(model)
        solver.setBasis(self._basis(highspy))
        return solver

    def _basis(self, highspy: Any) -> Any:
        """Begin from where everybody sits: three times faster than from nothing."""
        basis, status = highspy.HighsBasis(), highspy.HighsBasisStatus
        seated = [self._is_own_seat(number, choice) for number, choice in self._columns]
        basis.col_status = [status.kBasic if own else status.kLower for own in seated]
        basis.row_status = [status.kBasic if seat is None else status.kUpper for seat in self.seats]
        basis.row_status += [status.kBasic] * len(self._rows)
        basis.valid = True
        return basis

    def _is_own_seat(self, number: int, choice: int) -> bool:
        return self.seats[number] in self.choices[number][choice].units

    def _matrix(self) -> tuple[list[int], list[int]]:
        """The columns, as the rows in which they count one. Rows that can never be full are left out."""
        there = {
            instant: [number for number, party in enumerate(self.parties) if party.first <= instant < party.end]
            for instant in _instants(self.parties)
        }
        for instant, numbers in there.items():
            asking = Counter(place for n in numbers for place in {p for c in self.choices[n] for p in c.places})
            self._rows += [(place, instant) for place, most in asking.items() if most > len(self.places[place])]
        self._row_of = row_of = {row: number for number, row in enumerate(self._rows, start=len(self.parties))}
        starts, index = [0], []
        for number, choice in self._columns:
            party = self.parties[number]
            index.append(number)
            index += [
                row_of[place, instant]
                for instant in there
                if party.first <= instant < party.end
                for place in self.choices[number][choice].places
                if (place, instant) in row_of
            ]
            starts.append(len(index))
        return starts, index

    def _read(self, values: list[float], duals: list[float]) -> Solution:
        shares: list[dict[int, float]] = [{} for _party in self.parties]
        for (number, choice), value in zip(self._columns, values, strict=True):
            if value > NEARLY:
                shares[number][choice] = value
        rows = len(self.parties) + len(self._rows)
        cells = {
            (table, instant): round(-dual * SCALE)
            for (place, instant), dual in zip(self._rows, duals[len(self.parties) : rows], strict=True)
            if -dual > NEARLY
            for table in self.places[place]
        }
        halves = tuple(
            self._half(cut, round(-dual * SCALE))
            for cut, dual in zip(self._cuts, duals[rows:], strict=True)
            if -dual > NEARLY
        )
        return Solution(len(self.parties) - sum(values), shares, cells, halves)

    def _half(self, cut: Cut, price: int) -> HalfCells:
        parties = frozenset(self.parties[number].id for number in cut.parties)
        cells = frozenset((table, instant) for place, instant in cut.cells for table in self.places[place])
        return HalfCells(price, parties, cells)


def _instants(parties: list[Party]) -> list[int]:
    """The arrivals at which the most sit: between two of them somebody leaves, or the earlier adds nothing."""
    starts = sorted({party.first for party in parties})
    ends = {party.end for party in parties}
    return [
        start
        for start, following in zip(starts, [*starts[1:], None], strict=True)
        if following is None or any(start < end <= following for end in ends)
    ]


def _places(floor: Floor, parties: list[Party]) -> list[tuple[int, ...]]:
    """Tables by place: those that the same parties may have alone, and no combination touches; others by themselves."""
    asked = {party.options for party in parties}
    touched = 0
    users: dict[int, list[int]] = defaultdict(list)
    for which, options in enumerate(asked):
        singles, several = floor.split(options)
        for mask in several:
            touched |= mask
        for table in range(len(floor.table_ids)):
            if singles >> table & 1:
                users[table].append(which)
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for table in range(len(floor.table_ids)):
        if touched >> table & 1:
            alike[-1, table].append(table)
        elif table in users:
            alike[tuple(users[table])].append(table)
    return [tuple(tables) for tables in alike.values()]


def _choices(floor: Floor, parties: list[Party], places: list[tuple[int, ...]]) -> dict[Options, list[Choice]]:
    place_of = {table: place for place, tables in enumerate(places) for table in tables}
    found: dict[Options, list[Choice]] = {}
    for options in {party.options for party in parties}:
        singles: dict[int, list[int]] = defaultdict(list)
        several = []
        for unit in options:
            tables = floor.tables[unit]
            if len(tables) == 1:
                singles[place_of[tables[0]]].append(unit)
            else:
                several.append(Choice((unit,), tuple(place_of[table] for table in tables)))
        found[options] = [Choice(tuple(units), (place,)) for place, units in singles.items()] + several
    return found
