"""The seating of a day as a linear programme, solved by HiGHS: where nobody fits, its duals are the prices that say so.

One variable per party and place it may have, one row per party (it sits once) and one per place and instant (it holds
so many at once). Tables that cannot be told apart are one place of that many (`places`).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from app.booking.seating.halves import Cut, cuts_against
from app.booking.seating.patterns import Pattern, pattern_of
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

_SPARE: list[Any] = []
"""Solvers that no programme uses now."""

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
        self._offers = [self._layout.offer(party.options) for party in self.parties]
        self.choices = [offer.choices for offer in self._offers]
        self._instants = _instants(self.parties)
        self._own = self._own_columns()
        self._found: Any = None
        self._cuts: list[Cut] = []
        self._recalled: list[Cut] = []
        self._solver: Any = None

    def most_seated(self, barred: Barred) -> Solution:
        """Seat as much of everybody as can be, nobody having a choice that is barred to them."""
        return self._solve(barred, is_for_all=False)

    def fewest_moves(self, barred: Barred) -> Solution:
        """Seat everybody, which must be possible, and as many as can be where they are."""
        return self._solve(barred, is_for_all=True)

    def is_done(self) -> None:
        """Leave the solver to the next programme: a new one costs a tenth of what a small programme takes."""
        if self._solver is not None:
            _SPARE.append(self._solver)
            self._solver = None

    def _solve(self, barred: Barred, *, is_for_all: bool) -> Solution:
        import highspy  # noqa: PLC0415 - twelve megabytes, and numpy: only where a proof needs it
        import numpy as np  # noqa: PLC0415 - the same

        count, parties = sum(map(len, self.choices)), len(self.parties)
        costs, upper = np.full(count, 1.0 if is_for_all else -1.0), np.ones(count)
        if is_for_all:
            costs[self._own] = 0.0
        if barred:
            upper[
                [column for column, (number, choice) in enumerate(self._columns) if choice in barred.get(number, ())]
            ] = 0
        least = np.full(parties, float(is_for_all))
        solver = self._solver
        if solver is None:
            solver = self._solver = self._made(highspy, np, costs, upper, least)
        else:
            columns, rows = np.arange(count, dtype=np.int32), np.arange(parties, dtype=np.int32)
            solver.changeColsCost(count, columns, costs)
            solver.changeColsBounds(count, columns, np.zeros(count), upper)
            solver.changeRowsBounds(parties, rows, least, np.ones(parties))
        solver.setOptionValue("simplex_strategy", DUAL_SIMPLEX if barred and not is_for_all else PRIMAL_SIMPLEX)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unsolved(solver.modelStatusToString(solver.getModelStatus()))
        self._found = solver.getSolution()
        if not is_for_all and (missing := parties + solver.getObjectiveValue()) > NEARLY:
            return self._refused(missing, self._found.row_dual)
        return self._granted(self._found.col_value)

    def cut(self, solution: Solution) -> bool:
        """Cut a divided solution off by halves or thirds of full rows (Chvátal and Gomory); whether it could be.

        Those that served before are looked at first.
        """
        cuts = [cut for cut in self._recalled if self._is_broken(cut)]
        if cuts:
            self._recalled = [cut for cut in self._recalled if cut not in cuts]
        else:
            used = zip(self._most, self._found.row_value, strict=False)
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
        values: list[float] = self._found.col_value
        return sum(weight * values[column] for column, weight in weights.items()) > most + NEARLY

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

    def _made(self, highspy: Any, np: Any, costs: Any, upper: Any, least: Any) -> Any:
        """The solver, given the programme by arrays: the classes of the library copy them number by number."""
        starts, indices, values = self._matrix(np)
        count, rows = len(costs), len(self._most)
        never = np.full(rows - len(least), -highspy.kHighsInf)
        most = np.array(self._most, dtype=float)
        if _SPARE:
            solver = _SPARE.pop()
        else:
            solver = highspy.Highs()
            for option, value in OPTIONS.items():
                solver.setOptionValue(option, value)
        solver.passModel(
            count, rows, len(values), int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0,
            costs, np.zeros(count), upper, np.concatenate((least, never)), most,
            starts, indices, values, np.zeros(count, dtype=np.int32),
        )  # fmt: skip
        solver.setBasis(self._basis(highspy, count))
        return solver

    def _matrix(self, np: Any) -> tuple[Any, Any, Any]:
        """Where each column begins, its rows, and how often it counts in each: the row of the party, then those of
        each place while it is there.
        """
        patterns = self._patterns
        places = np.concatenate([pattern.places for pattern in patterns])
        times = np.concatenate([pattern.times for pattern in patterns])
        sizes = np.concatenate([pattern.sizes for pattern in patterns])
        party = np.repeat(np.arange(len(patterns)), [len(pattern.places) for pattern in patterns])
        stays, numbers = np.array(self._stays), self._numbers
        begins = numbers[places, stays[party, 0]]
        lengths = numbers[places, stays[party, 1]] - begins
        own = places < 0
        begins[own], lengths[own] = party[own], 1
        ends = np.cumsum(lengths)
        starts = np.concatenate(([0], ends[np.cumsum(sizes) - 1])).astype(np.int32)
        indices = (np.repeat(begins - ends + lengths, lengths) + np.arange(ends[-1])).astype(np.int32)
        return starts, indices, np.repeat(times, lengths)

    @cached_property
    def _patterns(self) -> list[Pattern]:
        return [pattern_of(self._layout, party.options) for party in self.parties]

    def _basis(self, highspy: Any, columns: int) -> Any:
        """Begin from where everybody sits: three times faster than from nothing."""
        basis, status = highspy.HighsBasis(), highspy.HighsBasisStatus
        seated = [status.kLower] * columns
        for column in self._own:
            seated[column] = status.kBasic
        basis.col_status = seated
        basis.row_status = [status.kBasic if seat is None else status.kUpper for seat in self.seats]
        basis.row_status += [status.kBasic] * len(self._rows)
        basis.valid = True
        return basis

    def _own_columns(self) -> list[int]:
        """The columns that leave everybody where they are."""
        found, first = [], 0
        for seat, offer in zip(self.seats, self._offers, strict=True):
            own = offer.choice_of.get(seat) if seat is not None else None
            if own is not None:
                found.append(first + own)
            first += len(offer.choices)
        return found

    def _rows_of(self, number: int, choice: int) -> list[tuple[range, int]]:
        """The rows of the places that a choice takes during the stay, and how many tables of each."""
        first, end = self._stays[number]
        return [
            (range(self._numbers[place, first], self._numbers[place, end]), times)
            for place, times in self._offers[number].used[choice]
        ]

    @cached_property
    def _kept(self) -> Any:
        """Per place and instant, whether more could be asked for than there is: what is never full needs no row."""
        import numpy as np  # noqa: PLC0415 - as heavy as the solver it is for

        stays, instants = np.array(self._stays), np.arange(len(self._instants))
        is_there = (stays[:, :1] <= instants) & (instants < stays[:, 1:])
        asked = np.concatenate([pattern.most_used for pattern in self._patterns]).reshape(len(stays), -1)
        return asked.T @ is_there > np.array([[len(tables)] for tables in self.places])

    @cached_property
    def _numbers(self) -> Any:
        """Per place, the number of the row at or after each instant, and after the last."""
        import numpy as np  # noqa: PLC0415 - the same

        places, instants = self._kept.shape
        before = np.concatenate(([0], self._kept.cumsum())) + len(self.parties)
        return before[np.arange(places)[:, None] * instants + np.arange(instants + 1)]

    @cached_property
    def _rows(self) -> list[tuple[int, int]]:
        """The place and the instant of each row after those of the parties."""
        places, instants = self._kept.nonzero()
        return [
            (place, self._instants[instant]) for place, instant in zip(places.tolist(), instants.tolist(), strict=True)
        ]

    @cached_property
    def _most(self) -> list[int]:
        """Per row, how many it holds."""
        return [1] * len(self.parties) + [len(self.places[place]) for place, _instant in self._rows]

    @cached_property
    def _columns(self) -> list[tuple[int, int]]:
        """Per column, the number of the party and of its choice."""
        return [(number, choice) for number, choices in enumerate(self.choices) for choice in range(len(choices))]

    @cached_property
    def _stays(self) -> list[tuple[int, int]]:
        """Per party, the instants at which it is there, half-open."""
        return [
            (bisect_left(self._instants, party.first), bisect_left(self._instants, party.end)) for party in self.parties
        ]

    @cached_property
    def _row_of(self) -> dict[tuple[int, int], int]:
        return {cell: number for number, cell in enumerate(self._rows, start=len(self.parties))}

    def _granted(self, values: list[float]) -> Solution:
        """Who has what, everybody being seated."""
        shares: list[dict[int, float]] = [{} for _party in self.parties]
        for column, value in enumerate(values):
            if value > NEARLY:
                number, choice = self._columns[column]
                shares[number][choice] = value
        return Solution(0.0, shares, {}, ())

    def _refused(self, missing: float, duals: list[float]) -> Solution:
        """The prices that say so."""
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
