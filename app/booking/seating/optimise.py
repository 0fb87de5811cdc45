"""A better disposition of a coming shift: fewer tables joined, then fewer empty seats, then areas evenly filled.

A proposal, for people to accept or not: it moves as few as it can, never whoever may not be moved, and takes nobody's
place. It climbs from the plan that stands, one party or one exchange at a time, so that each move has its reason.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.booking.seating.arranger import UnsoundPlan
from app.booking.seating.check import faults
from app.booking.seating.floor import Floor
from app.booking.seating.plan import Move, Party, Plan, Sitting, parties_of
from app.booking.seating.room import Room

SPAN = 4 * 96
ROUNDS = 50
"""How many changes are made at most before the search stops."""
WORTH_MOVING = 10
"""Of how many percent of the covers the areas must come closer to their share for somebody to move for it alone."""


class Worth(NamedTuple):
    """What a disposition is judged by, the least first: tables joined to others, empty seats, unevenness in percent."""

    joined: int
    spare_seats: int
    uneven: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who would sit elsewhere, and what it changes; without moves nothing better was found."""

    moves: tuple[Move, ...]
    before: Worth
    after: Worth


def optimise(room: Room, base: int, sittings: Iterable[Sitting], arriving: range) -> Proposal:
    """Propose a better disposition of those who arrive in these absolute quarters; all others stay where they are.

    UnsoundPlan when what was found does not hold: a fault of ours, never to be shown.
    """
    everybody = {sitting.id: sitting for sitting in sittings}
    floor = Floor(room)
    plan = Plan(floor, SPAN)
    for party, unit in parties_of(floor, base, SPAN, everybody.values()):
        plan.seat(party, unit)
    here = [id for id in plan.parties if everybody[id].quarters.start in arriving]
    movable = [id for id in here if len(plan.parties[id].options) > 1]
    search = _Climb(plan, here, movable)
    before = search.worth()
    started = {id: plan.seat_of[id] for id in movable}
    search.climb()
    search.send_back(started)
    after = search.worth()
    units = floor.units
    moves = tuple(
        Move(id, units[unit].id, units[plan.seat_of[id]].id) for id, unit in started.items() if plan.seat_of[id] != unit
    )
    targets = {move.id: move.target for move in moves}
    found = [replace(each, unit=targets.get(each.id, each.unit)) for each in everybody.values()]
    wrong = next(faults(room, found), None)
    if wrong is not None:
        raise UnsoundPlan(wrong)
    return Proposal(moves, before, after)


class _Climb:
    def __init__(self, plan: Plan, here: list[str], movable: list[str]) -> None:
        self.plan, self.here, self.movable = plan, here, movable
        self.areas = sorted({area for unit in plan.floor.units for area in unit.areas})
        seats = {
            area: sum(unit.max_covers for unit in plan.floor.units if unit.areas == {area} and len(unit.tables) == 1)
            for area in self.areas
        }
        self.share = {area: seats[area] / (sum(seats.values()) or 1) for area in self.areas}

    def worth(self) -> Worth:
        units, joined, spare = self.plan.floor.units, 0, 0
        covers = dict.fromkeys(self.areas, 0)
        for id in self.here:
            party, unit = self.plan.parties[id], units[self.plan.seat_of[id]]
            joined += len(unit.tables) - 1
            spare += max(0, unit.max_covers - party.covers) if unit.fits(party.covers) else 0
            covers[min(unit.areas)] += party.covers
        total = sum(covers.values()) or 1
        uneven = sum(abs(covers[area] / total - self.share[area]) for area in self.areas) / 2
        return Worth(joined, spare, round(100 * uneven))

    def climb(self) -> None:
        """Take the best single change while there is one worth it."""
        for _round in range(ROUNDS):
            now = self.worth()
            best: tuple[Worth, dict[str, int]] | None = None
            for change in self._changes():
                reached = self._tried(change)
                if reached is not None and _is_worth_it(now, reached) and (best is None or reached < best[0]):
                    best = reached, change
            if best is None:
                return
            self.plan.rearrange(best[1])

    def send_back(self, started: dict[str, int]) -> None:
        """Let whoever was moved for nothing stay where they were."""
        for id, unit in started.items():
            if self.plan.seat_of[id] != unit:
                reached = self._tried({id: unit})
                if reached is not None and not _is_worth_it(reached, self.worth()):
                    self.plan.rearrange({id: unit})

    def _changes(self) -> Iterator[dict[str, int]]:
        for place, id in enumerate(self.movable):
            party, unit = self.plan.parties[id], self.plan.seat_of[id]
            for option in party.options:
                if option != unit:
                    yield {id: option}
            for other_id in self.movable[place + 1 :]:
                other, other_unit = self.plan.parties[other_id], self.plan.seat_of[other_id]
                if unit != other_unit and other_unit in party.options and unit in other.options:
                    yield {id: other_unit, other_id: unit}

    def _tried(self, change: dict[str, int]) -> Worth | None:
        """What the change would be worth; None when somebody else sits there."""
        taken_out: list[tuple[Party, int]] = [self.plan.remove(id) for id in change]
        seated: list[str] = []
        for party, _unit in taken_out:
            unit = change[party.id]
            if self.plan.floor.masks[unit] & self.plan.busy(party.first, party.end):
                break
            self.plan.seat(party, unit)
            seated.append(party.id)
        reached = self.worth() if len(seated) == len(taken_out) else None
        for id in seated:
            self.plan.remove(id)
        for party, unit in taken_out:
            self.plan.seat(party, unit)
        return reached


def _is_worth_it(now: Worth, reached: Worth) -> bool:
    """Whether somebody should move for it: for evenness alone, only when it is much better."""
    if now[:2] != reached[:2]:
        return reached[:2] < now[:2]
    return reached.uneven <= now.uneven - WORTH_MOVING
