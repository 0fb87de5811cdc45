"""Questions to the books."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel.access import Actor, Permission
from app.kernel.audit import GENESIS
from app.kernel.db import db, insert_missing
from app.kernel.scopes import Scope
from app.payments.models import (
    Allocation,
    BookHead,
    DailyClosing,
    Method,
    Movement,
    MovementNature,
    Payable,
    Payment,
    Receivable,
    ReceivableState,
    RefundRequest,
    RefundState,
    Reversal,
)
from app.payments.permissions import VIEW

AT_ONCE = 1000  # rows read in one go, where there may be any number of them
BETWEEN_HOUSE_AND_STRIPE = (MovementNature.FEE, MovementNature.REMITTANCE)  # no payer has to do with these


@dataclass(frozen=True)
class Balance:
    """What the books say of one payable, in cents: asked (and not taken back since), received, given back."""

    asked: int
    received: int
    returned: int

    @property
    def held(self) -> int:
        """Give what the house has of it now."""
        return self.received - self.returned

    @property
    def due(self) -> int:
        """Give what is still owed; nothing when more was paid than asked."""
        return max(0, self.asked - self.held)


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the lines of the books this actor may read: all, or those of their establishments."""
    return of_ones_houses(sa.select(Movement), Movement.establishment_id, actor, VIEW)


def of_ones_houses(query: sa.Select[Any], column: Any, actor: Actor, needed: Permission) -> sa.Select[Any]:
    """Keep the rows of the establishments in which a permission is held."""
    scopes = actor.scopes(needed)
    if Scope() in scopes:
        return query
    return query.where(column.in_([UUID(scope.id) for scope in scopes if scope.kind == "establishment"]))


def balance_of(payable: Payable) -> Balance:
    """Derive the balance of a payable from the rows, in one query."""
    mine = (Movement.payable_kind == payable.kind, Movement.payable_id == payable.id)
    asked = sa.select(sa.func.coalesce(sa.func.sum(Receivable.amount), 0)).where(
        Receivable.payable_kind == payable.kind,
        Receivable.payable_id == payable.id,
        Receivable.purpose != "imprint",
        Receivable.state.in_([ReceivableState.OPEN, ReceivableState.SETTLED]),
    )
    received = sa.case((Movement.nature == MovementNature.PAYMENT, Movement.amount), else_=0)
    apart = (MovementNature.PAYMENT, *BETWEEN_HOUSE_AND_STRIPE)
    returned = sa.case((Movement.nature.not_in(apart), -Movement.amount), else_=0)
    sums = (sa.func.coalesce(sa.func.sum(each), 0) for each in (received, returned))
    return Balance(*db.session.execute(sa.select(asked.scalar_subquery(), *sums).where(*mine)).one())


def movements_of(payable: Payable) -> list[Movement]:
    """Give the lines about a payable, in their order; what Stripe kept is between it and the house."""
    query = sa.select(Movement).where(Movement.payable_kind == payable.kind, Movement.payable_id == payable.id)
    kept = query.where(Movement.nature.not_in(BETWEEN_HOUSE_AND_STRIPE))
    return list(db.session.scalars(kept.order_by(Movement.number)))


def corrections_of(movement: Movement) -> list[Movement]:
    """Give the lines that give back, take back or undo a line, in their order."""
    query = sa.select(Movement).where(Movement.corrects_id == movement.id, Movement.nature != MovementNature.FEE)
    return list(db.session.scalars(query.order_by(Movement.number)))


def fees_on(movement: Movement) -> int:
    """Give what was kept on a line."""
    kept = sa.select(sa.func.coalesce(sa.func.sum(-Movement.amount), 0))
    return (
        db.session.scalar(kept.where(Movement.corrects_id == movement.id, Movement.nature == MovementNature.FEE)) or 0
    )


def remaining_of(payment: Payment) -> int:
    """Give what is left of a payment: less what was given back or undone, a refund that failed counting again."""
    given_back = sa.select(Movement.id).where(Movement.corrects_id == payment.id)
    lines = sa.select(sa.func.coalesce(sa.func.sum(Movement.amount), 0)).where(
        Movement.nature != MovementNature.FEE,
        sa.or_(
            Movement.id == payment.id,
            Movement.corrects_id == payment.id,
            Movement.corrects_id.in_(given_back),
        ),
    )
    return db.session.scalar(lines) or 0


def refundable_of(payment: Payment) -> int:
    """Give what may still be promised back: what is left, less what is promised already.

    Nothing where a bank took back what had gone back already: more went than came.
    """
    promised = sa.select(sa.func.coalesce(sa.func.sum(RefundRequest.amount), 0)).where(
        RefundRequest.payment_id == payment.id,
        RefundRequest.state.in_([RefundState.ASKED, RefundState.PROMISED]),
    )
    return max(0, remaining_of(payment) - (db.session.scalar(promised) or 0))


def refundable_for(request: RefundRequest) -> int:
    """Give what is left for a refund that waits: one asked comes before others nobody has decided either.

    One that failed comes after them.
    """
    before = [RefundState.PROMISED] if request.state is RefundState.ASKED else [RefundState.ASKED, RefundState.PROMISED]
    promised = sa.select(sa.func.coalesce(sa.func.sum(RefundRequest.amount), 0)).where(
        RefundRequest.payment_id == request.payment_id, RefundRequest.id != request.id, RefundRequest.state.in_(before)
    )
    return max(0, remaining_of(request.payment) - (db.session.scalar(promised) or 0))


def allocated_of(payment: Payment) -> int:
    """Give what of a payment settles something."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.payment_id == payment.id)
    return db.session.scalar(query) or 0


def allocations_of(payment: Payment) -> list[tuple[UUID, int]]:
    """Give what a payment settles, receivable by receivable, the last one first."""
    total = sa.func.sum(Allocation.amount)
    query = sa.select(Allocation.receivable_id, total).where(Allocation.payment_id == payment.id)
    query = query.group_by(Allocation.receivable_id).having(total > 0).order_by(sa.func.max(Allocation.at).desc())
    return [(receivable_id, amount) for receivable_id, amount in db.session.execute(query)]


def payments_of(receivable: Receivable) -> list[Movement]:
    """Give the payments that settle something that was asked, or did before they were given back."""
    settling = sa.select(Allocation.payment_id).where(Allocation.receivable_id == receivable.id)
    return list(db.session.scalars(sa.select(Movement).where(Movement.id.in_(settling)).order_by(Movement.number)))


def last_payment_of(receivable: Receivable) -> Payment | None:
    """Give the last payment that settles something that was asked, unless it was undone since."""
    standing = [each for each in payments_of(receivable) if isinstance(each, Payment) and not is_reversed(each)]
    return standing[-1] if standing else None


def receivable_of(payment: Payment) -> Receivable | None:
    """Give what a payment was first put to, even where it was taken back since."""
    query = sa.select(Receivable).join(Allocation, Allocation.receivable_id == Receivable.id)
    first = query.where(Allocation.payment_id == payment.id).order_by(Allocation.at, Allocation.id).limit(1)
    return db.session.scalars(first).first()


def is_reversed(payment: Payment) -> bool:
    """Tell whether a payment was undone: written by mistake, or taken back by a bank."""
    undone = sa.select(Reversal.id).where(Reversal.corrects_id == payment.id)
    return db.session.scalars(undone.limit(1)).first() is not None


def paid_on(receivable: Receivable) -> int:
    """Give what was paid of what was asked."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0))
    return db.session.scalar(query.where(Allocation.receivable_id == receivable.id)) or 0


def movement_with_key(natural_key: str) -> Movement | None:
    """Give the line that stands for a fact of the world, if it was written."""
    return db.session.scalars(sa.select(Movement).where(Movement.natural_key == natural_key)).first()


def movements_with_keys(natural_keys: Iterable[str]) -> dict[str, Movement]:
    """Give the lines that stand for these facts of the world, by their keys."""
    found = db.session.scalars(sa.select(Movement).where(Movement.natural_key.in_(list(natural_keys))))
    return {movement.natural_key: movement for movement in found}


def lock_books() -> BookHead:
    """Hold the books until the transaction ends: one writer after the other, so that sums stay true."""
    insert_missing(BookHead, id=1, movement=0, closing=0, hash=GENESIS)
    head: BookHead = db.session.scalars(
        sa.select(BookHead).where(BookHead.id == 1).with_for_update().execution_options(populate_existing=True)
    ).one()
    return head


def card_lines_between(since: datetime, until: datetime) -> list[Movement]:
    """Give what moved by card between two instants, save what undid it, what was kept, and what went to the bank."""
    query = sa.select(Movement).where(
        Movement.method == Method.CARD,
        Movement.nature.not_in([MovementNature.REVERSAL, *BETWEEN_HOUSE_AND_STRIPE]),
        Movement.at >= since,
        Movement.at < until,
    )
    return list(db.session.scalars(query.order_by(Movement.number)))


# --- days -------------------------------------------------------------------------------------------------------


def last_closed_day(establishment_id: UUID) -> date | None:
    """Give the last day of an establishment that stands for good."""
    query = sa.select(sa.func.max(DailyClosing.day)).where(DailyClosing.establishment_id == establishment_id)
    return db.session.scalar(query)


def lines_of_day(establishment_id: UUID, after: date | None, day: date) -> list[Movement]:
    """Give the lines a closing of this day covers: all since the closing before."""
    query = sa.select(Movement).where(Movement.establishment_id == establishment_id, Movement.booked_on <= day)
    if after is not None:
        query = query.where(Movement.booked_on > after)
    return list(db.session.scalars(query.order_by(Movement.number)))


def open_days_before(day: date) -> list[tuple[UUID, date]]:
    """Give the establishments with lines on days before this one that stand open, and the last of those days."""
    closed = (
        sa.select(sa.func.max(DailyClosing.day))
        .where(DailyClosing.establishment_id == Movement.establishment_id)
        .scalar_subquery()
    )
    query = (
        sa.select(Movement.establishment_id, sa.func.max(Movement.booked_on))
        .where(Movement.booked_on < day, sa.or_(closed.is_(None), Movement.booked_on > closed))
        .group_by(Movement.establishment_id)
    )
    return [(establishment_id, last) for establishment_id, last in db.session.execute(query)]


def closings() -> list[DailyClosing]:
    """Give every closing, in the order of the chain."""
    return list(db.session.scalars(sa.select(DailyClosing).order_by(DailyClosing.number)))


def closings_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the closings this actor may read."""
    return of_ones_houses(sa.select(DailyClosing), DailyClosing.establishment_id, actor, VIEW)


def numbers_of(establishment_id: UUID) -> Sequence[int]:
    """Give the numbers of all lines of a house, in their order, eight bytes each."""
    query = sa.select(Movement.number).where(Movement.establishment_id == establishment_id).order_by(Movement.number)
    return array("q", db.session.scalars(query.execution_options(yield_per=AT_ONCE)))


def closed_lines_between(
    establishment_id: UUID, first: date, last: date, *, after: tuple[date, int] | None, limit: int
) -> list[tuple[Movement, datetime]]:
    """Give the next lines of closed days, day by day, after one of them, each with when its day was closed."""
    closed = sa.select(DailyClosing.day, DailyClosing.closed_at).order_by(DailyClosing.day)
    kept = db.session.execute(closed.where(DailyClosing.establishment_id == establishment_id)).all()
    if not kept:
        return []
    days = [day for day, _at in kept]
    query = (
        sa.select(Movement)
        .where(Movement.establishment_id == establishment_id, Movement.booked_on.between(first, min(last, days[-1])))
        .order_by(Movement.booked_on, Movement.number)
    )
    if after is not None:
        query = query.where(
            Movement.booked_on >= after[0],
            sa.tuple_(Movement.booked_on, Movement.number) > after,
        )
    found = db.session.scalars(query.limit(limit))
    return [(movement, kept[bisect_left(days, movement.booked_on)][1]) for movement in found]
