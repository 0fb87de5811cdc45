"""Another time zone: promises keep their wall time, so the instants derived from it move."""

from collections.abc import Sequence
from datetime import time

from app.booking import queries
from app.booking.impact import promise_of
from app.booking.models import Reservation
from app.booking.opening import Shift, Slot, instant_of, quarter_of
from app.booking.seating import Override, Placement, Unit
from app.booking.service import seats
from app.booking.service.rows import reminder_instant, touch
from app.kernel import clock
from app.kernel.db import db
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

NO_SHIFT = Shift("", "", frozenset(), time(), time())


def move_promises(reservations: Sequence[Reservation], before: str, after: str) -> None:
    """Derive anew the instants of these reservations, and occupy the same tables at them.

    Raises RuleBroken when two would meet at one table (two sides of a change of clocks, say).
    """
    if not reservations:
        return
    queries.lock_day(reservations[0].establishment_id, *(reservation.service_date for reservation in reservations))
    moves = [(reservation, *_moved(reservation, before, after)) for reservation in reservations]
    for reservation, _slot, _placement in moves:
        seats.give_back(reservation)
    for reservation, slot, placement in moves:
        reservation.starts_at, reservation.quarter = slot.instant, slot.quarter
        reservation.reminder_due_at = reminder_instant(reservation, clock.now())
        reservation.sequence += 1
        if seats.claim(reservation, slot, placement, None) is not None:
            raise RuleBroken(
                _(
                    "Dans ce fuseau, la réservation %(reference)s trouverait sa table prise : déplacez-la d’abord.",
                    reference=reservation.reference,
                )
            )
        db.session.expire(reservation, ["seatings"])
    touch(reservations[0])


def _moved(reservation: Reservation, before: str, after: str) -> tuple[Slot, Placement]:
    minutes = promise_of(reservation).minutes(before)
    instant = instant_of(after, reservation.service_date, minutes)
    quarter = quarter_of(instant)
    slot = Slot(reservation.service_date, reservation.local_time, minutes, instant, quarter, NO_SHIFT)
    held = reservation.seatings
    tables = tuple(seating.table_id.hex for seating in held)
    length = max((seating.end_quarter - seating.first_quarter for seating in held), default=1)
    unit = Unit("", tables, reservation.covers, reservation.covers, frozenset())
    return slot, Placement(unit, range(quarter, quarter + length), length, (Override.PACING,))
