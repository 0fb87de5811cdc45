"""Questions about what Stripe sends to the bank, and what the books say it still holds."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from app.kernel.access import Actor
from app.kernel.db import db
from app.payments.models import Method, Movement, Payout, PayoutLine, PayoutState
from app.payments.permissions import VIEW
from app.payments.queries.books import of_ones_houses


def payouts_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give what was sent to the bank, as far as this actor may read it."""
    return of_ones_houses(sa.select(Payout), Payout.establishment_id, actor, VIEW)


def payouts_with(reference: str) -> list[Payout]:
    """Give the parts the houses have of one payout of Stripe's."""
    query = sa.select(Payout).where(Payout.reference == reference)
    return list(db.session.scalars(query.order_by(Payout.id)))


def payout_states() -> dict[str, PayoutState]:
    """Give how far each payout of Stripe's came, as it is known here."""
    return {known.reference: known.state for known in db.session.execute(sa.select(Payout.reference, Payout.state))}


def payout_lines(payout: Payout) -> list[PayoutLine]:
    """Give what a payout carries, the largest part first."""
    query = sa.select(PayoutLine).where(PayoutLine.payout_id == payout.id)
    return list(db.session.scalars(query.order_by(PayoutLine.amount.desc(), PayoutLine.reference)))


def payouts_carrying(movement: Movement) -> list[Payout]:
    """Give the payouts by which a line of the books went to the bank: one, or another once that one came back."""
    mine = sa.or_(PayoutLine.movement_id == movement.id, Payout.reference == movement.reference)
    query = sa.select(Payout).outerjoin(PayoutLine, PayoutLine.payout_id == Payout.id).where(mine)
    query = query.where(Payout.establishment_id == movement.establishment_id)
    return list(db.session.scalars(query.order_by(Payout.told_at)).unique())


def remittance_key(payout: Payout) -> str:
    """Give the fact of the world that the line of a payout stands for."""
    return f"stripe:{payout.reference}:{payout.establishment_id}"


def on_its_way() -> int:
    """Give what left Stripe and is not at the bank yet."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Payout.amount), 0))
    return db.session.scalar(query.where(Payout.state == PayoutState.ON_ITS_WAY)) or 0


def held_at_stripe(but: Collection[str] = ()) -> int:
    """Give what the books say Stripe holds, save the lines that bear these keys."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Movement.amount), 0)).where(Movement.method == Method.CARD)
    return db.session.scalar(query.where(Movement.natural_key.not_in(list(but)))) or 0
