"""Tables that cannot be told apart, taken as one place of that many: programmes grow small, and lose their mirrors.

Two tables are alike when the same parties may have them alone, and the same kinds of combinations hold them together
with tables that are alike again (colour refinement). A linear programme gives such tables equal shares anyway, so that
it refuses with places of them whatever it refuses without. What it grants by places may have no seating: a combination
needs neighbours free at once. Tables that no combination touches always have one: intervals that never exceed k at once
can be given k tables.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

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


class Offer(NamedTuple):
    """What parties of some options may be given: the `choices`.

    `used` says which places each choice takes, and how many tables of each; `most_used`, place by place, how many the
    party takes at most; `choice_of` which choice a unit belongs to.
    """

    choices: list[Choice]
    used: list[list[tuple[int, int]]]
    most_used: list[int]
    choice_of: dict[int, int]


class Layout:
    """A room as a programme sees it: its places, and what parties may be given of them, worked out when asked for.

    `patterns` is for what a programme makes of an offer.
    """

    def __init__(self, floor: Floor, places: Places, *, is_detailed: bool) -> None:
        self.floor, self.places, self.is_detailed = floor, places, is_detailed
        self.place_of = {table: place for place, tables in enumerate(places) for table in tables}
        self.patterns: dict[Options, Any] = {}
        self._offers: dict[Options, Offer] = {}

    def offer(self, options: Options) -> Offer:
        """Give what parties of these options may have."""
        found = self._offers.get(options)
        if found is None:
            found = self._offers[options] = self._made(options)
        return found

    def _made(self, options: Options) -> Offer:
        choices = choices_of(self.floor, options, self.place_of, is_detailed=self.is_detailed)
        used = [list(Counter(choice.places).items()) for choice in choices]
        most_used = [0] * len(self.places)
        for place, times in (each for choice in used for each in choice):
            most_used[place] = max(most_used[place], times)
        choice_of = {unit: number for number, choice in enumerate(choices) for unit in choice.units}
        return Offer(choices, used, most_used, choice_of)


MOST_LAYOUTS = 100
"""Layouts a room keeps: the parties of an evening ask for few kinds of tables, over and over."""


def layout_of(floor: Floor, parties: list[Party], *, is_detailed: bool) -> Layout:
    """Give the layout for a newcomer, who comes first, and the others.

    `is_detailed` tells apart all tables that a combination touches; otherwise what is given by places may have no
    seating, while what is refused has none.
    """
    asked, newcomer = frozenset(party.options for party in parties), parties[0].options
    if not is_detailed:  # with whatever is asked of this room at all: a little finer, and nearly always known
        asked = frozenset(each for each in asked if each == newcomer or len(each) > 1) - floor.usual
    found = floor.layouts.get((asked, is_detailed))
    if found is None:
        if len(floor.layouts) >= MOST_LAYOUTS:
            floor.layouts.clear()
        places = singled_out(floor, asked) if is_detailed else alike(floor, floor.usual | asked)
        found = floor.layouts[asked, is_detailed] = Layout(floor, places, is_detailed=is_detailed)
    return found


def singled_out(floor: Floor, asked: frozenset[Options]) -> Places:
    """Places that always have a seating: each table that a combination in use touches is one by itself."""
    touched = 0
    for options in asked:
        for mask in floor.split(options).several:
            touched |= mask
    return _grouped(
        (("alone", table) if touched >> table & 1 else users, table) for table, users in _users(floor, asked).items()
    )


def alike(floor: Floor, asked: frozenset[Options]) -> Places:
    """Places of tables that are alike for whoever asks."""
    everywhere = set(range(len(floor.table_ids)))
    combinations = {
        unit: tuple(number for number, options in enumerate(asked) if unit in options)
        for unit in {unit for options in asked for unit in options}
        if len(floor.tables[unit]) > 1
    }
    users = _users(floor, asked)
    return _grouped((kind, table) for table, kind in _refined(floor, everywhere, users, combinations).items())


def choices_of(floor: Floor, options: Options, place_of: Mapping[int, int], *, is_detailed: bool) -> list[Choice]:
    """What parties of these options may be given. In detail, each combination is a choice by itself."""
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for unit in options:
        where = tuple(sorted(place_of[table] for table in floor.tables[unit]))
        alike[(*where, -unit) if is_detailed and len(where) > 1 else where].append(unit)
    return [Choice(tuple(units), tuple(place for place in where if place >= 0)) for where, units in alike.items()]


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
