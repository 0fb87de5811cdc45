"""One day's questions, many at once: each asked a single time, and each seating found serves the questions after it."""

from app.booking.seating.arranger import NEWCOMER, Arranger
from app.booking.seating.engine import Request
from app.booking.seating.floor import Options
from app.booking.seating.policy import PolicyName
from app.booking.seating.seater import Decision, Seated

WITNESSES = 4
"""Seatings kept beside the real one. Any of them that has room for a party shows that it can be seated."""


class Survey:
    """Answers as the arranger would while nobody comes or goes: whether, and one way how, never who moves."""

    def __init__(self, arranger: Arranger) -> None:
        self.arranger = arranger
        self._known: dict[tuple[Options, range, int], Decision] = {}
        self._witnesses = [arranger.plan]
        self._is_exact = arranger.policy.name is PolicyName.EXACT

    def decide(self, request: Request) -> Decision:
        """Whether the party can be seated. What differs between parties of the same units matters only to the guard."""
        party = self.arranger.party(NEWCOMER, request)
        key = party.options, request.quarters, 0 if self._is_exact else request.covers
        decision = self._known.get(key)
        if decision is None:
            decision = self._known[key] = self._witnessed(request) or self._asked(request)
        return decision

    def has_free_unit(self, request: Request) -> bool:
        """Whether the party can be seated without moving anybody."""
        return self.arranger.has_free_unit(request)

    def _witnessed(self, request: Request) -> Seated | None:
        party = self.arranger.party(NEWCOMER, request)
        for witness in self._witnesses:
            unit = witness.free_unit(party)
            if unit is not None:
                return Seated(self.arranger.floor.units[unit])
        return None

    def _asked(self, request: Request) -> Decision:
        decision = self.arranger.decide(request)
        if self._is_exact and isinstance(decision, Seated) and decision.moves:
            witness = self.arranger.plan.copy()
            number = self.arranger.floor.number
            witness.rearrange({move.id: number[move.target] for move in decision.moves})
            self._witnesses[1:] = [witness, *self._witnesses[1:WITNESSES]]
        return decision
