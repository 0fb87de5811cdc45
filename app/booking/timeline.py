"""What happened to a reservation, in words a manager reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.booking import queries
from app.booking.events import ReservationMoved
from app.booking.models import Reservation
from app.booking.refusals import rules_in_words
from app.kernel import clock, telling
from app.kernel.audit import AuditEntry
from app.kernel.events import facts
from app.kernel.formats import near_date, spoken_time
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
    local = clock.local(entry.at, zone)
    return HistoryLine(
        sentence=telling.sentence_of(entry),
        who="",
        instant=_("%(day)s à %(time)s", day=near_date(local.date(), clock.today(zone)), time=spoken_time(local.time())),
        iso=entry.at.isoformat(),
        icon=declared.icon if declared else "history",
        detail=" ".join(_details(entry)),
    )


def _details(entry: AuditEntry) -> Iterator[str]:
    changes = telling.changes_of(entry)
    if len(changes) > 1 or entry.fact != ReservationMoved.code:
        yield from (f"{change}." for change in changes)
    set_aside = rules_in_words(entry.details.get("overridden") or ())
    if set_aside:
        yield _("Règle de la maison laissée de côté : %(rules)s.", rules=set_aside)
