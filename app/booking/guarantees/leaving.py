"""One way through the steps, one table: a guest in the middle of paying who chooses another.

What is asked for the first is asked no more, and its payment page is closed. Paid meanwhile all the same, the first to
be paid is theirs: the other is let go of, or, paid already, the money of the first goes back. While the other is only
looked for (an open wish), the first stays kept: it is let go of when the answer is yes.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.booking import queries as booking
from app.booking import service
from app.booking.guarantees import queries
from app.booking.models import COMING, Guarantee, OpenWish, Reservation
from app.booking.models import ReservationState as S
from app.booking.queries.open_wishes import hold_left_for
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.payments import service as payments
from app.payments.models import Receivable, ReceivableState

PAID = (ReceivableState.SETTLED, ReceivableState.FORGIVEN)
LATELY = timedelta(hours=1)  # no payment page stays open longer


def leave_others(visitor: str, chosen: Reservation, *, actor: Actor) -> None:
    """Ask a visitor no more for tables they let go of for another, and remember which they chose."""
    for left in _left_behind(visitor, chosen.id):
        left.left_for_id = chosen.id
        if left.receivable.state is ReceivableState.OPEN:
            payments.release(left.receivable, actor=actor)


def give_way(others: Iterable[Reservation], to: Reservation, *, actor: Actor) -> None:
    """Ask no more for tables that were kept for a guest whose other table is paid."""
    for guarantee in (each for other in others for each in queries.guarantees_of(other)):
        guarantee.left_for_id = to.id
        payments.release(guarantee.receivable, actor=actor)


def chosen_instead(guarantee: Guarantee) -> Reservation | None:
    """Give the table its visitor chose in its stead; None where they let go of that one too."""
    chosen = db.session.get(Reservation, guarantee.left_for_id) if guarantee.left_for_id else None
    return chosen if chosen is not None and chosen.state is not S.EXPIRED else None


def promised_instead(guarantee: Guarantee) -> Reservation | None:
    """Give the table that is promised to its visitor in its stead."""
    chosen = chosen_instead(guarantee)
    return chosen if chosen is not None and chosen.state in COMING else None


def is_paid(reservation: Reservation) -> bool:
    """Tell whether what is asked for a held table is there, or forgiven."""
    return any(each.receivable.state in PAID for each in queries.guarantees_of(reservation))


def kept_unknown_to(visitor: str) -> Guarantee | None:
    """Give what a visitor paid for a table they had let go of, which is theirs, and of which they were not told yet."""
    chosen = sa.orm.aliased(Reservation)
    query = (
        sa.select(Guarantee)
        .join(Reservation, Guarantee.reservation_id == Reservation.id)
        .join(chosen, Guarantee.left_for_id == chosen.id)
        .where(Guarantee.visitor == visitor, Guarantee.created_at > clock.now() - LATELY)
        .where(Reservation.state.in_(COMING), chosen.state == S.EXPIRED)
    )
    return db.session.scalars(query).unique().first()


def let_go_for(wish: OpenWish) -> Reservation | None:
    """Let go of the table its guest held when they wished for another; give it instead where they paid it meanwhile.

    Under the turn of the visitor, before the wish is granted: the first to be paid is theirs, as between two tables.
    """
    hold = hold_left_for(wish)
    days = {(each.establishment_id, each.service_date) for each in (wish, hold) if each is not None}
    booking.lock_days(days)
    paid = _paid_since(wish)
    if paid is not None:
        return paid
    if hold is not None:
        service.release_hold(hold)
    return None


def _paid_since(wish: OpenWish) -> Reservation | None:
    query = (
        sa.select(Guarantee)
        .join(Reservation, Guarantee.reservation_id == Reservation.id)
        .join(Receivable, Guarantee.receivable_id == Receivable.id)
        .where(Guarantee.visitor == wish.visitor, Guarantee.created_at <= wish.asked_at)
        .where(Reservation.state.in_((*COMING, S.HELD)), Receivable.state.in_(PAID))
        .where(Receivable.closed_at >= wish.asked_at)
        .order_by(Receivable.closed_at)
    )
    paid = db.session.scalars(query).unique().first()
    return paid.reservation if paid is not None else None


def _left_behind(visitor: str, but: UUID) -> list[Guarantee]:
    lately = sa.or_(Receivable.state == ReceivableState.OPEN, Guarantee.created_at > clock.now() - LATELY)
    query = (
        sa.select(Guarantee)
        .join(Reservation, Guarantee.reservation_id == Reservation.id)
        .join(Receivable, Guarantee.receivable_id == Receivable.id)
        .where(Guarantee.visitor == visitor, Guarantee.reservation_id != but, Reservation.state == S.EXPIRED, lately)
    )
    return list(db.session.scalars(query).unique())
