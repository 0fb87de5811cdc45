"""Payments contested at a bank, and what the bank and Stripe keep for themselves: both come from Stripe alone."""

from datetime import datetime

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.payments import queries
from app.payments.events import ChargebackBooked, DisputeClosed, DisputeOpened, FeeBooked, written_amount
from app.payments.models import Chargeback, Dispute, DisputeState, Fee, Movement, Payment
from app.payments.service.bookkeeping import correcting, free_allocations, reverse_movement


def open_dispute(
    payment: Payment, *, reference: str, amount: int, reason: str, answer_by: datetime | None, actor: Actor
) -> Dispute:
    """Note that a payment is contested; once, however often it is told. Until when one may answer is kept current."""
    known = queries.dispute_with(reference)
    if known is not None:
        known.answer_by = answer_by or known.answer_by
        return known
    dispute = Dispute(
        establishment_id=payment.establishment_id,
        establishment=payment.establishment,
        payment_id=payment.id,
        payment=payment,
        reference=reference,
        amount=amount,
        reason=reason[:40],
        state=DisputeState.TO_ANSWER,
        answer_by=answer_by,
        opened_at=clock.now(),
        closed_at=None,
    )
    db.session.add(dispute)
    db.session.flush()
    publish(DisputeOpened(dispute, actor, written_amount(amount)))
    return dispute


def note_dispute(dispute: Dispute, state: DisputeState, *, actor: Actor) -> None:
    """Note how far it has come; what is decided stays decided, and is told once."""
    if not dispute.is_open or dispute.state is state:
        return
    dispute.state = state
    if state not in (DisputeState.TO_ANSWER, DisputeState.REVIEWED):
        dispute.closed_at = clock.now()
        publish(DisputeClosed(dispute, actor, state.source_label))


def book_chargeback(dispute: Dispute, *, amount: int, actor: Actor) -> Chargeback:
    """Write what the bank took back for a dispute, once: it settles nothing any more."""
    queries.lock_books()
    key = f"stripe:{dispute.reference}"
    known = queries.movement_with_key(key)
    if isinstance(known, Chargeback):
        return known
    taken = Chargeback(**correcting(dispute.payment, -amount), reference=dispute.reference, natural_key=key)
    db.session.add(taken)
    db.session.flush()
    free_allocations(dispute.payment)
    publish(ChargebackBooked(taken, actor, written_amount(amount)))
    return taken


def undo_chargeback(taken: Chargeback, *, reason: str, actor: Actor) -> None:
    """Write that the bank gave it back, once."""
    queries.lock_books()
    if not queries.corrections_of(taken):
        reverse_movement(taken, reason=reason, actor=actor)


def book_fee(about: Movement, *, amount: int, reference: str, actor: Actor) -> Fee:
    """Write what was kept for a line of the books, once for each line of Stripe's balance; below zero, it came back."""
    queries.lock_books()
    key = f"stripe:{reference}"
    known = queries.movement_with_key(key)
    if isinstance(known, Fee):
        return known
    fee = Fee(**correcting(about, -amount), reference=reference, natural_key=key)
    db.session.add(fee)
    db.session.flush()
    publish(FeeBooked(fee, actor, written_amount(amount)))
    return fee
