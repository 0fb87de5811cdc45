"""The last word on a newcomer: a seating, or a proof that there is none, by linear programmes and, seldom, by cases."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from app.booking.seating.places import Choice
from app.booking.seating.plan import Party, Plan
from app.booking.seating.proof import HalfCells, Proof, Split, Vector
from app.booking.seating.relaxation import NEARLY, Barred, Programme, Solution, Unsolved
from app.booking.seating.repair import PUSHES, realise, repair
from app.booking.seating.seater import Undecided


class Limits(NamedTuple):
    """How long to look before saying that one does not know: programmes solved, and seconds.

    By themselves, as long as somebody may wait who holds the line; who can wait, or asks by a job, says so.
    """

    programmes: int = 400
    seconds: float = 0.12


class Refuted(NamedTuple):
    """Nobody can seat the party: the proof, its vector when one was enough, and the halves that served."""

    proof: Proof
    vector: Vector | None = None
    halves: tuple[HalfCells, ...] = ()


ROUNDS, ROUNDS_IN_A_CASE = 10, 3
"""How often the programme is cut before cases are divided, at first and within a case."""

AROUND = 1
"""Quarters before and after a stay that still count as its own."""

Seats = dict[str, int]
"""Units by party: the newcomer's, and those of whoever moves."""


def settle_by_cases(
    plan: Plan, newcomer: Party, base: int, limits: Limits, known: Iterable[HalfCells] = ()
) -> Seats | Refuted | Undecided:
    """Decide for certain, or say that it was not decided. `known` are halves that served before.

    Tables that are alike are not told apart at first: the programme is smaller, and what it refuses is refused.
    """
    deadline = time.thread_time() + limits.seconds

    def decide(*, is_detailed: bool) -> Seats | Refuted | Undecided:
        search = _Search(plan, newcomer, base, limits.programmes, deadline, known, is_detailed=is_detailed)
        return search.decide({}, ROUNDS)

    try:
        try:
            return decide(is_detailed=False)
        except _Unrealised:
            return decide(is_detailed=True)
    except Unsolved as unsolved:
        return Undecided(str(unsolved))


def refuted_within(plan: Plan, newcomer: Party, base: int) -> Refuted | None:
    """A proof by the quarters of the stay alone, if there is one: five out of six are, and cost a third of the others.

    Everybody else needs a table for as long as they are there at the same time; before and after, none.
    """
    others = plan.during(newcomer.first - AROUND, newcomer.end + AROUND)
    programme = Programme(plan, newcomer, others, is_detailed=False)
    try:
        solution = programme.most_seated({})
    except Unsolved:
        return None
    finally:
        programme.is_done()
    vector = Vector(plan.floor, solution.cells, others) if solution.missing > NEARLY else None
    return Refuted(vector.proof(base), vector) if vector is not None and vector.refutes(newcomer) else None


class _Unrealised(Exception):
    """Places were given for which no tables were found."""


class _Search:
    def __init__(
        self,
        plan: Plan,
        newcomer: Party,
        base: int,
        programmes: int,
        deadline: float,
        known: Iterable[HalfCells],
        *,
        is_detailed: bool,
    ) -> None:
        self.plan, self.base = plan, base
        self.programme = Programme(plan, newcomer, plan.connected(newcomer), is_detailed=is_detailed)
        self.programme.recall(known)
        self.halves: dict[HalfCells, None] = {}
        self.left, self.deadline = programmes, deadline

    def decide(self, barred: Barred, rounds: int) -> Seats | Refuted | Undecided:
        """Decide one case: the parties without the choices barred to them."""
        self.left -= 1
        if self.left < 0 or time.thread_time() > self.deadline:
            return Undecided("limits")
        solution = self.programme.most_seated(barred)
        if solution.missing > NEARLY:
            return self.refuted(solution, barred)
        if not barred:
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

    def refuted(self, solution: Solution, barred: Barred) -> Refuted | Undecided:
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
        """Real tables for the places the programme gave; whoever may stay stays, if the others then fit."""
        given = {
            party.id: party._replace(options=self._choices(number)[next(iter(shares))].units)
            for number, (party, shares) in enumerate(zip(self.programme.parties, solution.shares, strict=True))
        }
        seats = realise(self.plan, given)
        if seats is None:
            raise _Unrealised
        return seats
