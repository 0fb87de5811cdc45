"""Forgetting guests: the reservation stays for the house's counts, with nobody's name on it."""

from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Reservation, ReservationNote
from app.kernel import search
from app.kernel.db import db

BATCH = 500


def forget_guests(ids: list[UUID]) -> None:
    """Take from reservations all that tells who came; notes go, covers, dates and tables stay."""
    for start in range(0, len(ids), BATCH):
        piece = ids[start : start + BATCH]
        db.session.execute(sa.delete(ReservationNote).where(ReservationNote.reservation_id.in_(piece)))
        for reservation in db.session.scalars(sa.select(Reservation).where(Reservation.id.in_(piece))):
            _blank(reservation)
    db.session.flush()
    db.session.expire_all()


def _blank(reservation: Reservation) -> None:
    reservation.first_name = reservation.last_name = reservation.email = reservation.phone = ""
    reservation.special_requests = reservation.cancellation_reason = reservation.search_contact = ""
    reservation.search_text = search.normalised(reservation.reference)
    reservation.visitor = reservation.network = None
