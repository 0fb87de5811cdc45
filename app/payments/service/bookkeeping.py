"""Writing in the books: money that came in, what it settles, lines undone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.formats import euros
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require
from app.payments import permissions as may
from app.payments import queries
from app.payments.events import (
    MovementReversed,
    PaymentArrivedLate,
    PaymentReceived,
    PaymentSettled,
    written_amount,
)
from app.payments.models import (
    BY_HAND,
    CORRECTABLE,
    MOST_CENTS,
    Allocation,
    Method,
    Movement,
    MovementNature,
    Payment,
    Receivable,
    ReceivableState,
    Reversal,
)
from app.payments.service.asking import BOOKS
from app.payments.states import ASKED


def record_payment(
    receivable: Receivable, *, amount: int, method: Method, reference: str, key: str, actor: Actor
) -> Payment:
    """Note money received by hand, in cents; the same key is noted once.

    Raises RuleBroken above what is owed, or when nothing is, NotAllowed without the right.
    """
    require(actor, may.RECORD, receivable)
    queries.lock_books()
    receivable = queries.lock_receivable(receivable.id)
    known = queries.movement_with_key(f"hand:{key}")
    if isinstance(known, Payment):
        return known
    left = receivable.amount - queries.paid_on(receivable)
    if method not in BY_HAND or receivable.takes_a_card or receivable.state is not ReceivableState.OPEN:
        raise RuleBroken(_("Cette somme n’attend plus de paiement."))
    if not 0 < amount <= left:
        raise RuleBroken(_("Il reste %(left)s à payer.", left=euros(left)), "amount")
    return book_payment(
        receivable, amount=amount, method=method, reference=reference, natural_key=f"hand:{key}", actor=actor
    )


def book_payment(
    receivable: Receivable, *, amount: int, method: Method, reference: str, natural_key: str, actor: Actor
) -> Payment:
    """Write money that came in, once for each fact of the world, and settle with it what is still asked.

    What is asked no more is left alone: the fact `PaymentArrivedLate` tells whoever asked.
    """
    queries.lock_books()
    known = queries.movement_with_key(natural_key)
    if isinstance(known, Payment):
        return known
    receivable = queries.lock_receivable(receivable.id)
    payment = Payment(
        **numbered(receivable.establishment),
        payable_kind=receivable.payable_kind,
        payable_id=receivable.payable_id,
        method=method,
        amount=amount,
        label=receivable.label,
        reference=reference,
        natural_key=natural_key,
    )
    db.session.add(payment)
    db.session.flush()
    publish(PaymentReceived(payment, actor, written_amount(amount), method.source_label, receivable.id))
    if receivable.state is ReceivableState.OPEN:
        allocate(payment, receivable, actor=actor)
    else:
        publish(PaymentArrivedLate(receivable, actor, payment.id, written_amount(amount)))
    return payment


def accept_late(payment: Payment, receivable: Receivable, *, actor: Actor) -> None:
    """Settle with money that came too late what it was meant for: the place could still be given."""
    allocate(payment, receivable, actor=actor)


def allocate(payment: Payment, receivable: Receivable, *, actor: Actor) -> None:
    """Settle something with what is free of a payment, as far as it goes. Raises RuleBroken when nothing can be."""
    queries.lock_books()
    receivable = queries.lock_receivable(receivable.id)
    owed = receivable.amount - queries.paid_on(receivable)
    part = min(queries.remaining_of(payment) - queries.allocated_of(payment), owed)
    if part <= 0:
        raise RuleBroken(_("Il n’y a rien à régler avec ce paiement."))
    db.session.add(Allocation(payment_id=payment.id, receivable_id=receivable.id, amount=part, at=clock.now()))
    db.session.flush()
    if part == owed:
        ASKED.apply("settle", receivable, BOOKS)
        receivable.closed_at = clock.now()
        publish(PaymentSettled(receivable, actor))


def reverse_movement(movement: Movement, *, reason: str, actor: Actor, reference: str = "") -> Reversal:
    """Undo a line of the books by another: one written by mistake, taken back by a bank, or a refund that failed.

    Raises RuleBroken when nothing of it is left to undo, or only the bank may, NotAllowed without the right.
    """
    require(actor, may.CLOSE, movement)
    queries.lock_books()
    known = queries.movement_with_key(f"reversal:{movement.id}")
    if movement.nature in (MovementNature.REVERSAL, MovementNature.FEE) or known is not None:
        raise RuleBroken(_("Cette écriture est déjà contre-passée, ou ne se contre-passe pas."))
    if movement.nature not in CORRECTABLE and actor is not BOOKS:
        raise RuleBroken(_("Cette écriture vient de la banque : elle seule la défait."))
    left = queries.refundable_of(movement) if isinstance(movement, Payment) else movement.amount
    if left == 0:
        raise RuleBroken(_("Il ne reste rien à contre-passer : tout est remboursé ou en passe de l’être."))
    reversal = Reversal(
        **correcting(movement, -left), reference=reference or movement.reference, natural_key=f"reversal:{movement.id}"
    )
    db.session.add(reversal)
    db.session.flush()
    if isinstance(movement, Payment):
        free_allocations(movement)
    publish(MovementReversed(reversal, actor, written_amount(-left), reason))
    return reversal


def correcting(movement: Movement, amount: int) -> Mapping[str, Any]:
    """Give what a line that corrects another has in common with it."""
    return {
        **numbered(movement.establishment),
        "payable_kind": movement.payable_kind,
        "payable_id": movement.payable_id,
        "corrects_id": movement.id,
        "method": movement.method,
        "amount": amount,
        "label": movement.label,
    }


def free_allocations(payment: Payment) -> None:
    """Take back from what a payment settles as much as is no longer there, the last settled first."""
    missing = queries.allocated_of(payment) - queries.remaining_of(payment)
    for receivable_id, amount in queries.allocations_of(payment):
        part = min(missing, amount)
        if part > 0:
            db.session.add(Allocation(payment_id=payment.id, receivable_id=receivable_id, amount=-part, at=clock.now()))
            missing -= part
    db.session.flush()


def open_day(house: Establishment) -> date:
    """Give the day on which a line is booked now: today, or the day after the last that was closed."""
    closed = queries.last_closed_day(house.id)
    today = house.today()
    return today if closed is None or closed < today else closed + timedelta(days=1)


def numbered(house: Establishment) -> dict[str, Any]:
    """Give what every new line of the books has: the next number, its house, its day."""
    head = queries.lock_books()
    head.movement += 1
    db.session.flush()
    return {
        "number": head.movement,
        "establishment_id": house.id,
        "establishment": house,
        "booked_on": open_day(house),
        "at": clock.now(),
    }


def check_amount(amount: int) -> None:
    """Refuse, by RuleBroken, what is no sum of cents, or one no books would believe."""
    if not 0 < amount <= MOST_CENTS:
        raise RuleBroken(_("Ce montant n’est pas possible."), "amount")
