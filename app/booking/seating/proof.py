"""Why nobody could seat a party: prices on tables and quarters that the parties together cannot pay.

Each party that sits somewhere occupies the tables of a unit throughout its stay, so it pays at least the price of its
cheapest unit; each table is sold at most once per quarter, so all together pay at most the sum of the prices. When the
least they would pay exceeds that sum, no seating exists, whatever the prices are and however they were found. They are
integers, so that the sum is exact. Prices on single cells let parties pay in fractions of tables; where that is too
kind, a price is put on half or a third of a set (`Half`). Where one vector is not enough, a party's units are divided,
and each part has its own proof.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Union

from app.booking.seating.floor import Floor, Options
from app.booking.seating.plan import Party

Cells = Mapping[tuple[int, int], int]
"""Prices by table number and relative quarter; what is not named costs nothing."""


class Half(NamedTuple):
    """A price on every second use of some cells by whoever, and of some parties by themselves.

    Each party sits once and each cell is sold once, so their number bounds the uses; half of them, rounded down,
    bounds the pairs of uses, since seats come whole. Likewise thirds, `by` three, where some count twice.
    """

    price: int
    parties: frozenset[str]
    cells: frozenset[tuple[str, int]]
    by: int = 2
    parties_twice: frozenset[str] = frozenset()
    cells_twice: frozenset[tuple[str, int]] = frozenset()


class Prices(NamedTuple):
    """The proof by one vector: prices by (table id, absolute quarter), and on halves."""

    cells: Mapping[tuple[str, int], int]
    halves: tuple[Half, ...] = ()


class Split(NamedTuple):
    """The proof by cases: wherever `party` sits, one of the `cases` (unit ids, proof) holds, and each refutes."""

    party: str
    cases: tuple[tuple[frozenset[str], "Proof"], ...]


Proof = Union[Prices, Split]  # noqa: UP007 - a type that names itself


class HalfCells(NamedTuple):
    """A `Half` in numbers: cells by (table, relative quarter)."""

    price: int
    parties: frozenset[str]
    cells: frozenset[tuple[int, int]]
    by: int = 2
    parties_twice: frozenset[str] = frozenset()
    cells_twice: frozenset[tuple[int, int]] = frozenset()

    @property
    def sum(self) -> int:
        """What can be paid for it at most."""
        once, twice = len(self.parties) + len(self.cells), len(self.parties_twice) + len(self.cells_twice)
        return self.price * ((once + 2 * twice) // self.by)

    def named(self, party: Party) -> int:
        """How often the party counts by itself."""
        return (party.id in self.parties) + 2 * (party.id in self.parties_twice)

    def masks(self) -> dict[int, tuple[int, int]]:
        """Per table, the quarters that count once and those that count twice, as bits."""
        masks: dict[int, tuple[int, int]] = {}
        for table, quarter in self.cells:
            once, twice = masks.get(table, (0, 0))
            masks[table] = once | 1 << quarter, twice
        for table, quarter in self.cells_twice:
            once, twice = masks.get(table, (0, 0))
            masks[table] = once, twice | 1 << quarter
        return masks


class Vector:
    """Prices as the search asks them: what a party would pay at least, and how far those in force are from the sum.

    `balance` is what they pay at least, less the sum of the prices: never above zero while a seating exists. A
    newcomer who would lift it above zero cannot be seated.
    """

    def __init__(
        self, floor: Floor, cells: Cells, parties: Iterable[Party], halves: tuple["HalfCells", ...] = ()
    ) -> None:
        self.floor = floor
        self.cells = {cell: price for cell, price in cells.items() if price > 0}
        self.halves = tuple(half for half in halves if half.price > 0)
        quarters = [quarter for _table, quarter in self.cells]
        quarters += [quarter for half in self.halves for _table, quarter in half.cells | half.cells_twice]
        self.first, self.end = min(quarters, default=0), max(quarters, default=-1) + 1
        self._sums = self._running_sums()
        self._masks = [half.masks() for half in self.halves]
        self._costs: dict[tuple[Options, int, int, tuple[int, ...]], int] = {}
        self.balance = sum(map(self.cost, parties)) - sum(self.cells.values()) - sum(each.sum for each in self.halves)

    def cost(self, party: Party) -> int:
        """The least that the party pays, wherever it sits."""
        first, end = max(party.first, self.first), min(party.end, self.end)
        if first >= end:
            return 0
        named = tuple(half.named(party) for half in self.halves)
        key = (party.options, first, end, named)
        cost = self._costs.get(key)
        if cost is None:
            cost = self._costs[key] = (
                min((self._whole_price(unit, first, end, named) for unit in party.options), default=0)
                if self.halves
                else self._cheapest(party.options, first - self.first, end - self.first)
            )
        return cost

    def refutes(self, party: Party) -> bool:
        """Whether the party cannot be seated beside those in force."""
        return self.balance + self.cost(party) > 0

    def proof(self, base: int) -> Prices:
        """The prices in the words of the house, `base` being the plan's first quarter."""
        ids = self.floor.table_ids

        def absolute(cells: frozenset[tuple[int, int]]) -> frozenset[tuple[str, int]]:
            return frozenset((ids[table], quarter + base) for table, quarter in cells)

        halves = (
            Half(
                half.price, half.parties, absolute(half.cells), half.by, half.parties_twice, absolute(half.cells_twice)
            )
            for half in self.halves
        )
        prices = {(ids[table], quarter + base): price for (table, quarter), price in self.cells.items()}
        return Prices(prices, tuple(halves))

    def _running_sums(self) -> dict[int, list[int]]:
        sums: dict[int, list[int]] = {}
        for table in {table for table, _quarter in self.cells}:
            total, running = 0, [0]
            for quarter in range(self.first, self.end):
                total += self.cells.get((table, quarter), 0)
                running.append(total)
            sums[table] = running
        return sums

    def _whole_price(self, unit: int, first: int, end: int, named: tuple[int, ...]) -> int:
        tables = self.floor.tables[unit]
        price = sum(
            running[end - self.first] - running[first - self.first]
            for table in tables
            if (running := self._sums.get(table))
        )
        stay = (1 << end) - (1 << first)
        for half, masks, uses in zip(self.halves, self._masks, named, strict=True):
            for table in tables:
                if table in masks:
                    once, twice = masks[table]
                    uses += (once & stay).bit_count() + 2 * (twice & stay).bit_count()  # noqa: PLW2901 - a running sum
            price += half.price * (uses // half.by)
        return price

    def _cheapest(self, options: Options, first: int, end: int) -> int:
        tables, sums = self.floor.tables, self._sums
        least = -1
        for unit in options:
            price = 0
            for table in tables[unit]:
                if table in sums:
                    running = sums[table]
                    price += running[end] - running[first]
            if price == 0:
                return 0
            if least < 0 or price < least:
                least = price
        return max(least, 0)


class Store:
    """The vectors found so far, the most useful first. They hold whoever comes and goes: only the balance moves."""

    def __init__(self, most: int = 100) -> None:
        self.most = most
        self.vectors: list[Vector] = []

    def add(self, vector: Vector) -> None:
        """Keep one more; the one that served longest ago makes room."""
        self.vectors.insert(0, vector)
        del self.vectors[self.most :]

    def refuting(self, party: Party) -> Vector | None:
        """A vector that refutes the party."""
        for place, vector in enumerate(self.vectors):
            if vector.first < party.end and party.first < vector.end and vector.refutes(party):
                if place:
                    self.vectors.insert(0, self.vectors.pop(place))
                return vector
        return None

    def joined(self, party: Party) -> None:
        """Somebody is seated from now on."""
        for vector in self.vectors:
            vector.balance += vector.cost(party)

    def left(self, party: Party) -> None:
        """Somebody is seated no more."""
        for vector in self.vectors:
            vector.balance -= vector.cost(party)
