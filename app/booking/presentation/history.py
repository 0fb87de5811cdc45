"""What happened to a reservation, in words a manager reads."""

from collections.abc import Iterator

from app.booking import queries
from app.booking.events import ReservationMoved
from app.booking.models import Reservation
from app.booking.refusals import rules_in_words
from app.kernel import telling
from app.kernel.audit import AuditEntry
from app.kernel.languages import _
from app.kernel.telling import HistoryLine


def history_of(reservation: Reservation) -> list[HistoryLine]:
    """Give the facts about a reservation, newest first."""
    zone = reservation.establishment.timezone
    return [telling.history_line(entry, zone, *_details(entry)) for entry in queries.timeline_of(reservation)]


def _details(entry: AuditEntry) -> Iterator[str]:
    changes = telling.changes_of(entry)
    if len(changes) > 1 or entry.fact != ReservationMoved.code:
        yield from (f"{change}." for change in changes)
    set_aside = rules_in_words(entry.details.get("overridden") or ())
    if set_aside:
        yield _("Règle de la maison laissée de côté : %(rules)s.", rules=set_aside)
