"""The room as the search sees it: tables are bits, units are masks, and whom a unit may seat is a tuple of numbers."""

from functools import cached_property
from typing import Any

from app.booking.seating.room import Room, Unit

Options = tuple[int, ...]
"""Numbers of the units a party may be given, best first."""


class Floor:
    """A room in numbers. Tables are numbered in the house's order, units in best-fit order."""

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
        self.asked: frozenset[Options] = frozenset()
        """What `places` keeps of this room, and of what parties asked of it."""
        self._split: dict[Options, tuple[int, tuple[int, ...]]] = {}

    @cached_property
    def everything(self) -> int:
        """The mask of all tables."""
        return (1 << len(self.table_ids)) - 1

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

    def split(self, options: Options) -> tuple[int, tuple[int, ...]]:
        """The tables that seat such a party alone, as one mask; and the masks of the combinations that do."""
        found = self._split.get(options)
        if found is None:
            masks = [self.masks[unit] for unit in options]
            singles = sum(mask for mask in masks if mask.bit_count() == 1)
            found = self._split[options] = singles, tuple(mask for mask in masks if mask.bit_count() > 1)
        return found
