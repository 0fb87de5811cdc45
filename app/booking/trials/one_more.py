"""One table more: those a house could add, each played on the days that refused somebody for want of a table.

Pure. A day that refused nobody for want of a table has nothing to gain from one, and is not played again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.booking.opening import Opening
from app.booking.seating import Policy, Room, Table
from app.booking.trials.replay import Ask, Outcome, changed, play

FOR_TWO = (1, 2)
MOST = 6


@dataclass
class OneMore:
    """What one more table would have received beyond the room as it is, for each of the tables tried."""

    room: Room
    gains: Counter[Table] = field(default_factory=Counter)

    def add(self, opening: Opening, day: date, asks: Sequence[Ask], policy: Policy, as_it_is: Outcome) -> None:
        """Play one day with each of them."""
        if as_it_is.for_want_of_a_table:
            for table in candidates(self.room):
                outcome = play(opening, changed(self.room, (), [table]), day, asks, policy)
                self.gains[table] += outcome.covers - as_it_is.covers

    def kept(self) -> list[dict[str, object]]:
        """Give them as a result keeps them, from the smallest."""
        return [
            {"area": each.area, "least": each.min_covers, "most": each.max_covers, "covers": self.gains[each]}
            for each in candidates(self.room)
        ]


def candidates(room: Room) -> list[Table]:
    """Give a table for two, and one of each size the room has, where most tables stand."""
    if not room.tables:
        return []
    area = Counter(table.area for table in room.tables).most_common(1)[0][0]
    shapes = Counter((table.min_covers, table.max_covers) for table in room.tables)
    usual = {FOR_TWO[1]: FOR_TWO, **{most: (least, most) for (least, most), _n in reversed(shapes.most_common())}}
    return [Table(f"more-{most}", area, *usual[most]) for most in sorted(usual)][:MOST]
