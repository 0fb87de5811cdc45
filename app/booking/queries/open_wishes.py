"""Questions about wishes that wait for an answer, and their answer, looked for at length."""

from collections.abc import Collection
from datetime import date, time
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import OpenWish, Reservation, WishState
from app.booking.queries.days import book_in_transaction
from app.booking.queries.houses import house_of
from app.booking.queries.reservations import hold_of
from app.booking.queries.seaters import AT_LENGTH, Foreseen, WritingSeater
from app.booking.seating import Day, StillUndecided, feasible
from app.kernel import clock
from app.kernel.db import db


def open_wish_like(
    establishment_id: UUID, service_date: date, local_time: time, covers: int, visitor: str
) -> OpenWish | None:
    """Give the wish this visitor already waits for, if it is this one."""
    query = sa.select(OpenWish).where(
        OpenWish.visitor == visitor,
        OpenWish.establishment_id == establishment_id,
        OpenWish.service_date == service_date,
        OpenWish.local_time == local_time,
        OpenWish.covers == covers,
        OpenWish.state == WishState.CHECKING,
    )
    return db.session.scalars(query.limit(1)).first()


def wishes_from(addresses: Collection[str]) -> list[OpenWish]:
    """Give the wishes sent under some addresses, oldest first."""
    query = sa.select(OpenWish).where(OpenWish.email.in_(list(addresses)))
    return list(db.session.scalars(query.order_by(OpenWish.asked_at)))


def hold_left_for(wish: OpenWish) -> Reservation | None:
    """Give the table its guest still held when they wished for this one, and would leave for it."""
    hold = hold_of(wish.visitor, clock.now())
    return hold if hold is not None and hold.created_at <= wish.asked_at else None


def foreseen(wish: OpenWish) -> Foreseen | None:
    """Look for the answer with much time, and no lock; None when it is found without, or not at all.

    The table that its guest would leave for it counts as free, as when they choose another time themselves.
    """
    house, now, hold = house_of(wish.establishment), clock.now(), hold_left_for(wish)
    left = hold.id if hold is not None else None
    book = book_in_transaction(house, wish.service_date, leaving_out=left)
    seater = WritingSeater(house, wish.service_date, book, now, leaving_out=left, limits=AT_LENGTH)
    day = Day(house.opening, wish.service_date, house.room, book, house.rules, now, seater)
    try:
        feasible(day, wish.local_time, wish.covers)
    except StillUndecided:
        return None
    return seater.decided
