"""Tables at which guests stay beyond their time: the one place that says so, for the room, the door and online booking.

Nobody knows when they will leave. Their table counts as taken for this quarter-hour and the next, and then again: it is
promised to nobody before they had time to go.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Reservation, Seating
from app.booking.models import ReservationState as S
from app.booking.opening import quarter_of
from app.kernel.db import db

LONGEST_QUARTERS = 48
"""Twelve hours: whoever still seems to sit there then was never noted as gone."""
LONGEST_STAY_QUARTERS = 96
"""A day: no stay is longer, so that who may linger is found by when they came."""
NOBODY = UUID(int=0)


def quarters_kept(now: datetime) -> range:
    """Give the quarters during which a table at which guests linger is not promised to others."""
    return range(quarter_of(now), quarter_of(now) + 2)


def lingers(quarter: int) -> sa.ColumnElement[bool]:
    """Select the seatings, joined with their reservation, of guests still at table after their time at this quarter."""
    return sa.and_(
        Reservation.state == S.SEATED,
        Seating.end_quarter <= quarter,
        Seating.end_quarter > quarter - LONGEST_QUARTERS,
    )


def lingering_tables(establishment_id: UUID, now: datetime, *, leaving_out: UUID | None = None) -> list[UUID]:
    """Give the tables of a house whose guests stay beyond their time, without those of one reservation if asked."""
    quarter = quarter_of(now)
    query = (
        sa.select(Seating.table_id)
        .join(Reservation, Reservation.id == Seating.reservation_id)
        .where(
            Seating.establishment_id == establishment_id,
            Seating.first_quarter.between(quarter - LONGEST_QUARTERS - LONGEST_STAY_QUARTERS, quarter),
            lingers(quarter),
            Reservation.id != (leaving_out or NOBODY),
        )
        .distinct()
        .order_by(Seating.table_id)
    )
    return list(db.session.scalars(query))
