"""Where a page that says « complet » invites to wait."""

from datetime import time

from flask import url_for

from app.booking.seating import Day, Refusal, feasible
from app.booking.waiting.joining import WORTH_WAITING, lead_of
from app.booking.waiting.settings import MOST_ENTRIES
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.formats import clock_time


def waiting_url(establishment: Establishment, day: Day, at: time | None, covers: int) -> str | None:
    """Give the address where one joins the list for a day on which something is full; None where it is in vain."""
    if not MOST_ENTRIES.value(establishment=str(establishment.id)):
        return None
    earliest = clock.now() + lead_of(establishment.id)
    slots = [slot for slot in day.slots if slot.instant > earliest and at in (None, slot.local_time)]
    verdicts = (feasible(day, slot, covers) for slot in slots)
    if not any(isinstance(verdict, Refusal) and verdict.reason in WORTH_WAITING for verdict in verdicts):
        return None
    return url_for(
        "waiting.entry_new",
        slug=establishment.slug,
        date=day.service_date.isoformat(),
        covers=covers,
        time=clock_time(at) if at else None,
    )
