"""The last word on a newcomer: a seating, or a proof that there is none, by linear programmes and, seldom, by cases."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from app.booking.seating.plan import Party, Plan
from app.booking.seating.proof import HalfCells, Proof, Split, Vector
from app.booking.seating.relaxation import NEARLY, Barred, Choice, Programme, Solution, Unsolved
from app.booking.seating.repair import PUSHES, repair
from app.booking.seating.seater import Undecided


class Limits(NamedTuple):
    """How long to look before saying that one does not know: programmes solved, and seconds."""

    programmes: int = 400
    seconds: float = 5.0


class Refuted(NamedTuple):
    """Nobody can seat the party: the proof, its vector when one was enough, and the halves that served."""

    proof: Proof
    vector: Vector | None = None
    halves: tuple[HalfCells, ...] = ()


ROUNDS, ROUNDS_IN_A_CASE = 4, 1
"""How often the programme is cut before cases are divided, at first and within a case."""

Seats = dict[str, int]
"""Units by party: the newcomer's, and those of whoever moves."""


def settle_by_cases(
    plan: Plan, newcomer: Party, base: int, limits: Limits, known: Iterable[HalfCells] = ()
) -> Seats | Refuted | Undecided:
    """Decide for certain, or say that it was not decided. `known` are halves that served before."""
    search = _Search(plan, newcomer, base, limits, known)
    try:
        return search.decide({}, ROUNDS)
    except Unsolved as unsolved:
        return Undecided(str(unsolved))


class _Search:
    def __init__(self, plan: Plan, newcomer: Party, base: int, limits: Limits, known: Iterable[HalfCells] = ()) -> None:
        self.plan, self.base = plan, base
        self.programme = Programme(plan, newcomer)
        self.programme.recall(known)
        self.halves: dict[HalfCells, None] = {}
        self.left = limits.programmes
        self.deadline = time.monotonic() + limits.seconds

    def decide(self, barred: Barred, rounds: int) -> Seats | Refuted | Undecided:
        """Decide one case: the parties without the choices barred to them."""
        self.left -= 1
        if self.left < 0 or time.monotonic() > self.deadline:
            return Undecided("limits")
        solution = self.programme.most_seated(barred)
        if solution.missing > NEARLY:
            return self._refuted(solution, barred)
        solution = self.programme.fewest_moves(barred)
        if all(len(shares) == 1 for shares in solution.shares):
            return self._seats(solution)
        newcomer = self.programme.parties[0]
        rounded = None if barred else repair(self.plan, newcomer, self._favourites(solution), 2 * PUSHES)
        if rounded is not None:
            return rounded
        if rounds and self.programme.cut(solution):
            return self.decide(barred, rounds - 1)
        return self._by_cases(solution, self._to_divide(solution), barred)

    def _to_divide(self, solution: Solution) -> int:
        """The party to divide by cases: who may sit at several tables before others, then who is nearest to a whole."""

        def order(number: int) -> tuple[bool, float, int]:
            shares = solution.shares[number]
            is_wide = any(len(self._choices(number)[choice].places) > 1 for choice in shares)
            return is_wide, max(shares.values()), -number

        return max((number for number, shares in enumerate(solution.shares) if len(shares) > 1), key=order)

    def _favourites(self, solution: Solution) -> Seats:
        """Everybody's greatest share, as a guide: their own unit where the choice has it."""
        guide = {}
        for number, shares in enumerate(solution.shares):
            units = self._choices(number)[max(shares, key=lambda choice: (shares[choice], -choice))].units
            own = self.programme.seats[number]
            guide[self.programme.parties[number].id] = own if own in units else units[0]
        return guide

    def _refuted(self, solution: Solution, barred: Barred) -> Refuted | Undecided:
        """Believe no floating figure: the prices are rounded, and must refute in whole numbers."""
        parties = [self._narrowed(number, barred) for number in range(len(self.programme.parties))]
        vector = Vector(self.plan.floor, solution.cells, parties[1:], solution.halves)
        if not vector.refutes(parties[0]):
            return Undecided("rounding")
        self.halves |= dict.fromkeys(half._replace(price=1) for half in vector.halves)
        return Refuted(vector.proof(self.base), None if barred else vector, tuple(self.halves))

    def _narrowed(self, number: int, barred: Barred) -> Party:
        party = self.programme.parties[number]
        if number not in barred:
            return party
        return party._replace(options=self._units(number, self._all(number) - barred[number]))

    def _by_cases(self, solution: Solution, number: int, barred: Barred) -> Seats | Refuted | Undecided:
        """The divided party has its greatest share, or it has not."""
        shares = solution.shares[number]
        favourite = max(shares, key=lambda choice: (shares[choice], -choice))
        forbidden = barred.get(number, frozenset())
        others = self._all(number) - {favourite}
        cases: list[tuple[frozenset[str], Proof]] = []
        for barring in (others, forbidden | {favourite}):
            found = self.decide({**barred, number: barring}, ROUNDS_IN_A_CASE)
            if not isinstance(found, Refuted):
                return found
            allowed = self._units(number, self._all(number) - barring)
            cases.append((frozenset(self.plan.floor.units[unit].id for unit in allowed), found.proof))
        proof = Split(self.programme.parties[number].id, tuple(cases))
        return Refuted(proof, halves=tuple(self.halves))

    def _all(self, number: int) -> frozenset[int]:
        return frozenset(range(len(self._choices(number))))

    def _choices(self, number: int) -> list[Choice]:
        return self.programme.choices[number]

    def _units(self, number: int, choices: frozenset[int]) -> tuple[int, ...]:
        units = {unit for choice in choices for unit in self._choices(number)[choice].units}
        return tuple(unit for unit in self.programme.parties[number].options if unit in units)

    def _seats(self, solution: Solution) -> Seats:
        """Real tables for the places the programme gave: those who may stay stay, if the others then fit."""
        programme = self.programme
        given = [self._choices(number)[next(iter(shares))] for number, shares in enumerate(solution.shares)]
        seats: Seats = {}
        for place in range(len(programme.places)):
            here = [number for number, choice in enumerate(given) if choice.places == (place,)]
            seats |= self._tables_for(here, given)
        seats |= {
            programme.parties[number].id: choice.units[0]
            for number, choice in enumerate(given)
            if len(choice.places) > 1
        }
        return {id: unit for id, unit in seats.items() if self.plan.seat_of.get(id) != unit}

    def _tables_for(self, numbers: list[int], given: list[Choice]) -> Seats:
        """Colour the stays of one place by its tables, in order of arrival; at no instant are there too many."""
        staying = [number for number in numbers if self.programme.seats[number] in given[number].units]
        coming = [number for number in numbers if number not in staying]
        kept = {number: self.programme.seats[number] for number in staying}
        return self._coloured(coming, given, kept) or self._coloured(numbers, given, {}) or {}

    def _coloured(self, numbers: list[int], given: list[Choice], kept: dict[int, int | None]) -> Seats | None:
        parties = self.programme.parties
        seats = {number: unit for number, unit in kept.items() if unit is not None}
        for number in sorted(numbers, key=lambda number: parties[number].first):
            party = parties[number]
            taken = {seats[other] for other in seats if parties[other].meets(party.first, party.end)}
            free = [unit for unit in given[number].units if unit not in taken]
            if not free:
                return None
            own = self.programme.seats[number]
            seats[number] = own if own in free else free[0]
        return {parties[number].id: unit for number, unit in seats.items()}
