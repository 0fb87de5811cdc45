"""Finding another seating by pushing: the newcomer takes a unit, whoever sat there looks for another, and so on.

What it finds is a seating; that it finds none proves nothing. `chains` tries every way of a few moves.
"""

from collections.abc import Mapping

from app.booking.seating.plan import Party, Plan

PUSHES = 60
"""How many parties may be pushed before the search gives up: what it has not found by then, it seldom finds."""


class Rearrangement:
    """Changes being tried on a plan. `undo` puts everything back as it was."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self._memory = plan, plan.memory
        self._former: dict[str, tuple[Party, int] | None] = {}

    def seat(self, party: Party, unit: int) -> None:
        """Seat somebody who is not seated now."""
        self._former.setdefault(party.id, None)
        self.plan.seat(party, unit)

    def remove(self, party: Party) -> None:
        """Take somebody out for a while."""
        taken_out = self.plan.remove(party.id)
        self._former.setdefault(party.id, taken_out)

    def back(self, party: Party) -> None:
        """Seat somebody where they sat at first."""
        former = self._former[party.id]
        if former is not None:
            self.plan.seat(*former)

    def settle(self) -> None:
        """Send back whoever was moved for nothing: their own unit is free after all."""
        for former in self._former.values():
            if former is not None:
                party, own = former
                now = self.plan.remove(party.id)[1]
                is_free = not self.plan.floor.masks[own] & self.plan.busy(party.first, party.end)
                self.plan.seat(party, own if is_free else now)

    def undo(self) -> dict[str, int]:
        """Put everything back; gives the units as they had been arranged, of those who were touched."""
        touched = [id for id in self._former if id in self.plan.seat_of]
        arranged = {id: self.plan.remove(id)[1] for id in touched}
        for former in self._former.values():
            if former is not None:
                self.plan.seat(*former)
        self.plan.memory = self._memory
        return arranged


def repair(
    plan: Plan, newcomer: Party, guide: Mapping[str, int] | None = None, pushes: int = PUSHES
) -> dict[str, int] | None:
    """Units for the newcomer and for whoever must move, or None when none was found: that proves nothing.

    Each time somebody is pushed they weigh more, so that the search comes to leave alone those who are hard to place.
    `guide` proposes units to begin from, as far as they agree. The plan is left as it was.
    """
    tried = Rearrangement(plan)
    waiting = [newcomer] if guide is None else _follow(plan, tried, guide, newcomer)
    weights: dict[str, int] = {}
    while waiting and pushes:
        party = waiting.pop()
        pushes -= 1
        unit = plan.free_unit(party)
        if unit is None:
            unit = _least_trouble(plan, party, newcomer, weights)
            if unit is None:
                waiting.append(party)
                break
            for other in sorted(plan.in_the_way(unit, party.first, party.end)):
                tried.remove(other)
                weights[other.id] = weights.get(other.id, _weight(other)) + 1
                waiting.append(other)
        tried.seat(party, unit)
    is_found = not waiting
    if is_found:
        tried.settle()
    arranged = tried.undo()
    return arranged if is_found else None


def _follow(plan: Plan, tried: Rearrangement, guide: Mapping[str, int], newcomer: Party) -> list[Party]:
    """Seat as the guide says those whom it moves and who then find their unit free; gives the others."""
    moved = [plan.parties[id] for id, unit in guide.items() if id != newcomer.id and plan.seat_of[id] != unit]
    for party in moved:
        tried.remove(party)
    waiting = []
    for party in [*moved, newcomer]:
        unit = guide.get(party.id)
        if unit is None or plan.floor.masks[unit] & plan.busy(party.first, party.end):
            waiting.append(party)
        else:
            tried.seat(party, unit)
    return waiting


def _least_trouble(plan: Plan, party: Party, newcomer: Party, weights: dict[str, int]) -> int | None:
    best, least = None, 1 << 30
    for unit in party.options:
        trouble = 0
        for other in plan.in_the_way(unit, party.first, party.end):
            if len(other.options) == 1 or other.id == newcomer.id:
                trouble = 1 << 30
                break
            trouble += weights.get(other.id, _weight(other))
            if trouble >= least:
                break
        if trouble < least:
            best, least = unit, trouble
    return best


def _weight(party: Party) -> int:
    """Who has few units is hard to place again, and is better left alone."""
    return 1 + 20 // len(party.options)


def realise(plan: Plan, given: Mapping[str, Party]) -> dict[str, int] | None:
    """Units for parties, each with the only options left to it, and room for nobody else; None when none were found.

    Those who can stay where they are stay, if the others then find a unit; otherwise all are seated anew.
    """
    staying = {id: plan.seat_of[id] for id, party in given.items() if plan.seat_of.get(id) in party.options}
    for kept in (staying, {}):
        seats = _seated_anew(plan, given, kept)
        if seats is not None:
            return {id: unit for id, unit in seats.items() if plan.seat_of.get(id) != unit}
    return None


def _seated_anew(plan: Plan, given: Mapping[str, Party], kept: Mapping[str, int]) -> dict[str, int] | None:
    anew = Plan(plan.floor, len(plan.taken))
    for id, unit in kept.items():
        anew.seat(given[id], unit)

    def order(party: Party) -> tuple[bool, int, int]:
        return len(party.options) > 1, -len(plan.floor.tables[party.options[0]]), party.first

    for party in sorted((party for id, party in given.items() if id not in kept), key=order):
        own = plan.seat_of.get(party.id)
        wished = party._replace(options=(own, *party.options)) if own is not None and own in party.options else party
        free = anew.free_unit(wished)
        found = repair(anew, party) if free is None else {party.id: free}
        if found is None:
            return None
        anew.rearrange({id: unit for id, unit in found.items() if id != party.id})
        anew.seat(party, found[party.id])
    return anew.seat_of
