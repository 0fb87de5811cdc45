"""What is asked of the house, and its refusal."""

from dataclasses import dataclass
from datetime import date, time

from app.booking.queries import House
from app.booking.refusals import explained
from app.booking.seating import Reason, Refusal
from app.kernel.lifecycle import RuleBroken


@dataclass(frozen=True)
class Wish:
    """When and how many; `area` must be met, `unit` names the one table or combination wanted."""

    service_date: date
    local_time: time
    covers: int
    area: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Details:
    """Who comes, as typed for this reservation."""

    first_name: str
    last_name: str
    email: str
    phone: str
    special_requests: str = ""
    language: str = "fr"


class TimeTaken(RuleBroken):
    """The house cannot seat this wish; `reason` is the engine's."""

    def __init__(self, refusal: Refusal, house: House) -> None:
        """Keep the engine's reason beside the sentence."""
        field = "covers" if refusal.reason in (Reason.PARTY_TOO_LARGE, Reason.PARTY_TOO_SMALL) else "time"
        super().__init__(explained(refusal, house), field)
        self.reason = refusal.reason
