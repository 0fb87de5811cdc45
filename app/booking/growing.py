"""Where a party that has grown could sit: its own table and another first, elsewhere only if it must. Pure."""

from collections.abc import Collection

from app.booking.seating import Room, Unit

PROPOSED = 3


def larger_seats(room: Room, held: frozenset[str], covers: int, taken: Collection[str]) -> list[Unit]:
    """Give what seats so many: tables the house joins to theirs, else any beside them, else free tables elsewhere."""
    others = set(taken) - held
    free = [unit for unit in room.units if unit.fits(covers) and not others & set(unit.tables)]
    grown = [unit for unit in free if held < set(unit.tables)]
    found = grown or _beside(room, held, covers, others) or [unit for unit in free if not held & set(unit.tables)]
    return sorted(found, key=lambda unit: unit.max_covers)[:PROPOSED]


def _beside(room: Room, held: frozenset[str], covers: int, others: Collection[str]) -> list[Unit]:
    """Join one free table of the same area, the nearest in the house's own order first."""
    own = [table for table in room.tables if table.id in held]
    if not own:
        return []
    order = {table.id: place for place, table in enumerate(room.tables)}
    areas, seats = frozenset(table.area for table in own), sum(table.max_covers for table in own)
    near = [
        table
        for table in room.tables
        if table.id not in held | set(others) and table.area in areas and seats + table.max_covers >= covers
    ]
    nearest = sorted(near, key=lambda table: min(abs(order[table.id] - order[each.id]) for each in own))[:PROPOSED]
    return [Unit("", tuple(sorted(held | {table.id})), 1, seats + table.max_covers, areas) for table in nearest]
