"""What happened to a reservation, in words a manager reads."""

from dataclasses import dataclass
from datetime import date

from app.booking import queries
from app.booking.models import Reservation
from app.booking.refusals import rules_in_words
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.events import facts
from app.kernel.formats import full_date, near_date, spoken_time
from app.kernel.languages import _


@dataclass(frozen=True)
class HistoryLine:
    """One line of the timeline."""

    sentence: str
    who: str
    instant: str
    iso: str
    icon: str
    detail: str
    tone: str | None = None


def history_of(reservation: Reservation) -> list[HistoryLine]:
    """Give the facts about a reservation, newest first."""
    zone = reservation.establishment.timezone
    return [_line(entry, zone) for entry in queries.timeline_of(reservation)]


def _line(entry: AuditEntry, zone: str) -> HistoryLine:
    declared = facts().get(entry.fact)
    details = {name: _written(name, value) for name, value in entry.details.items()}
    sentence = _(declared.sentence, **details) if declared else entry.fact
    who = entry.actor_label if entry.actor_kind == "user" else _(entry.actor_label)
    local = clock.local(entry.at, zone)
    set_aside = rules_in_words(entry.details.get("overridden") or ())
    return HistoryLine(
        sentence=f"{who} {sentence}",
        who="",
        instant=_("%(day)s à %(time)s", day=near_date(local.date(), clock.today(zone)), time=spoken_time(local.time())),
        iso=entry.at.isoformat(),
        icon=declared.icon if declared else "history",
        detail=_("Règle de la maison laissée de côté : %(rules)s.", rules=set_aside) if set_aside else "",
    )


def _written(name: str, value: object) -> str:
    if name == "service_date" and isinstance(value, str):
        return full_date(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
