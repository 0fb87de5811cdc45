"""Giving money back: by somebody of the team, with four eyes above a limit, or by a rule of the house."""

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import Identified, db
from app.kernel.events import publish
from app.kernel.formats import euros
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken, require
from app.payments import permissions as may
from app.payments import queries
from app.payments.events import (
    PaymentRefunded,
    RefundAsked,
    RefundDecided,
    RefundFailed,
    RefundFound,
    RefundPromised,
    written_amount,
)
from app.payments.models import Method, Payable, Payment, Refund, RefundRequest, RefundState
from app.payments.service.asking import BOOKS
from app.payments.service.bookkeeping import check_amount, correcting, free_allocations
from app.payments.settings import FOUR_EYES_ABOVE
from app.payments.states import REFUNDS

APPROVED, DECLINED, TRIED_AGAIN, GIVEN_UP = N_("accepté"), N_("refusé"), N_("nouvel essai"), N_("abandonné")

UNDECIDED = (RefundState.ASKED, RefundState.FAILED)
MADE_THERE = N_("Fait chez Stripe, sans passer par la maison.")


def refund_payment(payment: Payment, *, amount: int, reason: str, key: str, actor: Actor) -> RefundRequest:
    """Give back a part or the whole of a payment, as somebody of the team wants; the same key is one refund.

    When all that was given back of it passes the house's limit, a second person decides. Raises RuleBroken above what
    is left.
    """
    require(actor, may.REFUND, payment)
    queries.lock_books()
    limit = 100 * FOUR_EYES_ABOVE.value(establishment=str(payment.establishment_id))
    back_already = payment.amount - queries.refundable_of(payment)
    return _asked(payment, amount, reason, key, actor, alone=back_already + amount <= limit)


def give_back(record: Identified, *, amount: int, reason: str, key: str, actor: Actor) -> list[RefundRequest]:
    """Give back, by a rule of the house, so much of what was paid for a record: the last payment first.

    Raises RuleBroken when so much was not paid. The same key gives back once.
    """
    check_amount(amount)
    queries.lock_books()
    payments = [each for each in queries.movements_of(Payable.of(record)) if isinstance(each, Payment)]
    known = [found for each in payments if (found := queries.refund_with_key(f"{key}:{each.id}"))]
    if known:
        return known
    left = {each.id: queries.refundable_of(each) for each in payments}
    if amount > sum(left.values()):
        raise RuleBroken(_("Il reste %(left)s à rembourser.", left=euros(sum(left.values()))), "amount")
    requests = []
    for payment in reversed(payments):
        part = min(amount, left[payment.id])
        if part > 0:
            requests.append(_asked(payment, part, reason, f"{key}:{payment.id}", actor, alone=True))
            amount -= part
    return requests


def approve_refund(request: RefundRequest, *, actor: Actor) -> None:
    """Agree, as the second person. Raises RuleBroken where the money went back otherwise meanwhile."""
    _check_still_there(request)
    _decide("approve", request, APPROVED, actor)


def decline_refund(request: RefundRequest, *, actor: Actor) -> None:
    """Refuse; nothing is given back."""
    _decide("decline", request, DECLINED, actor)


def retry_refund(request: RefundRequest, *, actor: Actor) -> None:
    """Try once more what failed. Raises RuleBroken where the money went back otherwise meanwhile."""
    _check_still_there(request)
    _decide("retry", request, TRIED_AGAIN, actor)


def give_up_refund(request: RefundRequest, *, actor: Actor) -> None:
    """Leave what failed: it will be given back otherwise, or not at all."""
    _decide("give_up", request, GIVEN_UP, actor)


def book_refund(request: RefundRequest, *, reference: str, natural_key: str, actor: Actor) -> Refund:
    """Write that the money went back; once, however often it is told."""
    queries.lock_books()
    known = queries.movement_with_key(natural_key)
    if isinstance(known, Refund):
        return known
    payment: Payment = request.payment
    REFUNDS.apply("book", request, BOOKS)
    refund = Refund(**correcting(payment, -request.amount), reference=reference, natural_key=natural_key)
    db.session.add(refund)
    db.session.flush()
    free_allocations(payment)
    publish(PaymentRefunded(refund, actor, written_amount(request.amount)))
    return refund


def found_refund(payment: Payment, *, amount: int, reference: str, actor: Actor) -> RefundRequest:
    """Note a refund nobody asked for here: somebody made it at Stripe itself. Once; it is then booked as the others."""
    key = f"stripe:{reference}"
    known = queries.refund_with_key(key)
    if known is not None:
        return known
    request = _noted(payment, amount, MADE_THERE, key, actor, RefundState.PROMISED)
    publish(RefundFound(payment, actor, written_amount(amount)))
    return request


def fail_refund(request: RefundRequest, *, reason: str, actor: Actor) -> None:
    """Note that it could not be made, and why; the team decides."""
    REFUNDS.apply("fail", request, BOOKS)
    request.last_error = reason[:300]
    publish(RefundFailed(request, actor, reason[:300]))


def _asked(payment: Payment, amount: int, reason: str, key: str, actor: Actor, *, alone: bool) -> RefundRequest:
    check_amount(amount)
    known = queries.refund_with_key(key)
    if known is not None:
        return known
    _check_left(payment, amount)
    request = _noted(payment, amount, reason, key, actor, RefundState.PROMISED if alone else RefundState.ASKED)
    if alone:
        _start(request, actor)
    else:
        publish(RefundAsked(request, actor, written_amount(amount), reason))
    return request


def _check_left(payment: Payment, amount: int) -> None:
    _check(queries.refundable_of(payment), amount)


def _check_still_there(request: RefundRequest) -> None:
    queries.lock_books()
    locked = queries.lock_refund(request.id) or request
    if locked.state in UNDECIDED:
        _check(queries.refundable_for(locked), locked.amount)


def _check(left: int, amount: int) -> None:
    if amount > left:
        raise RuleBroken(_("Il reste %(left)s à rembourser.", left=euros(left)), "amount")


def _noted(payment: Payment, amount: int, reason: str, key: str, actor: Actor, state: RefundState) -> RefundRequest:
    request = RefundRequest(
        establishment_id=payment.establishment_id,
        payment_id=payment.id,
        payment=payment,
        amount=amount,
        reason=reason,
        key=key,
        state=state,
        asked_by=actor.id,
        asked_at=clock.now(),
        attempts=0,
        last_error="",
    )
    db.session.add(request)
    db.session.flush()
    return request


def _decide(transition: str, request: RefundRequest, decision: str, actor: Actor) -> None:
    queries.lock_books()
    locked = queries.lock_refund(request.id) or request
    REFUNDS.apply(transition, locked, actor)
    publish(RefundDecided(locked, actor, decision))
    if locked.state is RefundState.PROMISED:
        _start(locked, actor)


def _start(request: RefundRequest, actor: Actor) -> None:
    """Have Stripe give back what came by card; what was received by hand is given back by hand, now."""
    if request.payment.method is Method.CARD:
        publish(RefundPromised(request, actor, written_amount(request.amount)))
    else:
        book_refund(request, reference="", natural_key=f"refund:{request.id}", actor=actor)
