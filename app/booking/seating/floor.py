"""The room as the search sees it: tables are bits, units are masks, and whom a unit may seat is a tuple of numbers."""

from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

from app.booking.seating.room import Room, Unit

Options = tuple[int, ...]
"""Numbers of the units a party may be given, best first."""


class Split(NamedTuple):
    """Units as masks: the tables that seat a party alone, the combinations that do, and all tables of these."""

    singles: int
    several: tuple[int, ...]
    joined: int


@lru_cache(maxsize=16)
def floor_of(room: Room) -> "Floor":
    """Give the floor of a room, the same every day: what was worked out of it once serves again."""
    return Floor(room)


class Floor:
    """A room in numbers. Tables are numbered in the house's order, units in best-fit order.

    What it remembers follows from the room alone, so that several days, and threads, may have it in common.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        number = {table.id: place for place, table in enumerate(room.tables)}
        self.table_ids = tuple(number)
        self.units: tuple[Unit, ...] = room.units
        self.tables = tuple(tuple(sorted(number[id] for id in unit.tables)) for unit in room.units)
        self.masks = tuple(sum(1 << table for table in tables) for tables in self.tables)
        self.number = {unit.id: place for place, unit in enumerate(room.units)}
        self._options: dict[tuple[int, str | None], Options] = {}
        self.layouts: dict[tuple[object, ...], Any] = {}
        """What `places` keeps of this room."""
        self._split: dict[Options, Split] = {}

    @cached_property
    def everything(self) -> int:
        """The mask of all tables."""
        return (1 << len(self.table_ids)) - 1

    @cached_property
    def usual(self) -> frozenset[Options]:
        """What parties of any number may be given, wherever they like to sit, one unit alone apart."""
        areas = (None, *sorted({area for unit in self.units for area in unit.areas}))
        sizes = range(1, self.room.largest_party + 1)
        asked = (self.options(covers, area) for covers in sizes for area in areas)
        return frozenset(options for options in asked if len(options) > 1)

    def options(self, covers: int, area: str | None = None, lock: str | None = None) -> Options:
        """The units a party may be given, best first; () when none fits."""
        if lock is not None:
            return tuple(self.number[unit.id] for unit in self.room.units_for(covers, area, lock))
        found = self._options.get((covers, area))
        if found is None:
            found = tuple(self.number[unit.id] for unit in self.room.units_for(covers, area))
            if found:  # forged sizes must not fill the memory
                self._options[covers, area] = found
        return found

    def split(self, options: Options) -> Split:
        """The options as masks."""
        found = self._split.get(options)
        if found is None:
            masks = [self.masks[unit] for unit in options]
            several = tuple(mask for mask in masks if mask.bit_count() > 1)
            singles = sum(mask for mask in masks if mask.bit_count() == 1)
            found = self._split[options] = Split(singles, several, reduce(or_, several, 0))
        return found
