"""What decides where a party sits, and its three answers."""

from typing import NamedTuple, Protocol

from app.booking.seating.engine import Request
from app.booking.seating.plan import Move
from app.booking.seating.proof import Proof
from app.booking.seating.room import Unit


class Seated(NamedTuple):
    """The party can be seated: in `unit`, when `moves` are made."""

    unit: Unit
    moves: tuple[Move, ...] = ()


class Unseated(NamedTuple):
    """The party cannot be seated. `proof` says why nobody could; None when only the policy stands in the way."""

    proof: Proof | None = None


class Undecided(NamedTuple):
    """Neither a seating nor a proof was found within the limits. Never a refusal: ask again with more time."""

    why: str


Decision = Seated | Unseated | Undecided


class Seater(Protocol):
    """Decides for one day."""

    def decide(self, request: Request) -> Decision:
        """Whether the party can be seated, and how. Changes nothing."""
        ...

    def has_free_unit(self, request: Request) -> bool:
        """Whether the party can be seated without moving anybody."""
        ...
