"""What is asked of the house, and its refusal."""

from dataclasses import dataclass
from datetime import date, time

from app.booking.queries import House
from app.booking.refusals import explained
from app.booking.seating import Reason, Refusal
from app.kernel.languages import _
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


class NotSeated(RuleBroken):
    """No table is given for this wish, for whatever reason."""


class LeftOpen(NotSeated):
    """The engine could not tell in the time it has whether this wish can be met. Not a refusal: ask again, later."""

    def __init__(self) -> None:
        """Say that it is not a refusal."""
        super().__init__(
            _(
                "Nous n’avons pas pu vérifier à temps si une table est libre : ce n’est pas un refus. Réessayez dans "
                "un instant, ou choisissez une heure voisine."
            ),
            "time",
        )


class PlanRefused(NotSeated):
    """The plan found did not hold when it was looked at again: nothing is written. A fault of ours."""

    def __init__(self) -> None:
        """Say that nothing has changed."""
        super().__init__(
            _(
                "La table trouvée ne convenait pas à la dernière vérification : rien n’a changé, et l’incident est "
                "noté. Choisissez une heure voisine."
            ),
            "time",
        )


class TimeTaken(NotSeated):
    """The house cannot seat this wish; `reason` is the engine's."""

    def __init__(self, refusal: Refusal, house: House) -> None:
        """Keep the engine's reason beside the sentence."""
        field = "covers" if refusal.reason in (Reason.PARTY_TOO_LARGE, Reason.PARTY_TOO_SMALL) else "time"
        super().__init__(explained(refusal, house), field)
        self.reason = refusal.reason
