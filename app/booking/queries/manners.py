"""How parties are seated on a service date: under which policy at each hour, within which limits, and who stays put."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from app.booking.opening import instant_of, quarter_of, shifts_on
from app.booking.queries.houses import House
from app.booking.seating import Policy, PolicyName
from app.booking.settings import KEPT_BEFORE, MOST_MOVES, SPARE_SEATS


class Guards(NamedTuple):
    """What the house allows when others are moved: seats left empty, how many move, how near their arrival."""

    spare_seats: int
    moves: int
    kept_before: timedelta


@dataclass(frozen=True)
class Manners:
    """The policies of a service date, each from an absolute quarter on; and from when on nobody is moved."""

    policies: tuple[tuple[int, Policy], ...]
    kept_before: timedelta

    def policy_at(self, quarter: int) -> Policy:
        """Give the policy of the shift under way at a quarter: the last that has begun, else the first."""
        begun = bisect_right(self.policies, quarter, key=lambda each: each[0])
        return self.policies[max(begun, 1) - 1][1]


def guards_of(establishment_id: UUID) -> Guards:
    """Give the limits this house has set."""
    holder = str(establishment_id)
    return Guards(
        SPARE_SEATS.value(establishment=holder),
        MOST_MOVES.value(establishment=holder),
        timedelta(minutes=KEPT_BEFORE.value(establishment=holder)),
    )


def manners_on(house: House, service_date: date) -> Manners:
    """Give how parties are seated on a service date; a shift without a policy of its own follows the house."""
    guards = guards_of(house.establishment_id)
    usual = replace(house.policy, spare_seats=guards.spare_seats, moves=guards.moves)
    shifts = sorted(shifts_on(house.opening, service_date), key=lambda shift: shift.minutes[0])
    policies = tuple(
        (
            quarter_of(instant_of(house.opening.zone, service_date, shift.minutes[0])),
            replace(usual, name=PolicyName(shift.policy)) if shift.policy else usual,
        )
        for shift in shifts
    )
    return Manners(policies or ((0, usual),), guards.kept_before)
