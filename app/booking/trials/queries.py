"""Questions of the trials: what was asked of a day, and the trials of a house."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import FloorTrial, RefusedSearch, Reservation, TrialState
from app.booking.queries import House
from app.booking.queries.figures import NEVER_PROMISED
from app.booking.seating import Reason
from app.booking.trials.replay import LACKING, Ask, without_repeats
from app.kernel.db import db

MOST_SHOWN = 100


def asks_of(house: House, day: date) -> list[Ask]:
    """Give what was asked of a day, accepted or refused for want of room, in the order in which it was asked."""
    reservations = sa.select(
        Reservation.created_at,
        Reservation.local_time,
        Reservation.covers,
        Reservation.area_wish,
        Reservation.cancelled_at,
    ).where(
        Reservation.establishment_id == house.establishment_id,
        Reservation.service_date == day,
        Reservation.state.not_in(NEVER_PROMISED),
    )
    searches = sa.select(RefusedSearch.at, RefusedSearch.local_time, RefusedSearch.covers, RefusedSearch.reason).where(
        RefusedSearch.establishment_id == house.establishment_id,
        RefusedSearch.service_date == day,
        RefusedSearch.covers <= house.rules.max_covers_online,
    )
    promised = [Ask(*row) for row in db.session.execute(reservations)]
    refused = [
        Ask(at, local_time, covers, was_refused=True)
        for at, local_time, covers, reason in db.session.execute(searches)
        if Reason(reason) in LACKING
    ]
    return without_repeats([*promised, *refused])


def trials_of(establishment_id: UUID) -> list[FloorTrial]:
    """Give the trials of a house, the last one first."""
    query = sa.select(FloorTrial).where(FloorTrial.establishment_id == establishment_id)
    return list(db.session.scalars(query.order_by(FloorTrial.created_at.desc(), FloorTrial.id).limit(MOST_SHOWN)))


def trials_by(establishment_id: UUID, label: str) -> list[FloorTrial]:
    """Give the trials that somebody asked for in a house."""
    query = sa.select(FloorTrial).where(FloorTrial.establishment_id == establishment_id, FloorTrial.created_by == label)
    return list(db.session.scalars(query))


def last_played(establishment_id: UUID) -> FloorTrial | None:
    """Give the last trial of a house whose result is known."""
    query = sa.select(FloorTrial).where(FloorTrial.establishment_id == establishment_id)
    done = query.where(FloorTrial.state == TrialState.DONE)
    return db.session.scalars(done.order_by(FloorTrial.created_at.desc(), FloorTrial.id).limit(1)).first()
