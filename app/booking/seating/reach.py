"""Which tables could be freed at one quarter, however the parties of that quarter change places among themselves.

Begin with the free tables; whoever could pay less by using one of them gives theirs up; again until nobody does. A unit
that is not wholly inside what was reached cannot be had: price the other tables at one, and nobody can pay less than
what they occupy. (Hall's theorem, when no tables are combined.)
"""

from typing import NamedTuple

from app.booking.seating.floor import Split
from app.booking.seating.plan import Party, Plan
from app.booking.seating.proof import Vector


class Stay(NamedTuple):
    """Somebody who is there at a quarter: the mask of their tables, and what would seat them."""

    own: int
    wished: Split


class Reach:
    """What can be freed, per quarter, for the parties in force. Forgets a quarter when somebody comes or goes."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._reached: dict[int, tuple[int, list[Stay]]] = {}
        """Per quarter the tables reached so far, and who has not given theirs up."""

    def changed(self, party: Party) -> None:
        """Somebody came or went."""
        for quarter in range(party.first, party.end):
            self._reached.pop(quarter, None)

    def refuting(self, party: Party) -> Vector | None:
        """Prices that refute the party at one quarter of its stay."""
        quarters = range(party.first, party.end)
        self._begin([quarter for quarter in quarters if quarter not in self._reached])
        masks = [self.plan.floor.masks[unit] for unit in party.options]
        for quarter in quarters:
            reached = self._reached[quarter]
            freeable, _staying = self._reached[quarter] = _reached(*reached, masks)
            if all(mask & ~freeable for mask in masks):
                vector = self._vector(quarter, freeable)
                if vector.refutes(party):
                    return vector
        return None

    def _begin(self, quarters: list[int]) -> None:
        """Note the free tables of quarters, and who is there."""
        if not quarters:
            return
        plan, floor = self.plan, self.plan.floor
        there = [
            (party.first, party.end, Stay(floor.masks[plan.seat_of[party.id]], plan.split_of[party.id]))
            for party in plan.parties.values()
            if party.meets(quarters[0], quarters[-1] + 1)
        ]
        for quarter in quarters:
            here = [stay for first, end, stay in there if first <= quarter < end]
            self._reached[quarter] = floor.everything & ~plan.taken[quarter], here

    def _vector(self, quarter: int, freeable: int) -> Vector:
        floor = self.plan.floor
        cells = {(table, quarter): 1 for table in range(len(floor.table_ids)) if not freeable >> table & 1}
        here = (party for party in self.plan.parties.values() if party.first <= quarter < party.end)
        return Vector(floor, cells, here)


def _reached(freeable: int, staying: list[Stay], wanted: list[int]) -> tuple[int, list[Stay]]:
    """Reach further, until one of the wanted masks is freeable, or nothing more is."""
    while not any(not mask & ~freeable for mask in wanted):
        before, still = freeable, []
        for stay in staying:
            own, (singles, several, _joined) = stay
            price = (own & ~freeable).bit_count()
            if singles and (price > 1 or (price and singles & freeable)):
                freeable |= own
            elif price:
                taken = ~freeable
                if any((mask & taken).bit_count() < price for mask in several):
                    freeable |= own
                else:
                    still.append(stay)
        if freeable == before:
            break
        staying = still
    return freeable, staying
