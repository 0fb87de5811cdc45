"""Which tables could be freed at one quarter, however the parties of that quarter change places among themselves.

Begin with the free tables; whoever could pay less by using one of them gives theirs up; again until nobody does. A unit
that is not wholly inside what was reached cannot be had: price the other tables at one, and nobody can pay less than
what they occupy. (Hall's theorem, when no tables are combined.)
"""

from app.booking.seating.plan import Party, Plan
from app.booking.seating.proof import Vector


class Reach:
    """What can be freed, per quarter, for the parties in force. Forgets a quarter when somebody comes or goes."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._freeable: dict[int, int] = {}

    def changed(self, party: Party) -> None:
        """Somebody came or went."""
        for quarter in range(party.first, party.end):
            self._freeable.pop(quarter, None)

    def refuting(self, party: Party) -> Vector | None:
        """Prices that refute the party at one quarter of its stay."""
        masks = [self.plan.floor.masks[unit] for unit in party.options]
        for quarter in range(party.first, party.end):
            freeable = self._freeable.get(quarter)
            if freeable is None:
                freeable = self._freeable[quarter] = self._free(quarter)
            if all(mask & ~freeable for mask in masks):
                vector = self._vector(quarter, freeable)
                if vector.refutes(party):
                    return vector
        return None

    def _free(self, quarter: int) -> int:
        plan, floor = self.plan, self.plan.floor
        freeable = floor.everything & ~plan.taken[quarter]
        here = [
            (floor.masks[plan.seat_of[party.id]], *floor.split(party.options))
            for party in plan.parties.values()
            if party.first <= quarter < party.end
        ]
        while True:
            staying = []
            before = freeable
            for own, singles, several in here:
                if _pays_less(own & ~freeable, singles, several, freeable):
                    freeable |= own
                else:
                    staying.append((own, singles, several))
            if freeable == before:
                return freeable
            here = staying

    def _vector(self, quarter: int, freeable: int) -> Vector:
        floor = self.plan.floor
        cells = {(table, quarter): 1 for table in range(len(floor.table_ids)) if not freeable >> table & 1}
        here = (party for party in self.plan.parties.values() if party.first <= quarter < party.end)
        return Vector(floor, cells, here)


def _pays_less(own: int, singles: int, several: tuple[int, ...], freeable: int) -> bool:
    """Whether some unit needs fewer tables that are not freeable than the party's own does."""
    price = own.bit_count()
    if singles & freeable or (singles and price > 1):
        return True
    return any((mask & ~freeable).bit_count() < price for mask in several)
