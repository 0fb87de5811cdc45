"""Where a page that says « complet » invites to wait."""

from datetime import date, time

from flask import url_for

from app.booking import queries
from app.booking.seating import Day, Refusal, feasible
from app.booking.service import TimeTaken
from app.booking.waiting.joining import WORTH_WAITING, lead_of
from app.booking.waiting.settings import MOST_ENTRIES
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.formats import clock_time
from app.kernel.lifecycle import RuleBroken


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


def waiting_url_after(
    refusal: RuleBroken | None, establishment: Establishment, service_date: date | None, at: time | None, covers: int
) -> str | None:
    """Give where one waits for a time lost at the last step; None for any other refusal, and where it is in vain."""
    if service_date is None or not isinstance(refusal, TimeTaken):
        return None
    return waiting_url(establishment, queries.day_of(queries.house_of(establishment), service_date), at, covers)
