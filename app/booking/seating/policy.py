"""How far the house lets the engine go to take one more party."""

from dataclasses import dataclass
from enum import StrEnum


class PolicyName(StrEnum):
    """The three policies, by the words of the exchange file."""

    BEST_FIT = "best_fit"
    """The smallest free unit, combinations last; nobody is ever moved."""
    GUARDED = "guarded"
    """Moves others only for a newcomer who fits closely, and only a few."""
    EXACT = "exact"
    """Refuses only what no seating allows."""


LONGEST_CHAIN = 4
"""The most who move under the guard, whatever a house may wish: in a large room, five would take seconds to try."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy with its measures: the most spare seats a newcomer may leave, and the most who move, when guarded.

    Blind re-seating sells large tables to small parties, and gains nothing on a full evening (booking.md, section 4):
    hence the guard.
    """

    name: PolicyName = PolicyName.GUARDED
    spare_seats: int = 1
    moves: int = 3

    def moves_for(self, covers: int) -> int:
        """How many may move for so many covers: one for every three that come, begun threes counted; `moves` at most.

        Large parties are what moving others gains; for four people, a third move costs more than it finds.
        """
        return min(self.moves, LONGEST_CHAIN, (covers + 2) // 3)

    @property
    def may_move(self) -> bool:
        """Whether others may be moved at all."""
        return self.name is not PolicyName.BEST_FIT


BEST_FIT = Policy(PolicyName.BEST_FIT)
GUARDED = Policy()
EXACT = Policy(PolicyName.EXACT)
