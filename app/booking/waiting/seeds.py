"""The waiting list of the demo: a few parties for hours that are full, and one place offered."""

from datetime import date, timedelta

import sqlalchemy as sa

from app.booking.models import WaitingEntry
from app.booking.opening import Slot
from app.booking.queries import House, day_in_transaction, house_of
from app.booking.seating import STAFF, Placement, Refusal, feasible
from app.booking.seeds import tell_nobody_of
from app.booking.service import Details
from app.booking.waiting.joining import WORTH_WAITING, Hope, join_list
from app.booking.waiting.notices import TEAM_CALLS
from app.booking.waiting.offering import offer_by_hand
from app.directory.models import Establishment
from app.kernel.access import system
from app.kernel.db import db
from app.kernel.outbox import OutboxRow
from app.kernel.seeds import seed

ACTOR = system("seed")
DAYS_AHEAD = 14
PARTIES = (4, 6, 8, 9, 10)
GUESTS = (("Hélène", "Marchal", 11), ("Rachid", "Amrani", 12), ("Colette", "Guérin", 13))


@seed("demo", order=50)
def demo_waiting_list() -> None:
    """Put parties on the list where the room is full; one of them has a place offered at another hour."""
    establishment = db.session.scalars(sa.select(Establishment).where(Establishment.slug == "chez-margot")).first()
    if establishment is None:
        return
    house, today = house_of(establishment), establishment.today()
    guests, is_offered = iter(GUESTS), False
    for offset in range(1, DAYS_AHEAD):
        wanted = _full_slot(house, today + timedelta(days=offset))
        guest = next(guests, None) if wanted else None
        if wanted is None or guest is None:
            continue
        slot, covers = wanted
        entry = join_list(
            establishment,
            Hope(slot.service_date, slot.local_time, slot.local_time, covers),
            _details(*guest),
            actor=ACTOR,
            permit=STAFF,
        )
        other = _free_slot(house, slot.service_date, covers)
        if other is not None and not is_offered:
            offer_by_hand(entry, other.local_time, actor=ACTOR)
            is_offered = True
    tell_nobody_of(WaitingEntry)
    db.session.execute(sa.delete(OutboxRow).where(OutboxRow.natural_key.startswith(f"announce:{TEAM_CALLS.code}:")))


def _full_slot(house: House, day: date) -> tuple[Slot, int] | None:
    """Give an evening hour at which a party of some size finds no place."""
    seen = day_in_transaction(house, day)
    for covers in PARTIES:
        for slot in reversed(seen.slots):
            verdict = feasible(seen, slot, covers, permit=STAFF)
            if isinstance(verdict, Refusal) and verdict.reason in WORTH_WAITING:
                return slot, covers
    return None


def _free_slot(house: House, day: date, covers: int) -> Slot | None:
    seen = day_in_transaction(house, day)
    return next(
        (each for each in seen.slots if isinstance(feasible(seen, each, covers, permit=STAFF), Placement)), None
    )


def _details(first_name: str, last_name: str, number: int) -> Details:
    """Give a guest who left a number kept for fiction (ARCEP, decision 2018-0881), so that no letter leaves."""
    return Details(first_name=first_name, last_name=last_name, email="", phone=f"+336399800{number}")
