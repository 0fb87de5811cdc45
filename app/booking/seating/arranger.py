"""One day's seating, kept as it changes: whether one more party can be seated, who moves for it, or why nobody can.

Cheap answers first: a free unit; prices that refuted somebody before; what one quarter can free; a push or two. What
is left goes to the linear programme. Why in this order: docs/decisions/0012-engine.md.
"""

from collections.abc import Iterable
from dataclasses import replace

from app.booking.seating.cases import Limits, Refuted, Seats, refuted_within, settle_by_cases
from app.booking.seating.chains import chain
from app.booking.seating.check import faults
from app.booking.seating.engine import Request
from app.booking.seating.floor import floor_of
from app.booking.seating.plan import Party, Plan, Sitting, parties_of
from app.booking.seating.policy import GUARDED, Policy, PolicyName
from app.booking.seating.proof import HalfCells, Proof, Store
from app.booking.seating.reach import Reach
from app.booking.seating.repair import repair
from app.booking.seating.room import Room
from app.booking.seating.seater import Decision, Seated, Undecided, Unseated

SPAN = 4 * 96
NEWCOMER = "\0newcomer"
"""The id of whoever only asks."""


FEW = 2
"""Moves of chains that `exact` tries at once; longer ones cost more than the proof that there is none."""
HALVES = 80
"""Halves kept from one proof to the next."""


class UnsoundPlan(RuntimeError):
    """The search gave a plan that does not hold: a fault of ours, never to be written."""


class Arranger:
    """The seating of a day under a policy. Not shared between threads; `base` is its first absolute quarter."""

    def __init__(
        self, room: Room, base: int, sittings: Iterable[Sitting] = (), policy: Policy = GUARDED, span: int = SPAN
    ) -> None:
        self.floor, self.base, self.policy = floor_of(room), base, policy
        self.limits = Limits()
        self.sittings = {sitting.id: sitting for sitting in sittings}
        self.plan = Plan(self.floor, span)
        for party, unit in parties_of(self.floor, base, span, self.sittings.values()):
            self.plan.seat(party, unit)
        self.store, self.reach = Store(), Reach(self.plan)
        self._halves: list[HalfCells] = []
        self._refused: list[tuple[Party, Proof | None]] = []

    def decide(self, request: Request) -> Decision:
        """Whether the party can be seated, and how. Changes nothing."""
        party = self.party(NEWCOMER, request)
        if not party.options:
            return Unseated()
        free = self.plan.free_unit(party)
        if free is not None:
            return Seated(self.floor.units[free])
        if not self.policy.may_move:
            return Unseated()
        found = self._search(party) if self.policy.name is PolicyName.EXACT else self._chain(party)
        return self._seated(found) if isinstance(found, dict) else found

    def has_free_unit(self, request: Request) -> bool:
        """Whether the party can be seated without moving anybody."""
        return self.plan.free_unit(self.party(NEWCOMER, request)) is not None

    def seat(self, id: str, request: Request, seated: Seated) -> None:
        """Write what `decide` said: the moves, and the party under its id. UnsoundPlan when it does not hold."""
        party = self.party(id, request)
        for move in seated.moves:
            self.sittings[move.id] = replace(self.sittings[move.id], unit=move.target)
        self.plan.rearrange({move.id: self.floor.number[move.target] for move in seated.moves})
        self.plan.seat(party, self.floor.number[seated.unit.id])
        self.sittings[id] = Sitting(id, request.quarters, request.covers, seated.unit.id, request.area, request.lock)
        self.store.joined(party)
        self.reach.changed(party)
        if seated.moves:
            self._forget(party)
        self._check({id, *(move.id for move in seated.moves)})

    def remove(self, id: str) -> Sitting:
        """Give a party's tables back; gives the sitting it had."""
        party, _unit = self.plan.remove(id)
        self.store.left(party)
        self.reach.changed(party)
        self._forget(party)
        return self.sittings.pop(id)

    def restore(self, sitting: Sitting) -> None:
        """Seat again somebody whom `remove` took out, where they were."""
        self.sittings[sitting.id] = sitting
        for party, unit in parties_of(self.floor, self.base, len(self.plan.taken), (sitting,)):
            self.plan.seat(party, unit)
            self.store.joined(party)
            self.reach.changed(party)

    def _forget(self, party: Party) -> None:
        """Somebody left or was moved: what was refused to those joined to them may be granted now."""
        joined = [party, *self.plan.connected(party)]
        first, end = min(each.first for each in joined), max(each.end for each in joined)
        self._refused = [(refused, proof) for refused, proof in self._refused if not refused.meets(first, end)]

    def _check(self, changed: set[str]) -> None:
        """Look again, minute by minute, at the tables of those who were just seated, and at all who sit there."""
        tables = {table for id in changed for table in self._tables(self.sittings[id])}
        there = [sitting for sitting in self.sittings.values() if not tables.isdisjoint(self._tables(sitting))]
        wrong = next(faults(self.floor.room, there), None)
        if wrong is not None:
            raise UnsoundPlan(wrong)

    def _tables(self, sitting: Sitting) -> tuple[str, ...]:
        return self.floor.units[self.floor.number[sitting.unit]].tables

    def party(self, id: str, request: Request) -> Party:
        """A request in the numbers of the plan."""
        quarters = request.quarters
        options = self.floor.options(request.covers, request.area, request.lock)
        return Party(id, quarters.start - self.base, quarters.stop - self.base, request.covers, options)

    def _known_to_be_refuted(self, party: Party) -> Unseated | None:
        most = self.policy.moves_for(party.covers)
        for refused, proof in self._refused:
            if party.asks_as_much_as(refused) and (proof is not None or most <= self.policy.moves_for(refused.covers)):
                return Unseated(proof)
        vector = self.store.refuting(party)
        if vector is None:
            vector = self.reach.refuting(party)
            if vector is not None:
                self.store.add(vector)
        return None if vector is None else Unseated(vector.proof(self.base))

    def _search(self, party: Party) -> Seats | Unseated | Undecided:
        refuted = self._known_to_be_refuted(party)
        if refuted is not None:
            return refuted
        pushed = chain(self.plan, party, party.options, range(1, FEW + 1))
        if pushed is not None:
            return pushed
        found: Seats | Refuted | Undecided | None = refuted_within(self.plan, party, self.base)
        found = found or repair(self.plan, party)
        found = found or settle_by_cases(self.plan, party, self.base, self.limits, self._halves)
        if not isinstance(found, Refuted):
            return found
        self._halves = list(dict.fromkeys([*found.halves, *self._halves]))[:HALVES]
        if found.vector is None:  # proved by cases: true for whoever asks for as much, until somebody leaves or moves
            self._refused.append((party, found.proof))
        else:
            self.store.add(found.vector)
        return Unseated(found.proof)

    def _chain(self, party: Party) -> Seats | Unseated:
        units = self.floor.units
        close = tuple(
            unit for unit in party.options if units[unit].max_covers - party.covers <= self.policy.spare_seats
        )
        asked = party._replace(options=close)
        if not close or self._known_to_be_refuted(asked):  # else nothing known refutes the party with all its units
            return self._known_to_be_refuted(party) or Unseated()
        found = chain(self.plan, party, close, range(1, self.policy.moves_for(party.covers) + 1))
        if found is None:  # no chain for whoever asks for as much, either
            self._refused.append((asked, None))
        return found or Unseated()

    def _seated(self, seats: Seats) -> Seated:
        others = {id: unit for id, unit in seats.items() if id != NEWCOMER}
        return Seated(self.floor.units[seats[NEWCOMER]], self.plan.moves(others))
