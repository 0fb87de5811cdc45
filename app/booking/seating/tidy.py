"""A coming shift arranged better than it grew: fewer combinations, then fewer spare seats, in few moves.

A search by small changes: somebody takes a better unit, and at most a few make way. What it finds is better, never
said to be best; nobody is moved who may not be, and the fewer the better. Of moves that gain as much, those that leave
the areas full alike are taken; nobody is moved for that alone (from the room to the terrace) unless it is asked for.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from app.booking.seating.arranger import UnsoundPlan
from app.booking.seating.book import SPAN_QUARTERS
from app.booking.seating.chains import chain
from app.booking.seating.check import faults
from app.booking.seating.floor import Floor, floor_of
from app.booking.seating.plan import Move, Party, Plan, Sitting, parties_of
from app.booking.seating.room import Room

AT_ONCE = 2
"""How many make way in one change."""


class Worth(NamedTuple):
    """What a plan is judged by, the first figure first; less is better."""

    combinations: int
    """Parties at several tables."""
    spare_seats: int
    """Seats that stay empty beside those who may move."""
    imbalance: int
    """How far the covers of the areas are from their share of the seats, in covers, all areas together."""


class Tidied(NamedTuple):
    """Sittings rearranged: who moves, the sittings afterwards, and what is gained."""

    moves: tuple[Move, ...]
    sittings: tuple[Sitting, ...]
    before: Worth
    after: Worth


def optimise(
    room: Room,
    base: int,
    sittings: Iterable[Sitting],
    *,
    most_moves: int = 12,
    seconds: float = 2.0,
    span: int = SPAN_QUARTERS,
    evens_areas: bool = False,
) -> Tidied:
    """Rearrange the sittings of a day by at most `most_moves` moves; as found in so many seconds.

    Who is fixed or locked stays. With `evens_areas`, parties also move for the areas to be full alike.
    UnsoundPlan when what was found does not hold: a fault of ours.
    """
    known = {sitting.id: sitting for sitting in sittings}
    search = _Search(floor_of(room), base, span, known.values(), most_moves, time.monotonic() + seconds, evens_areas)
    before = search.worth()
    search.run()
    moves = search.moves()
    after = known | {move.id: replace(known[move.id], unit=move.target) for move in moves}
    wrong = next(faults(room, after.values()), None)
    if wrong is not None:
        raise UnsoundPlan(wrong)
    return Tidied(moves, tuple(after.values()), before, search.worth())


class _Search:
    def __init__(
        self,
        floor: Floor,
        base: int,
        span: int,
        sittings: Iterable[Sitting],
        most_moves: int,
        deadline: float,
        evens_areas: bool,  # noqa: FBT001 - the one caller stands above
    ) -> None:
        self.floor, self.most_moves, self.deadline, self.evens_areas = floor, most_moves, deadline, evens_areas
        self.plan = Plan(floor, span)
        for party, unit in parties_of(floor, base, span, sittings):
            self.plan.seat(party, unit)
        self.former = self.plan.seat_of.copy()
        self.seats = _seats_by_area(floor.room)

    def run(self) -> None:
        """Change for the better until nothing is, or time is up; then send back whoever moved for nothing."""
        while self._improve():
            pass
        for id in list(self._moved()):
            self._try(self._party_back(id))

    def worth(self) -> Worth:
        """What the plan is worth as it stands."""
        units, plan = self.floor.units, self.plan
        covers: dict[frozenset[str], int] = {}
        combinations = spare = 0
        for id, party in plan.parties.items():
            unit = units[plan.seat_of[id]]
            combinations += len(unit.tables) > 1
            spare += unit.max_covers - party.covers if len(party.options) > 1 else 0
            covers[unit.areas] = covers.get(unit.areas, 0) + party.covers
        return Worth(combinations, spare, self._imbalance(covers))

    def _rank(self) -> tuple[int, int, int, int]:
        worth = self.worth()
        moved = sum(1 for _id in self._moved())
        last = (worth.imbalance, moved) if self.evens_areas else (moved, worth.imbalance)
        return worth.combinations, worth.spare_seats, *last

    def moves(self) -> tuple[Move, ...]:
        """Who sits elsewhere than before."""
        units = self.floor.units
        return tuple(
            Move(id, units[self.former[id]].id, units[self.plan.seat_of[id]].id) for id in sorted(self._moved())
        )

    def _imbalance(self, covers: dict[frozenset[str], int]) -> int:
        seats, whole = sum(self.seats.values()), sum(covers.values())
        apart = 0
        for area, own in self.seats.items():
            there = sum(count for areas, count in covers.items() if areas == {area})
            apart += abs(there * seats - own * whole)
        return apart // max(1, seats)

    def _moved(self) -> Iterator[str]:
        return (id for id, unit in self.former.items() if self.plan.seat_of[id] != unit)

    def _improve(self) -> bool:
        """Make one change for the better; the parties that cost the most are looked at first."""
        return any(self._try(seats) for seats in self._changes())

    def _changes(self) -> Iterator[dict[str, int]]:
        plan, units = self.plan, self.floor.units

        def cost(party: Party) -> tuple[int, int]:
            unit = units[plan.seat_of[party.id]]
            return len(unit.tables), unit.max_covers - party.covers

        movable = [party for party in plan.parties.values() if len(party.options) > 1]
        for party in sorted(movable, key=cost, reverse=True):
            own = plan.seat_of[party.id]
            for unit in party.options:
                if time.monotonic() > self.deadline:
                    return
                if unit != own and (len(units[unit].tables), units[unit].max_covers) <= (
                    len(units[own].tables),
                    units[own].max_covers,
                ):
                    yield self._seats(party, unit)

    def _seats(self, party: Party, unit: int) -> dict[str, int]:
        """How the party could have the unit; nothing when it could not."""
        former = self.plan.remove(party.id)
        found = chain(self.plan, party, (unit,), range(AT_ONCE + 1))
        self.plan.seat(*former)
        return found or {}

    def _party_back(self, id: str) -> dict[str, int]:
        party, own = self.plan.parties[id], self.former[id]
        others = [other for other in self.plan.in_the_way(own, party.first, party.end) if other.id != id]
        return {} if others else {id: own}

    def _try(self, seats: dict[str, int]) -> bool:
        """Change the plan if it becomes better, or as good with fewer moves; whether it did."""
        if not seats:
            return False
        before = self._rank()
        former = self.plan.rearrange(seats)
        after = self._rank()
        if after < before and sum(1 for _id in self._moved()) <= self.most_moves:
            return True
        self.plan.rearrange(former)
        return False


def _seats_by_area(room: Room) -> dict[str, int]:
    seats: dict[str, int] = {}
    for table in room.tables:
        seats[table.area] = seats.get(table.area, 0) + table.max_covers
    return seats
