"""Who sits where on one day, as data that can be searched: parties, their units, and what each quarter leaves free.

Quarters are relative to the plan's base. A plan is changed in place and says what it was: the search tries, and puts
back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.booking.seating.floor import Floor, Options, Split


class Memory(NamedTuple):
    """What was found out of a plan as it stands, by party."""

    busy: dict[str, int]
    held: dict[str, list[tuple[int, "Party"]]]


@dataclass(frozen=True, slots=True)
class Sitting:
    """A reservation in force: its absolute `quarters` (half-open, turnover included), where it sits, what it asked.

    `is_fixed` says that it stays where it is: seated, pinned, chosen by the guest, or about to arrive.
    """

    id: str
    quarters: range
    covers: int
    unit: str
    area: str | None = None
    lock: str | None = None
    is_fixed: bool = False


class Party(NamedTuple):
    """A sitting, or somebody who asks for one, in the numbers of a floor and a plan."""

    id: str
    first: int
    end: int
    covers: int
    options: Options

    def meets(self, first: int, end: int) -> bool:
        """Whether it sits at any quarter of the span."""
        return self.first < end and first < self.end

    def asks_as_much_as(self, other: "Party") -> bool:
        """Whether it could sit only where the other could, and for at least the same time."""
        return self.first <= other.first and other.end <= self.end and set(self.options) <= set(other.options)


class Move(NamedTuple):
    """Somebody already seated who sits elsewhere from now on; units by id."""

    id: str
    source: str
    target: str


class Plan:
    """The seating of a day. `seat_of` gives the number of each party's unit."""

    def __init__(self, floor: Floor, span: int) -> None:
        self.floor = floor
        self.taken = [0] * span
        self.parties: dict[str, Party] = {}
        self.seat_of: dict[str, int] = {}
        self.split_of: dict[str, Split] = {}
        """By party, what would seat it: kept here, for hashing many units takes longer than what is asked of them."""
        self.at_table: list[dict[str, Party]] = [{} for _table in floor.table_ids]
        self.memory = Memory({}, {})
        """Lost when the plan changes; whoever puts the plan back as it was puts this back too."""

    def copy(self) -> "Plan":
        """The same seating, to be changed apart."""
        twin = Plan(self.floor, 0)
        twin.taken = self.taken.copy()
        twin.parties, twin.seat_of, twin.split_of = self.parties.copy(), self.seat_of.copy(), self.split_of.copy()
        twin.at_table = [sitting.copy() for sitting in self.at_table]
        return twin

    def busy(self, first: int, end: int) -> int:
        """The mask of the tables taken at any quarter of the span."""
        mask = 0
        for taken in self.taken[first:end]:
            mask |= taken
        return mask

    def free_unit(self, party: Party) -> int | None:
        """The best unit that is free throughout the party's stay."""
        busy, masks = self.busy(party.first, party.end), self.floor.masks
        for unit in party.options:
            if not masks[unit] & busy:
                return unit
        return None

    def seat(self, party: Party, unit: int) -> None:
        """Give a unit, which must be free, to a party that is not seated."""
        mask = self.floor.masks[unit]
        taken = self.taken
        for quarter in range(party.first, party.end):
            taken[quarter] |= mask
        self.memory = Memory({}, {})
        self.parties[party.id] = party
        self.seat_of[party.id] = unit
        self.split_of[party.id] = self.floor.split(party.options)
        for table in self.floor.tables[unit]:
            self.at_table[table][party.id] = party

    def remove(self, id: str) -> tuple[Party, int]:
        """Take a party out; gives it back with the unit it had."""
        self.memory = Memory({}, {})
        party, unit = self.parties.pop(id), self.seat_of.pop(id)
        mask = ~self.floor.masks[unit]
        taken = self.taken
        for quarter in range(party.first, party.end):
            taken[quarter] &= mask
        for table in self.floor.tables[unit]:
            del self.at_table[table][id]
        return party, unit

    def in_the_way(self, unit: int, first: int, end: int) -> list[Party]:
        """Whoever sits at a table of the unit during the span, each once."""
        tables = self.floor.tables[unit]
        if len(tables) == 1:
            return [party for party in self.at_table[tables[0]].values() if party.first < end and first < party.end]
        found = {
            party.id: party
            for table in tables
            for party in self.at_table[table].values()
            if party.first < end and first < party.end
        }
        return list(found.values())

    def busy_without(self, party: Party) -> int:
        """The mask of the tables that others have during the stay of somebody who is seated."""
        known = self.memory.busy
        busy = known.get(party.id)
        if busy is None:
            busy = known[party.id] = self.busy(party.first, party.end) & ~self.floor.masks[self.seat_of[party.id]]
        return busy

    def held_by_one(self, party: Party) -> list[tuple[int, Party]]:
        """The units that the party, which is seated, could have if one other gave them up who has several."""
        known = self.memory.held
        held = known.get(party.id)
        if held is None:
            held = known[party.id] = []
            others: dict[int, list[Party]] = {}
            for unit in party.options:
                one: Party | None = None
                for table in self.floor.tables[unit]:
                    there = others.get(table)
                    if there is None:
                        there = others[table] = self._others_at(table, party)
                    if len(there) > 1 or (there and one is not None and there[0] is not one):
                        break
                    if there:
                        one = there[0]
                else:
                    if one is not None and len(one.options) > 1:
                        held.append((unit, one))
        return held

    def _others_at(self, table: int, party: Party) -> list[Party]:
        """Whoever else sits at the table during the stay of the party."""
        first, end, there = party.first, party.end, self.at_table[table].values()
        return [each for each in there if each.first < end and first < each.end and each is not party]

    def rearrange(self, seats: Mapping[str, int]) -> dict[str, int]:
        """Move parties to other units, all at once; gives the units they had."""
        former = {id: self.seat_of[id] for id in seats if self.seat_of[id] != seats[id]}
        moved = [self.remove(id)[0] for id in former]
        for party in moved:
            self.seat(party, seats[party.id])
        return former

    def moves(self, seats: Mapping[str, int]) -> tuple[Move, ...]:
        """What `rearrange` would move, in words."""
        units = self.floor.units
        return tuple(
            Move(id, units[self.seat_of[id]].id, units[unit].id)
            for id, unit in seats.items()
            if self.seat_of[id] != unit
        )

    def during(self, first: int, end: int) -> list[Party]:
        """Everybody who sits there at some quarter of the span, as if they came and went within it."""
        return [
            party._replace(first=max(party.first, first), end=min(party.end, end))
            for party in self.parties.values()
            if party.meets(first, end)
        ]

    def connected(self, party: Party) -> list[Party]:
        """Everybody joined to the party by a chain of stays that overlap: no one else matters to it."""
        first, end = party.first, party.end
        joined: list[Party] = []
        waiting = list(self.parties.values())
        while True:
            apart = [other for other in waiting if not other.meets(first, end)]
            if len(apart) == len(waiting):
                return joined
            met = [other for other in waiting if other.meets(first, end)]
            joined += met
            first, end = min(first, *(each.first for each in met)), max(end, *(each.end for each in met))
            waiting = apart


def parties_of(floor: Floor, base: int, span: int, sittings: Iterable[Sitting]) -> Iterable[tuple[Party, int]]:
    """Sittings in numbers, each with its unit; the part of a stay that lies outside the plan is cut off."""
    for sitting in sittings:
        first, end = max(sitting.quarters.start - base, 0), min(sitting.quarters.stop - base, span)
        unit = floor.number[sitting.unit]
        options = (unit,) if sitting.is_fixed else floor.options(sitting.covers, sitting.area, sitting.lock)
        if first < end:
            yield Party(sitting.id, first, end, sitting.covers, options), unit
