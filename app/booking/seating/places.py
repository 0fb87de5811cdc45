"""Tables that cannot be told apart, taken as one place of that many: programmes grow small, and lose their mirrors.

Two tables are alike when the same parties may have them alone, and the same kinds of combinations hold them together
with tables that are alike again (colour refinement). A linear programme gives such tables equal shares anyway, so that
it refuses with places of them whatever it refuses without. What it grants by places may have no seating: a combination
needs neighbours free at once. Tables that no combination touches always have one: intervals that never exceed k at once
can be given k tables.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple

from app.booking.seating.floor import Floor, Options
from app.booking.seating.plan import Party

Places = list[tuple[int, ...]]
"""The tables of each place."""


class Choice(NamedTuple):
    """One thing a party may be given: any table of a place, or any combination of a kind.

    `places` names the place of each table that is taken, as often as it is.
    """

    units: tuple[int, ...]
    places: tuple[int, ...]


def singled_out(floor: Floor, parties: list[Party]) -> Places:
    """Places that always have a seating: each table that a combination in use touches is one by itself."""
    asked = {party.options for party in parties}
    touched = 0
    for options in asked:
        for mask in floor.split(options)[1]:
            touched |= mask
    return _grouped(
        (("alone", table) if touched >> table & 1 else users, table) for table, users in _users(floor, asked).items()
    )


def alike(floor: Floor, parties: list[Party]) -> Places:
    """Places of tables that are alike but for those who are fixed to one: the newcomer comes first, and counts."""
    asked = {party.options for party in parties if len(party.options) > 1} | {parties[0].options}
    everywhere = {table for party in parties for unit in party.options for table in floor.tables[unit]}
    users = _users(floor, asked)
    combinations = {
        unit: tuple(number for number, options in enumerate(asked) if unit in options)
        for unit in {unit for options in asked for unit in options}
        if len(floor.tables[unit]) > 1
    }
    return _grouped((kind, table) for table, kind in _refined(floor, everywhere, users, combinations).items())


def choices_of(floor: Floor, parties: list[Party], places: Places, *, is_detailed: bool) -> dict[Options, list[Choice]]:
    """What parties may be given, by their options. In detail, each combination is a choice by itself."""
    place_of = {table: place for place, tables in enumerate(places) for table in tables}
    found: dict[Options, list[Choice]] = {}
    for options in {party.options for party in parties}:
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for unit in options:
            where = tuple(sorted(place_of[table] for table in floor.tables[unit]))
            alike[(*where, -unit) if is_detailed and len(where) > 1 else where].append(unit)
        found[options] = [
            Choice(tuple(units), tuple(place for place in where if place >= 0)) for where, units in alike.items()
        ]
    return found


def _users(floor: Floor, asked: Iterable[Options]) -> dict[int, tuple[int, ...]]:
    """Per table, which of the parties may have it alone, of those whom somebody may have at all."""
    users: dict[int, list[int]] = defaultdict(list)
    for number, options in enumerate(asked):
        for unit in options:
            for table in floor.tables[unit]:
                users[table] += [number] if len(floor.tables[unit]) == 1 else []
    return {table: tuple(numbers) for table, numbers in users.items()}


def _refined(
    floor: Floor, tables: set[int], users: dict[int, tuple[int, ...]], combinations: dict[int, tuple[int, ...]]
) -> dict[int, int]:
    """The kind of each table, told apart until nothing new is learnt."""
    kinds = _numbered({table: users.get(table, ()) for table in tables})
    while True:
        together: dict[int, list[tuple[tuple[int, ...], tuple[int, ...]]]] = defaultdict(list)
        for unit, who in combinations.items():
            kind = who, tuple(sorted(kinds[table] for table in floor.tables[unit]))
            for table in floor.tables[unit]:
                together[table].append(kind)
        finer = _numbered({table: (kinds[table], *sorted(together[table])) for table in tables})
        if len(set(finer.values())) == len(set(kinds.values())):
            return finer
        kinds = finer


def _numbered(kinds: dict[int, tuple[object, ...]]) -> dict[int, int]:
    numbers: dict[Hashable, int] = {}
    return {table: numbers.setdefault(kind, len(numbers)) for table, kind in kinds.items()}


def _grouped(tables: Iterable[tuple[Hashable, int]]) -> Places:
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for kind, table in tables:
        alike[kind].append(table)
    return [tuple(sorted(group)) for group in alike.values()]
