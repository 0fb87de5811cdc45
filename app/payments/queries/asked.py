"""Questions about what is asked, given back, and kept at Stripe."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel.access import Actor
from app.kernel.db import db
from app.payments.models import (
    CardCharge,
    Checkout,
    CheckoutState,
    Dispute,
    DisputeState,
    EventTrouble,
    Method,
    Movement,
    Payable,
    Payment,
    ProviderEvent,
    Receivable,
    ReceivableState,
    Reconciliation,
    RefundRequest,
    RefundState,
    SavedCard,
)
from app.payments.permissions import VIEW
from app.payments.queries.books import of_ones_houses


def receivables_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give what was asked, as far as this actor may read it."""
    return of_ones_houses(sa.select(Receivable), Receivable.establishment_id, actor, VIEW)


def receivables_of(payable: Payable) -> list[Receivable]:
    """Give what was asked for a payable, the oldest first."""
    query = sa.select(Receivable).where(Receivable.payable_kind == payable.kind, Receivable.payable_id == payable.id)
    return list(db.session.scalars(query.order_by(Receivable.created_at, Receivable.id)))


def lock_receivable(receivable_id: UUID) -> Receivable:
    """Give a receivable as it stands, held until the transaction ends."""
    query = sa.select(Receivable).where(Receivable.id == receivable_id).with_for_update(of=Receivable)
    receivable: Receivable = db.session.scalars(query.execution_options(populate_existing=True)).one()
    return receivable


def overdue(now: datetime) -> list[UUID]:
    """Give the ids of what nobody paid in time."""
    late = (Receivable.state == ReceivableState.OPEN, Receivable.expires_at <= now)
    return list(db.session.scalars(sa.select(Receivable.id).where(*late).limit(500)))


def refund_with_key(key: str) -> RefundRequest | None:
    """Give the refund asked under a key."""
    return db.session.scalars(sa.select(RefundRequest).where(RefundRequest.key == key)).first()


def lock_refund(request_id: UUID) -> RefundRequest | None:
    """Give a refund request as it stands, held until the transaction ends."""
    query = sa.select(RefundRequest).where(RefundRequest.id == request_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def refunds_of(payment: Movement) -> list[RefundRequest]:
    """Give the refunds asked on a payment, the last one first."""
    query = sa.select(RefundRequest).where(RefundRequest.payment_id == payment.id)
    return list(db.session.scalars(query.order_by(RefundRequest.asked_at.desc())))


def refunds_open_on(payable: Payable) -> list[RefundRequest]:
    """Give the refunds of what was paid for a record that wait, are on their way, or did not arrive."""
    query = sa.select(RefundRequest).join(Payment, RefundRequest.payment_id == Payment.id)
    query = query.where(Payment.payable_kind == payable.kind, Payment.payable_id == payable.id)
    query = query.where(RefundRequest.state.in_([RefundState.ASKED, RefundState.PROMISED, RefundState.FAILED]))
    return list(db.session.scalars(query.order_by(RefundRequest.asked_at)))


def refunds_to_decide(actor: Actor) -> list[RefundRequest]:
    """Give the refunds that wait for somebody's decision, the oldest first."""
    query = sa.select(RefundRequest).where(RefundRequest.state.in_([RefundState.ASKED, RefundState.FAILED]))
    query = of_ones_houses(query, RefundRequest.establishment_id, actor, VIEW)
    return list(db.session.scalars(query.order_by(RefundRequest.asked_at).limit(50)))


# --- Stripe -----------------------------------------------------------------------------------------------------


def open_checkout(receivable: Receivable, amount: int, now: datetime, mark: str) -> Checkout | None:
    """Give the payment page that stands open for so much of what is asked, opened with this key, if one does."""
    query = sa.select(Checkout).where(
        Checkout.receivable_id == receivable.id,
        Checkout.state == CheckoutState.OPEN,
        Checkout.amount == amount,
        Checkout.key_mark == mark,
        Checkout.expires_at > now,
    )
    return db.session.scalars(query.order_by(Checkout.created_at.desc()).limit(1)).first()


def checkouts_of(receivable: Receivable) -> list[Checkout]:
    """Give the payment pages opened for what is asked, the last one first."""
    query = sa.select(Checkout).where(Checkout.receivable_id == receivable.id)
    return list(db.session.scalars(query.order_by(Checkout.created_at.desc())))


def checkout_with(reference: str) -> Checkout | None:
    """Give the payment page Stripe knows under this id."""
    return db.session.scalars(sa.select(Checkout).where(Checkout.reference == reference)).first()


def cards_for(payable: Payable) -> list[SavedCard]:
    """Give the cards kept for a payable that may still be charged, the last one first."""
    query = (
        sa.select(SavedCard)
        .join(Receivable, SavedCard.receivable_id == Receivable.id)
        .where(Receivable.payable_kind == payable.kind, Receivable.payable_id == payable.id)
        .where(SavedCard.released_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(SavedCard.saved_at.desc())))


def cards_left_for(payable: Payable) -> list[SavedCard]:
    """Give the cards ever kept for a payable, those that were let go too."""
    query = sa.select(SavedCard).join(Receivable, SavedCard.receivable_id == Receivable.id)
    return list(
        db.session.scalars(query.where(Receivable.payable_kind == payable.kind, Receivable.payable_id == payable.id))
    )


def card_of(receivable: Receivable) -> SavedCard | None:
    """Give the card kept for an imprint."""
    return db.session.scalars(sa.select(SavedCard).where(SavedCard.receivable_id == receivable.id)).first()


def same_cards(card: SavedCard) -> list[SavedCard]:
    """Give all that stands for one card at Stripe: it may answer for one imprint after another."""
    return list(db.session.scalars(sa.select(SavedCard).where(SavedCard.card == card.card)))


def is_card_needed(card: SavedCard, since: datetime) -> bool:
    """Tell whether Stripe must still have a card: it answers for another imprint, or was asked for a sum lately."""
    kept = sa.select(SavedCard.id).where(SavedCard.card == card.card, SavedCard.released_at.is_(None))
    asked = (
        sa.select(CardCharge.receivable_id)
        .join(Receivable, CardCharge.receivable_id == Receivable.id)
        .join(SavedCard, CardCharge.card_id == SavedCard.id)
        .where(SavedCard.card == card.card)
        .where(Receivable.state == ReceivableState.OPEN, Receivable.created_at >= since)
    )
    return bool(db.session.scalar(sa.select(sa.or_(kept.exists(), asked.exists()))))


def cards_to_forget(before: datetime) -> list[SavedCard]:
    """Give the cards let go of before an instant that Stripe still has, the oldest first."""
    left = sa.select(SavedCard).where(SavedCard.released_at < before, SavedCard.card != "")
    return list(db.session.scalars(left.order_by(SavedCard.released_at).limit(500)))


def charge_with_key(key: str) -> CardCharge | None:
    """Give the charge asked under a key."""
    return db.session.scalars(sa.select(CardCharge).where(CardCharge.key == key)).first()


def charge_for(receivable_id: UUID) -> CardCharge | None:
    """Give the charge that is to settle a receivable."""
    return db.session.get(CardCharge, receivable_id)


def charges_of(payable: Payable) -> list[Receivable]:
    """Give what was taken, or is to be, on the cards kept for something."""
    query = sa.select(Receivable).join(CardCharge, CardCharge.receivable_id == Receivable.id)
    query = query.where(Receivable.payable_kind == payable.kind, Receivable.payable_id == payable.id)
    return list(db.session.scalars(query.order_by(Receivable.id)))


def charged_on(card: SavedCard) -> int:
    """Give what was asked of a card all told, save what was forgone."""
    taken = sa.select(sa.func.coalesce(sa.func.sum(Receivable.amount), 0)).join(
        CardCharge, CardCharge.receivable_id == Receivable.id
    )
    standing = Receivable.state.in_([ReceivableState.OPEN, ReceivableState.SETTLED])
    return db.session.scalar(taken.where(CardCharge.card_id == card.id, standing)) or 0


def payments_with(references: Sequence[str]) -> dict[str, Payment]:
    """Give the payments that Stripe knows under these ids."""
    query = sa.select(Payment).where(Payment.reference.in_(references))
    return {payment.reference: payment for payment in db.session.scalars(query)}


def payment_with(reference: str) -> Payment | None:
    """Give the payment that Stripe knows under this id."""
    return payments_with([reference]).get(reference) if reference else None


def last_event() -> ProviderEvent | None:
    """Give the last event Stripe told of."""
    return db.session.scalars(sa.select(ProviderEvent).order_by(ProviderEvent.received_at.desc()).limit(1)).first()


def events_left(before: datetime) -> list[ProviderEvent]:
    """Give the events heard before an instant that nobody could look into, the oldest first."""
    left = (ProviderEvent.handled_at.is_(None), ProviderEvent.received_at < before)
    return list(db.session.scalars(sa.select(ProviderEvent).where(*left).order_by(ProviderEvent.received_at)))


def events_in_trouble(since: datetime) -> dict[EventTrouble, int]:
    """Give how many events heard since an instant could not be followed, by why."""
    query = sa.select(ProviderEvent.trouble, sa.func.count().label("times")).where(
        ProviderEvent.trouble != EventTrouble.NONE, ProviderEvent.received_at >= since
    )
    return {row.trouble: row.times for row in db.session.execute(query.group_by(ProviderEvent.trouble))}


def waiting_for_stripe(now: datetime, mark: str | None = None) -> int:
    """Give how many payments, refunds and charges Stripe has yet to answer for; with `mark`, pages of other keys."""
    pages = (
        sa.select(sa.func.count())
        .select_from(Checkout)
        .where(Checkout.state == CheckoutState.OPEN, Checkout.reference.is_not(None), Checkout.expires_at > now)
    )
    if mark is not None:
        return db.session.scalar(pages.where(Checkout.key_mark != mark)) or 0
    refunds = sa.select(sa.func.count()).select_from(RefundRequest).where(RefundRequest.state == RefundState.PROMISED)
    charges = sa.select(sa.func.count()).select_from(CardCharge).join(Receivable)
    charges = charges.where(Receivable.state == ReceivableState.OPEN)
    return sum(db.session.scalar(each) or 0 for each in (pages, refunds, charges))


def last_reference() -> str:
    """Give Stripe's id of the last payment by card, nothing where there is none."""
    query = sa.select(Payment.reference).where(Payment.method == Method.CARD, Payment.reference.startswith("pi_"))
    return db.session.scalar(query.order_by(Payment.number.desc()).limit(1)) or ""


def last_reconciliation() -> Reconciliation | None:
    """Give the last comparison of the books with Stripe."""
    return db.session.scalars(sa.select(Reconciliation).order_by(Reconciliation.at.desc()).limit(1)).first()


# --- what is contested ------------------------------------------------------------------------------------------


def dispute_with(reference: str) -> Dispute | None:
    """Give the dispute Stripe knows under this id."""
    return db.session.scalars(sa.select(Dispute).where(Dispute.reference == reference)).first()


def disputes_on(payment: Movement) -> list[Dispute]:
    """Give the disputes about a payment, the last one first."""
    query = sa.select(Dispute).where(Dispute.payment_id == payment.id)
    return list(db.session.scalars(query.order_by(Dispute.opened_at.desc())))


def disputes_to_answer(actor: Actor) -> list[Dispute]:
    """Give the disputes that wait for the house's answer, the most pressing first."""
    query = sa.select(Dispute).where(Dispute.state == DisputeState.TO_ANSWER)
    query = of_ones_houses(query, Dispute.establishment_id, actor, VIEW)
    return list(db.session.scalars(query.order_by(Dispute.answer_by, Dispute.opened_at).limit(50)))


# --- people -----------------------------------------------------------------------------------------------------


def receivables_asked_of(person_id: UUID) -> list[Receivable]:
    """Give what was ever asked of a person."""
    query = sa.select(Receivable).where(Receivable.person_id == person_id)
    return list(db.session.scalars(query.order_by(Receivable.created_at)))
