"""How long parties stay, kept as the team notes it: seated, then gone. A second noting replaces the first."""

from app.booking.events import PartySeated, ReservationFinished
from app.booking.models import Reservation, Stay
from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import on


@on(PartySeated)
def begin_stay(event: PartySeated) -> None:
    """Note when a party sat down."""
    reservation: Reservation = event.subject
    stay = db.session.get(Stay, reservation.id) or Stay(reservation_id=reservation.id)
    stay.establishment_id = reservation.establishment_id
    stay.service_date, stay.local_time = reservation.service_date, reservation.local_time
    stay.covers, stay.seated_at, stay.left_at = reservation.covers, clock.now(), None
    db.session.add(stay)


@on(ReservationFinished)
def end_stay(event: ReservationFinished) -> None:
    """Note when it left; what nobody noted sitting down teaches nothing."""
    stay = db.session.get(Stay, event.subject.id)
    if stay is not None:
        stay.left_at = max(clock.now(), stay.seated_at)
