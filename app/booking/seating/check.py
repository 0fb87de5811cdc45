"""Believing nothing: plans and proofs looked at again by the plainest code, which shares none with the search.

Minute by minute for a plan, whole numbers for a proof. What the engine says is written only after this has agreed.
"""

from collections.abc import Iterable, Iterator

from app.booking.seating.plan import Sitting
from app.booking.seating.proof import Prices, Proof
from app.booking.seating.room import Combination, Room, Table

QUARTER = 15


def faults(room: Room, sittings: Iterable[Sitting]) -> Iterator[str]:
    """What is wrong with a plan, in words for a log; nothing when it holds."""
    tables = {table.id: table for table in room.tables}
    combinations = {each.id: each for each in room.combinations}
    held: dict[tuple[str, int], str] = {}
    for sitting in sittings:
        unit = tables.get(sitting.unit) or combinations.get(sitting.unit)
        if unit is None:
            yield f"{sitting.id}: no unit {sitting.unit}"
            continue
        members = combinations[unit.id].tables if unit.id in combinations else (unit.id,)
        if not sitting.is_fixed:
            if not unit.min_covers <= sitting.covers <= unit.max_covers:
                yield f"{sitting.id}: {sitting.covers} do not fit {unit.id}"
            if sitting.area is not None and any(tables[id].area != sitting.area for id in members):
                yield f"{sitting.id}: {unit.id} is not wholly in {sitting.area}"
            if sitting.lock not in (None, unit.id):
                yield f"{sitting.id}: sits at {unit.id}, locked to {sitting.lock}"
        for id in members:
            for minute in range(sitting.quarters.start * QUARTER, sitting.quarters.stop * QUARTER):
                other = held.setdefault((id, minute), sitting.id)
                if other != sitting.id:
                    yield f"{id} at minute {minute}: {other} and {sitting.id}"
                    break


def refutes(room: Room, sittings: Iterable[Sitting], newcomer: Sitting, proof: Proof) -> bool:
    """Whether the proof shows that the newcomer, whose own unit is not read, cannot be seated beside the sittings."""
    everybody = {sitting.id: (sitting, _allowed(room, sitting)) for sitting in sittings}
    everybody[newcomer.id] = newcomer, _allowed(room, newcomer)
    return _refutes(everybody, proof)


Tables = dict[str, tuple[str, ...]]
"""The units somebody may have, with their tables."""


def _allowed(room: Room, sitting: Sitting) -> Tables:
    areas = {table.id: table.area for table in room.tables}
    units: Tables = {}
    furniture: list[Table | Combination] = [*room.tables, *room.combinations]
    for each in furniture:
        members = each.tables if isinstance(each, Combination) else (each.id,)
        if sitting.is_fixed:
            if each.id == sitting.unit:
                units[each.id] = members
        elif (
            each.min_covers <= sitting.covers <= each.max_covers
            and sitting.lock in (None, each.id)
            and all(sitting.area in (None, areas[id]) for id in members)
        ):
            units[each.id] = members
    return units


def _refutes(everybody: dict[str, tuple[Sitting, Tables]], proof: Proof) -> bool:
    if isinstance(proof, Prices):
        return _cannot_pay(everybody, proof)
    if proof.party not in everybody:
        return False
    sitting, units = everybody[proof.party]
    if not set(units) <= {unit for allowed, _proof in proof.cases for unit in allowed}:
        return False
    return all(
        _refutes(everybody | {sitting.id: (sitting, {id: units[id] for id in units if id in allowed})}, case)
        for allowed, case in proof.cases
    )


def _cannot_pay(everybody: dict[str, tuple[Sitting, Tables]], prices: Prices) -> bool:
    figures: list[object] = [*prices.cells.values(), *(half.price for half in prices.halves)]
    divisors: list[object] = [half.by for half in prices.halves]
    if not all(isinstance(price, int) and price >= 0 for price in figures):
        return False
    if not all(isinstance(by, int) and by > 0 for by in divisors):
        return False
    if not all(units for _sitting, units in everybody.values()):
        return True  # somebody may sit nowhere
    least = sum(
        min(_price(sitting, tables, prices) for tables in units.values()) for sitting, units in everybody.values()
    )
    most = sum(prices.cells.values())
    for half in prices.halves:
        uses = len(half.parties) + len(half.cells) + 2 * (len(half.parties_twice) + len(half.cells_twice))
        most += half.price * (uses // half.by)
    return least > most


def _price(sitting: Sitting, tables: tuple[str, ...], prices: Prices) -> int:
    cells = {(table, quarter) for table in tables for quarter in sitting.quarters}
    price = sum(prices.cells.get(cell, 0) for cell in cells)
    for half in prices.halves:
        uses = len(cells & half.cells) + 2 * len(cells & half.cells_twice)
        uses += (sitting.id in half.parties) + 2 * (sitting.id in half.parties_twice)
        price += half.price * (uses // half.by)
    return price
