"""What reservations know that may show two records to be one guest's: an address, a number, a house."""

from typing import Any

import sqlalchemy as sa

from app.booking.models import Reservation
from app.kernel.languages import N_
from app.kernel.likeness import person_clue


def _addresses() -> sa.Select[Any, Any]:
    return sa.select(Reservation.guest_id, sa.func.lower(Reservation.email)).where(
        Reservation.guest_id.is_not(None), Reservation.email != ""
    )


def _numbers() -> sa.Select[Any, Any]:
    return sa.select(Reservation.guest_id, Reservation.phone).where(
        Reservation.guest_id.is_not(None), Reservation.phone != ""
    )


def _houses() -> sa.Select[Any, Any]:
    return sa.select(Reservation.guest_id, Reservation.establishment_id).where(Reservation.guest_id.is_not(None))


person_clue(N_("même adresse e-mail"), _addresses)
person_clue(N_("même téléphone"), _numbers)
person_clue(N_("noms proches, même maison"), _houses, needs_near_names=True)
