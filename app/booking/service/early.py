"""Parties that sit down before their hour: their tables are theirs from that moment, as long as nobody else's."""

from datetime import datetime

import sqlalchemy as sa

from app.booking.models import Reservation, Seating, SeatingCell
from app.booking.opening import quarter_of
from app.booking.queries.lingering import LONGEST_STAY_QUARTERS
from app.booking.service.seats import take_cells
from app.kernel.db import db


def hold_from_now(reservation: Reservation, now: datetime) -> None:
    """Have a party that sits down before its hour hold its tables from now on: that they are there is a fact.

    Where somebody else is promised one of them in between, all stays as it was, and the room says so; the quarter-hour
    in which others have just left is theirs alone.
    """
    quarter, promised = quarter_of(now), min((each.first_quarter for each in reservation.seatings), default=0)
    end = max((each.end_quarter for each in reservation.seatings), default=0)
    tables = [seating.table_id.hex for seating in reservation.seatings]
    for first in (quarter, quarter + 1):
        if not end - LONGEST_STAY_QUARTERS <= first < promised:
            return
        if take_cells(reservation, tables, range(first, promised)):
            _begin_at(reservation, first)
            return
        _free_cells_before(reservation, promised)


def hold_from_its_hour(reservation: Reservation) -> None:
    """Give back the time that a party took before its hour: it had not sat down."""
    if any(seating.first_quarter < reservation.quarter for seating in reservation.seatings):
        _free_cells_before(reservation, reservation.quarter)
        _begin_at(reservation, reservation.quarter)


def _begin_at(reservation: Reservation, quarter: int) -> None:
    db.session.execute(sa.update(Seating).where(Seating.reservation_id == reservation.id).values(first_quarter=quarter))
    db.session.expire(reservation, ["seatings"])


def _free_cells_before(reservation: Reservation, quarter: int) -> None:
    early = sa.and_(SeatingCell.reservation_id == reservation.id, SeatingCell.quarter < quarter)
    db.session.execute(sa.delete(SeatingCell).where(early))
