"""The same question asked of a whole day: which times are left, how many, and which lie nearest."""

from datetime import time
from typing import NamedTuple

from app.booking.opening import DAY_MINUTES, Slot
from app.booking.seating.day import Day
from app.booking.seating.feasible import feasible
from app.booking.seating.verdict import GUEST, Permit, Placement, Refusal


class Offer(NamedTuple):
    """One slot of the day and the engine's answer for it."""

    slot: Slot
    verdict: Placement | Refusal

    @property
    def is_free(self) -> bool:
        """Whether the party can come then."""
        return isinstance(self.verdict, Placement)


def times_on(day: Day, covers: int, area: str | None = None, *, permit: Permit = GUEST) -> list[Offer]:
    """Every slot of the day, in order, with its placement or the reason of its refusal; [] when closed."""
    return [Offer(slot, feasible(day, slot, covers, area=area, permit=permit)) for slot in day.slots]


def times_left(day: Day, covers: int, area: str | None = None, *, permit: Permit = GUEST) -> int:
    """How many slots of the day the party can still have."""
    return sum(isinstance(feasible(day, slot, covers, area=area, permit=permit), Placement) for slot in day.slots)


def nearest(
    day: Day, covers: int, around: time | Slot, limit: int = 3, *, area: str | None = None, permit: Permit = GUEST
) -> list[Offer]:
    """At most `limit` free offers of the day nearest to a wall time, in order of time; the earlier wins a tie.

    A time after midnight is the end of the evening or the very morning of the service date, whichever is nearer.
    """

    def distance(offer: Offer) -> int:
        return min(abs(offer.slot.minutes - minutes) for minutes in wished)

    if isinstance(around, time):
        minutes = around.hour * 60 + around.minute
        wished = [minutes, minutes + DAY_MINUTES]
    else:
        wished = [around.minutes]
    free = [offer for offer in times_on(day, covers, area, permit=permit) if offer.is_free]
    return sorted(sorted(free, key=distance)[:limit], key=lambda offer: offer.slot.minutes)
