"""Believing Stripe: each object, read as it stands now, is brought into the books once, however often it is told.

Order, delay and repetition of events change nothing: an event only says where to look, and what is found is written
under a key of its own.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.kernel.db import db
from app.payments import queries, service
from app.payments.models import Checkout, CheckoutState, Method, Receivable, RefundRequest, RefundState
from app.payments.provider import calls
from app.payments.service.asking import BOOKS

Object = dict[str, Any]
LOST = ("failed", "canceled")


class NotOurs(Exception):
    """Stripe told of something that no row of ours asked for, or not in euros: nothing is written, it is logged."""


def take_session(session: Object) -> None:
    """Bring a payment page in: what was paid on it, the card it kept, or that it ended. Inside a transaction."""
    checkout = queries.checkout_with(str(session.get("id")))
    if checkout is None:
        raise NotOurs(f"session {session.get('id')}")
    if session.get("status") == "complete":
        checkout.state = CheckoutState.COMPLETE
        if session.get("mode") == "setup":
            _take_setup(checkout.receivable, session.get("setup_intent"), session.get("customer"))
        elif session.get("payment_status") == "paid":
            _book(checkout.receivable, session.get("payment_intent"), session.get("amount_total"), session)
    elif session.get("status") == "expired":
        checkout.state = CheckoutState.EXPIRED


def take_intent(intent: Object) -> None:
    """Bring a payment in. Inside a transaction."""
    receivable = _asked_by(intent)
    if intent.get("status") == "succeeded":
        _book(receivable, intent.get("id"), intent.get("amount_received"), intent)


def take_setup(setup: Object) -> None:
    """Bring in a card that was kept. Inside a transaction."""
    if setup.get("status") == "succeeded":
        _take_setup(_asked_by(setup), setup, setup.get("customer"))


def take_refund(refund: Object) -> None:
    """Bring a refund in, or undo the line of one that failed. Inside a transaction."""
    queries.lock_books()
    reference = str(refund.get("id"))
    booked = queries.movement_with_key(f"stripe:{reference}")
    request = _request_of(refund)
    if refund.get("status") in LOST:
        if booked is not None and not queries.corrections_of(booked):
            service.reverse_movement(booked, reason=str(refund.get("failure_reason") or ""), actor=BOOKS)
    elif booked is None:
        if request is None:
            raise NotOurs(f"refund {reference}")
        if request.state is RefundState.FAILED:
            service.retry_refund(request, actor=BOOKS)
        service.book_refund(request, reference=reference, natural_key=f"stripe:{reference}", actor=BOOKS)


LOOKS = {
    "checkout.session.": (calls.session, take_session),
    "payment_intent.succeeded": (calls.intent, take_intent),
    "setup_intent.succeeded": (calls.setup, take_setup),
    "refund.": (calls.refund_made, take_refund),
    "charge.refund.": (calls.refund_made, take_refund),
}


def look_for(event_type: str) -> tuple[Callable[[str], Object], Callable[[Object], None]] | None:
    """Give how to look into what an event tells of: the call that reads it, and how it is brought in."""
    return next((look for kind, look in LOOKS.items() if event_type.startswith(kind)), None)


def _book(receivable: Receivable, intent: Any, amount: Any, told: Object) -> None:
    reference = _id_of(intent)
    if told.get("currency") != "eur" or not isinstance(amount, int) or amount <= 0 or not reference:
        raise NotOurs(f"{reference}: {amount} {told.get('currency')}")
    service.book_payment(
        receivable,
        amount=amount,
        method=Method.CARD,
        reference=reference,
        natural_key=f"stripe:{reference}",
        actor=BOOKS,
    )


def _take_setup(receivable: Receivable, setup: Any, customer: Any) -> None:
    method = setup.get("payment_method") if isinstance(setup, dict) else None
    card = method.get("card") or {} if isinstance(method, dict) else {}
    if not _id_of(method) or not _id_of(customer):
        raise NotOurs(f"setup for {receivable.id}")
    service.keep_card(
        receivable,
        customer=_id_of(customer),
        card=_id_of(method),
        brand=str(card.get("brand", "")),
        last_digits=str(card.get("last4", "")),
        actor=BOOKS,
    )


def _asked_by(told: Object) -> Receivable:
    found = db.session.get(Receivable, _uuid((told.get("metadata") or {}).get("receivable")))
    if found is None:
        raise NotOurs(str(told.get("id")))
    return found


def _request_of(refund: Object) -> RefundRequest | None:
    return queries.lock_refund(_uuid((refund.get("metadata") or {}).get("request")))


def _id_of(told: Any) -> str:
    """Give the id of an object told whole, or by its id alone."""
    return str((told.get("id") if isinstance(told, dict) else told) or "")


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise NotOurs(str(text)) from None


def checkout_of_receivable(receivable: Receivable) -> Checkout | None:
    """Give the last payment page Stripe opened for a receivable."""
    return next((each for each in queries.checkouts_of(receivable) if each.reference), None)
