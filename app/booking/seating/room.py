"""The furniture: tables, combinations of tables, how long parties stay."""

from dataclasses import dataclass
from functools import cached_property

from app.booking.opening import QUARTER_MINUTES, DurationBand, Shift


@dataclass(frozen=True, slots=True)
class Table:
    """One physical table, which seats `min_covers` to `max_covers`; fewer are never seated there."""

    id: str
    area: str
    min_covers: int
    max_covers: int


@dataclass(frozen=True, slots=True)
class Combination:
    """Tables (by id) that are pushed together for a larger party. Each stays bookable alone."""

    id: str
    tables: tuple[str, ...]
    min_covers: int
    max_covers: int


@dataclass(frozen=True, slots=True)
class Unit:
    """What a party is given: a table, or a combination. `tables` are the ids it occupies, `areas` where these stand."""

    id: str
    tables: tuple[str, ...]
    min_covers: int
    max_covers: int
    areas: frozenset[str]

    def fits(self, covers: int) -> bool:
        """Whether a party of this size may sit here. The minimum is as hard as the maximum."""
        return self.min_covers <= covers <= self.max_covers

    def serves(self, area: str | None) -> bool:
        """Whether all of it lies in the wished area (None: no wish)."""
        return area is None or self.areas == {area}


@dataclass(frozen=True)
class Room:
    """The tables and combinations of a house, in the house's own order, with its stays and turnover.

    `durations` are the stays by party size (the last band is for all), `turnover_minutes` counts after every seating;
    both are multiples of 15. Table and combination ids are distinct strings: ValueError otherwise, or when a
    combination names an unknown table.
    """

    tables: tuple[Table, ...]
    combinations: tuple[Combination, ...]
    durations: tuple[DurationBand, ...]
    turnover_minutes: int = 0

    def __post_init__(self) -> None:
        ids = [table.id for table in self.tables] + [combination.id for combination in self.combinations]
        if len(set(ids)) < len(ids):
            raise ValueError("two tables or combinations bear the same id")
        known = {table.id for table in self.tables}
        if any(not known.issuperset(combination.tables) for combination in self.combinations):
            raise ValueError("a combination names a table that is not in the room")

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Every unit in best-fit order: tables by least maximum, then combinations by fewest tables, least maximum.

        For parties that fit, least maximum is least spare seats, whatever the party; ties keep the house's order.
        """
        area = {table.id: table.area for table in self.tables}
        units = [
            Unit(table.id, (table.id,), table.min_covers, table.max_covers, frozenset((table.area,)))
            for table in self.tables
        ] + [
            Unit(each.id, each.tables, each.min_covers, each.max_covers, frozenset(area[id_] for id_ in each.tables))
            for each in self.combinations
        ]
        return tuple(sorted(units, key=lambda unit: (len(unit.tables), unit.max_covers)))

    @cached_property
    def smallest_party(self) -> int:
        """The fewest covers any unit accepts; 0 in an empty room."""
        return min((unit.min_covers for unit in self.units), default=0)

    @cached_property
    def largest_party(self) -> int:
        """The most covers any unit accepts; 0 in an empty room."""
        return max((unit.max_covers for unit in self.units), default=0)

    def units_for(self, covers: int, area: str | None = None, lock: str | None = None) -> tuple[Unit, ...]:
        """The units a party may be given, best first. A lock means exactly that unit, and the party must still fit."""
        if lock is not None:
            unit = self.unit(lock)
            return (unit,) if unit and unit.fits(covers) and unit.serves(area) else ()
        found = self._fitting.get((covers, area))
        if found is None:
            found = tuple(unit for unit in self.units if unit.fits(covers) and unit.serves(area))
            if found:
                self._fitting[covers, area] = found
        return found

    def unit(self, id: str) -> Unit | None:
        """The table or combination of this id; None when there is none."""
        return self._by_id.get(id)

    def stay_quarters(self, covers: int, shift: Shift) -> int:
        """How long a party stays, in quarter-hours, turnover apart. The shift's durations win over the room's."""
        return stay_minutes(shift.durations or self.durations, covers) // QUARTER_MINUTES

    @cached_property
    def turnover_quarters(self) -> int:
        """How long a table rests after every seating, in quarter-hours."""
        return self.turnover_minutes // QUARTER_MINUTES

    @cached_property
    def _by_id(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _fitting(self) -> dict[tuple[int, str | None], tuple[Unit, ...]]:
        """Answers of `units_for` so far. Empty ones are not kept, so that forged sizes and areas cannot fill it."""
        return {}


def stay_minutes(bands: tuple[DurationBand, ...], covers: int) -> int:
    """The minutes of the first band large enough. LookupError when no band is for all and none is large enough."""
    for band in bands:
        if band.up_to is None or covers <= band.up_to:
            return band.minutes
    raise LookupError(f"no duration for a party of {covers}")
