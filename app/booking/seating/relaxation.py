"""The seating of a day as a linear programme, solved by HiGHS: where nobody fits, its duals are the prices that say so.

One variable per party and place it may have, one row per party (it sits once) and one per place and instant (it holds
so many at once). Tables that cannot be told apart are one place of that many (`places`).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from app.booking.seating.floor import Options
from app.booking.seating.halves import Cut, cuts_against
from app.booking.seating.places import layout_of
from app.booking.seating.plan import Party, Plan
from app.booking.seating.proof import HalfCells

SCALE = 720_720
"""Duals of these programmes are mostly small fractions: times this, whole numbers."""
NEARLY = 1e-6
DUAL_SIMPLEX, PRIMAL_SIMPLEX = 1, 4
OPTIONS = {
    "output_flag": False, "threads": 1, "presolve": "off", "random_seed": 1,
    "simplex_scale_strategy": 0, "dual_simplex_cost_perturbation_multiplier": 0.0,
}  # fmt: skip

Barred = Mapping[int, frozenset[int]]
"""The choices that a case forbids, by the number of the party."""


class Unsolved(RuntimeError):
    """HiGHS gave no answer to a programme that has one."""


class Solution(NamedTuple):
    """What the programme says."""

    missing: float
    """How much of the parties stays unseated at best; above zero, the prices refute."""
    shares: list[dict[int, float]]
    """Per party, the share of each choice it has some of; nothing where somebody stays unseated."""
    cells: dict[tuple[int, int], int]
    """Prices by (table, quarter), where somebody stays unseated."""
    halves: tuple[HalfCells, ...]
    """Prices on the cuts made so far."""


class Programme:
    """The linear programme of a newcomer and others who are seated. Narrowed and solved again for each case.

    `is_detailed` tells apart all tables that a combination touches or somebody is fixed to; otherwise what it gives may
    have no seating, while its refusals hold.
    """

    def __init__(self, plan: Plan, newcomer: Party, others: Iterable[Party], *, is_detailed: bool = True) -> None:
        self.floor = plan.floor
        self.parties = [newcomer, *others]
        self.seats = [plan.seat_of.get(party.id) for party in self.parties]
        self._layout = layout_of(self.floor, self.parties, is_detailed=is_detailed)
        self.places = self._layout.places
        self.choices = [self._layout.choices[party.options] for party in self.parties]
        self._columns = [
            (number, choice) for number, choices in enumerate(self.choices) for choice in range(len(choices))
        ]
        self._instants = _instants(self.parties)
        self._rows, self._numbers = self._kept_rows()
        self._most = [1] * len(self.parties) + [len(self.places[place]) for place, _instant in self._rows]
        self._own = self._own_columns()
        self._values: list[float] = []
        self._used: list[float] = []
        self._cuts: list[Cut] = []
        self._recalled: list[Cut] = []
        self._solver: Any = None

    def most_seated(self, barred: Barred) -> Solution:
        """Seat as much of everybody as can be, nobody having a choice that is barred to them."""
        return self._solve(barred, is_for_all=False)

    def fewest_moves(self, barred: Barred) -> Solution:
        """Seat everybody, which must be possible, and as many as can be where they are."""
        return self._solve(barred, is_for_all=True)

    def moved(self, solution: Solution) -> float:
        """How many of those who are seated already move, in whole and in part."""
        return sum(
            share
            for number, shares in enumerate(solution.shares)
            for choice, share in shares.items()
            if number and not self._is_own_seat(number, choice)
        )

    def _solve(self, barred: Barred, *, is_for_all: bool) -> Solution:
        import highspy  # noqa: PLC0415 - twelve megabytes, and numpy: only where a proof needs it
        import numpy as np  # noqa: PLC0415 - the same

        if self._solver is None:
            self._solver = self._made(highspy, np)
        solver, count, parties = self._solver, len(self._columns), len(self.parties)
        costs, upper = np.full(count, 1.0 if is_for_all else -1.0), np.ones(count)
        if is_for_all:
            costs[self._own] = 0.0
        if barred:
            upper[
                [column for column, (number, choice) in enumerate(self._columns) if choice in barred.get(number, ())]
            ] = 0
        columns, rows = np.arange(count, dtype=np.int32), np.arange(parties, dtype=np.int32)
        solver.changeColsCost(count, columns, costs)
        solver.changeColsBounds(count, columns, np.zeros(count), upper)
        solver.changeRowsBounds(parties, rows, np.full(parties, float(is_for_all)), np.ones(parties))
        solver.setOptionValue("simplex_strategy", DUAL_SIMPLEX if barred and not is_for_all else PRIMAL_SIMPLEX)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unsolved(solver.modelStatusToString(solver.getModelStatus()))
        found = solver.getSolution()
        self._values = found.col_value
        self._used = found.row_value
        return self._read(found.col_value, found.row_dual)

    def cut(self, solution: Solution) -> bool:
        """Cut a divided solution off by halves or thirds of full rows (Chvátal and Gomory); whether it could be.

        Those that served before are looked at first.
        """
        cuts = [cut for cut in self._recalled if self._is_broken(cut)]
        if cuts:
            self._recalled = [cut for cut in self._recalled if cut not in cuts]
        else:
            used = zip(self._most, self._used, strict=False)
            full = {row: most for row, (most, value) in enumerate(used) if value > most - NEARLY}
            shared = [
                self._uses(column)
                for column, (number, choice) in enumerate(self._columns)
                if choice in solution.shares[number]
            ]
            cuts = cuts_against(full, shared)
        for cut in cuts:
            self._add(cut)
        return bool(cuts)

    def recall(self, halves: Iterable[HalfCells]) -> None:
        """Keep for cutting what served other programmes of the day, where its rows are rows here too."""
        numbers = {party.id: number for number, party in enumerate(self.parties)}
        place_of = {table: place for place, tables in enumerate(self.places) for table in tables}
        for half in halves:
            rows: dict[int, int] = {}
            for times, ids, cells in ((1, half.parties, half.cells), (2, half.parties_twice, half.cells_twice)):
                rows |= {numbers[id]: times for id in ids if id in numbers}
                priced = Counter((place_of[table], instant) for table, instant in cells if table in place_of)
                rows |= {
                    self._row_of[cell]: times
                    for cell, count in priced.items()
                    if cell in self._row_of and count == len(self.places[cell[0]])
                }
            self._recalled.append(Cut(half.by, tuple(rows.items())))

    def _is_broken(self, cut: Cut) -> bool:
        weights, most = self._weighed(cut)
        return sum(weight * self._values[column] for column, weight in weights.items()) > most + NEARLY

    def _add(self, cut: Cut) -> None:
        weights, most = self._weighed(cut)
        self._solver.addRow(-1e30, most, len(weights), list(weights), list(weights.values()))
        self._cuts.append(cut)

    def _weighed(self, cut: Cut) -> tuple[dict[int, float], float]:
        """The cut as a row: its columns' weights, and its bound."""
        counts: dict[int, int] = {}
        for row, often in cut.rows:
            for column, times in self._counted_in[row]:
                counts[column] = counts.get(column, 0) + often * times
        weights = {column: float(count // cut.by) for column, count in counts.items() if count >= cut.by}
        return weights, float(sum(often * self._most[row] for row, often in cut.rows) // cut.by)

    def _uses(self, column: int) -> dict[int, int]:
        """The rows in which a column counts, each with how often."""
        number, choice = self._columns[column]
        uses = {number: 1}
        for rows, times in self._rows_of(number, choice):
            uses |= dict.fromkeys(rows, times)
        return uses

    @cached_property
    def _counted_in(self) -> list[list[tuple[int, int]]]:
        """Per row, the columns that count in it, and how often."""
        rows: list[list[tuple[int, int]]] = [[] for _row in self._most]
        for column in range(len(self._columns)):
            for row, times in self._uses(column).items():
                rows[row].append((column, times))
        return rows

    def _made(self, highspy: Any, np: Any) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._columns), len(self.parties) + len(self._rows)
        model.col_cost_ = np.zeros(model.num_col_)
        model.col_lower_, model.col_upper_ = np.zeros(model.num_col_), np.ones(model.num_col_)
        model.row_lower_ = np.array([0.0] * len(self.parties) + [-highspy.kHighsInf] * len(self._rows))
        model.row_upper_ = np.array(self._most, dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        self._fill(model.a_matrix_, np)
        solver = highspy.Highs()
        for option, value in OPTIONS.items():
            solver.setOptionValue(option, value)
        solver.passModel(model)
        solver.setBasis(self._basis(highspy))
        return solver

    def _fill(self, matrix: Any, np: Any) -> None:
        """The matrix, column by column: the row of the party, then those of each place while it is there."""
        patterns = [self._pattern(party.options, np) for party in self.parties]
        places, times, sizes = (np.concatenate(parts) for parts in zip(*patterns, strict=True))
        party = np.repeat(np.arange(len(patterns)), [len(pattern[0]) for pattern in patterns])
        stays, numbers = np.array(self._stays), np.array(self._numbers)
        begins = numbers[places, stays[party, 0]]
        lengths = numbers[places, stays[party, 1]] - begins
        own = places < 0
        begins[own], lengths[own] = party[own], 1
        ends = np.cumsum(lengths)
        matrix.start_ = np.concatenate(([0], ends[np.cumsum(sizes) - 1])).astype(np.int32)
        matrix.index_ = (np.repeat(begins - ends + lengths, lengths) + np.arange(ends[-1])).astype(np.int32)
        matrix.value_ = np.repeat(times, lengths)

    def _pattern(self, options: Options, np: Any) -> tuple[Any, Any, Any]:
        """What the columns of parties of these options count in: place (-1: their own row), how often; sizes."""
        found = self._layout.patterns.get(options)
        if found is None:
            columns = [[(-1, 1), *choice] for choice in self._layout.used[options]]
            places, times = zip(*(each for column in columns for each in column), strict=True)
            sizes = np.array([len(column) for column in columns])
            found = self._layout.patterns[options] = np.array(places), np.array(times, dtype=float), sizes
        return found

    def _basis(self, highspy: Any) -> Any:
        """Begin from where everybody sits: three times faster than from nothing."""
        basis, status = highspy.HighsBasis(), highspy.HighsBasisStatus
        seated = [status.kLower] * len(self._columns)
        for column in self._own:
            seated[column] = status.kBasic
        basis.col_status = seated
        basis.row_status = [status.kBasic if seat is None else status.kUpper for seat in self.seats]
        basis.row_status += [status.kBasic] * len(self._rows)
        basis.valid = True
        return basis

    def _is_own_seat(self, number: int, choice: int) -> bool:
        return self.seats[number] in self.choices[number][choice].units

    def _own_columns(self) -> list[int]:
        """The columns that leave everybody where they are."""
        found, first = [], 0
        for party, seat, choices in zip(self.parties, self.seats, self.choices, strict=True):
            own = self._layout.choice_of[party.options].get(seat) if seat is not None else None
            if own is not None:
                found.append(first + own)
            first += len(choices)
        return found

    def _rows_of(self, number: int, choice: int) -> list[tuple[range, int]]:
        """The rows of the places that a choice takes during the stay, and how many tables of each."""
        first, end = self._stays[number]
        return [
            (range(self._numbers[place][first], self._numbers[place][end]), times)
            for place, times in self._layout.used[self.parties[number].options][choice]
        ]

    def _kept_rows(self) -> tuple[list[tuple[int, int]], list[list[int]]]:
        """The rows, place by place, without those that are never full; per place, the number of the row at or after
        each instant.
        """
        rows: list[tuple[int, int]] = []
        changes = [[0] * (len(self._instants) + 1) for _place in self.places]
        for party, (first, end) in zip(self.parties, self._stays, strict=True):
            for place, times in self._layout.most_used[party.options].items():
                changes[place][first] += times
                changes[place][end] -= times
        numbers = []
        for place, changed in enumerate(changes):
            own, asking, most = [], 0, len(self.places[place])
            for instant, change in zip(self._instants, changed, strict=False):
                own.append(len(self.parties) + len(rows))
                asking += change
                if asking > most:
                    rows.append((place, instant))
            numbers.append([*own, len(self.parties) + len(rows)])
        return rows, numbers

    @cached_property
    def _stays(self) -> list[tuple[int, int]]:
        """Per party, the instants at which it is there, half-open."""
        return [
            (bisect_left(self._instants, party.first), bisect_left(self._instants, party.end)) for party in self.parties
        ]

    @cached_property
    def _row_of(self) -> dict[tuple[int, int], int]:
        return {cell: number for number, cell in enumerate(self._rows, start=len(self.parties))}

    def _read(self, values: list[float], duals: list[float]) -> Solution:
        """Who has what where everybody is seated, the prices where somebody is not: no more is asked of either."""
        missing = len(self.parties) - sum(values)
        if missing <= NEARLY:
            shares: list[dict[int, float]] = [{} for _party in self.parties]
            for column, value in enumerate(values):
                if value > NEARLY:
                    number, choice = self._columns[column]
                    shares[number][choice] = value
            return Solution(missing, shares, {}, ())
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
        return Solution(missing, [], cells, halves)

    def _half(self, cut: Cut, price: int) -> HalfCells:
        count = len(self.parties)
        parties: list[set[str]] = [set(), set()]
        cells: list[set[tuple[int, int]]] = [set(), set()]
        for row, often in cut.rows:
            if row < count:
                parties[often - 1].add(self.parties[row].id)
            else:
                place, instant = self._rows[row - count]
                cells[often - 1].update((table, instant) for table in self.places[place])
        return HalfCells(
            price, frozenset(parties[0]), frozenset(cells[0]), cut.by, frozenset(parties[1]), frozenset(cells[1])
        )


def _instants(parties: list[Party]) -> list[int]:
    """The arrivals at which the most sit: between two of them somebody leaves, or the earlier adds nothing."""
    starts = sorted({party.first for party in parties})
    ends = {party.end for party in parties}
    return [
        start
        for start, following in zip(starts, [*starts[1:], None], strict=True)
        if following is None or any(start < end <= following for end in ends)
    ]
