"""Believing Stripe: each object, read as it stands now, is brought into the books once, however often it is told.

Order, delay and repetition of events change nothing: an event only says where to look, and what is found is written
under a key of its own.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import structlog

from app.directory.models import Establishment
from app.directory.queries import first_establishment
from app.kernel.db import db
from app.kernel.languages import N_
from app.payments import queries, service
from app.payments.carrying import carried
from app.payments.models import (
    Chargeback,
    Checkout,
    CheckoutState,
    Dispute,
    DisputeState,
    Method,
    Movement,
    PayoutState,
    Receivable,
    RefundRequest,
    RefundState,
)
from app.payments.provider import calls
from app.payments.service.asking import BOOKS

log = structlog.get_logger()
Object = dict[str, Any]
_GIVEN_BACK = N_("la banque a rendu la somme contestée")
STATES = {
    "needs_response": DisputeState.TO_ANSWER,
    "warning_needs_response": DisputeState.TO_ANSWER,
    "under_review": DisputeState.REVIEWED,
    "warning_under_review": DisputeState.REVIEWED,
    "won": DisputeState.WON,
    "prevented": DisputeState.WON,
    "lost": DisputeState.LOST,
    "warning_closed": DisputeState.DROPPED,
}


PAYOUTS = {"paid": PayoutState.PAID, "failed": PayoutState.FAILED, "canceled": PayoutState.FAILED}
ON_THE_ACCOUNT = ("stripe_fee", "stripe_fx_fee", "tax_fee")  # what Stripe keeps on no payment


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
        _book(receivable, intent, intent.get("amount_received"), intent)


def take_setup(setup: Object) -> None:
    """Bring in a card that was kept. Inside a transaction."""
    if setup.get("status") == "succeeded":
        _take_setup(_asked_by(setup), setup, setup.get("customer"))


def take_refund(refund: Object) -> None:
    """Bring a refund in, or undo the line of one that failed; one made at Stripe by hand too. Inside a transaction."""
    queries.lock_books()
    reference = str(refund.get("id"))
    booked = queries.movement_with_key(f"stripe:{reference}")
    request = _request_of(refund)
    if refund.get("status") in calls.LOST:
        if booked is not None and not queries.corrections_of(booked):
            _lose_refund(booked, request, calls.lost_because(refund))
    elif booked is None:
        request = request or _made_there(refund)
        service.book_refund(request, reference=reference, natural_key=f"stripe:{reference}", actor=BOOKS)


def take_dispute(told: Object) -> None:
    """Bring a dispute in: how far it has come, what the bank took and gave back, what it cost. Inside a transaction."""
    intent = told.get("payment_intent")
    if isinstance(intent, dict):
        take_intent(intent)  # it may be told of before the payment itself
    payment = queries.payment_with(_id_of(intent))
    if payment is None or told.get("currency") != "eur":
        raise NotOurs(f"dispute {told.get('id')}")
    dispute = service.open_dispute(
        payment,
        reference=_id_of(told),
        amount=int(told["amount"]),
        reason=str(told.get("reason") or ""),
        answer_by=_instant((told.get("evidence_details") or {}).get("due_by")),
        actor=BOOKS,
    )
    for line in told.get("balance_transactions") or ():
        _take_contested(dispute, line)
    service.note_dispute(dispute, STATES.get(str(told.get("status")), dispute.state), actor=BOOKS)


def take_payout(told: Object) -> None:
    """Bring a payout in: what it carries, and how far it has come. Inside a transaction.

    What it carries and nothing told of is brought in first, so that their order changes nothing.
    """
    usual = first_establishment()
    if usual is None or told.get("currency") != "eur":
        raise NotOurs(f"payout {told.get('id')}")
    queries.lock_books()
    for line in told["carried"]:
        _take_carried(line)
    sent = service.Sent(_id_of(told), int(told["amount"]), _day(told, usual), list(carried(told["carried"])))
    state, failure = PAYOUTS.get(str(told.get("status"))), str(told.get("failure_code") or "")
    for payout in service.follow_payout(sent, usual, actor=BOOKS):
        if state is not None:
            service.note_payout(payout, state, failure=failure, actor=BOOKS)


def take_kept(line: Object) -> None:
    """Bring in what Stripe kept on a line of its balance, where its payment is known here. Inside a transaction."""
    if line.get("type") in ON_THE_ACCOUNT:
        _take_account_fee(line)
        return
    source = line.get("source")
    of = source.get("payment_intent") if isinstance(source, dict) else None
    payment = queries.payment_with(_id_of(of))
    if payment is not None:
        _take_fee(payment, line)


def _take_carried(line: Object) -> None:
    """Bring in the payment, the refund or the dispute that a line of the balance is; what is not ours stays unsaid."""
    source = line.get("source")
    try:
        if isinstance(source, dict) and source.get("object") == "charge":
            _book(_asked_by(source), source.get("payment_intent"), source.get("amount_captured"), source)
        elif isinstance(source, dict) and source.get("object") == "refund":
            take_refund(source)
        elif isinstance(source, dict) and source.get("object") == "dispute":
            take_dispute(source)
    except NotOurs as stranger:
        log.warning("stripe_carries_a_stranger", about=str(stranger))
    take_kept(line)


def _take_account_fee(line: Object) -> None:
    usual, amount = first_establishment(), -int(line["net"])
    if usual is not None and amount and line.get("currency") == "eur":
        label = str(line.get("description") or "")
        service.book_account_fee(usual, amount=amount, label=label, reference=_id_of(line), actor=BOOKS)


def _day(told: Object, house: Establishment) -> date:
    """Give the day on which a payout is to be at the bank: Stripe says it as midnight in Greenwich."""
    arrives = _instant(told.get("arrival_date"))
    return arrives.date() if arrives else house.today()


LOOKS = {
    "checkout.session.": (calls.session, take_session),
    "payment_intent.succeeded": (calls.intent, take_intent),
    "setup_intent.succeeded": (calls.setup, take_setup),
    "charge.dispute.": (calls.dispute, take_dispute),
    "charge.succeeded": (calls.intent_of_charge, take_intent),
    "charge.updated": (calls.intent_of_charge, take_intent),
    "refund.": (calls.refund_made, take_refund),
    "charge.refund.": (calls.refund_made, take_refund),
    "payout.": (calls.payout, take_payout),
}


def look_for(event_type: str) -> tuple[Callable[[str], Object], Callable[[Object], None]] | None:
    """Give how to look into what an event tells of: the call that reads it, and how it is brought in."""
    return next((look for kind, look in LOOKS.items() if event_type.startswith(kind)), None)


def _book(receivable: Receivable, intent: Any, amount: Any, told: Object) -> None:
    reference = _id_of(intent)
    if told.get("currency") != "eur" or not isinstance(amount, int) or amount <= 0 or not reference:
        raise NotOurs(f"{reference}: {amount} {told.get('currency')}")
    payment = service.book_payment(
        receivable,
        amount=amount,
        method=Method.CARD,
        reference=reference,
        natural_key=f"stripe:{reference}",
        actor=BOOKS,
    )
    charge = intent.get("latest_charge") if isinstance(intent, dict) else None
    _take_fee(payment, charge.get("balance_transaction") if isinstance(charge, dict) else None)


def _take_contested(dispute: Dispute, line: Object) -> None:
    amount = int(line.get("amount") or 0)
    taken = queries.movement_with_key(f"stripe:{dispute.reference}")
    if amount < 0:
        taken = service.book_chargeback(dispute, amount=-amount, actor=BOOKS)
    elif amount > 0 and isinstance(taken, Chargeback):
        service.undo_chargeback(taken, reason=_GIVEN_BACK, actor=BOOKS)
    _take_fee(taken or dispute.payment, line)


def _take_fee(about: Movement, line: Any) -> None:
    """Write what was kept, as soon as Stripe says it: at first it may not know."""
    if isinstance(line, dict) and line.get("currency") == "eur" and int(line.get("fee") or 0):
        service.book_fee(about, amount=int(line["fee"]), reference=_id_of(line), actor=BOOKS)


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


def _lose_refund(booked: Movement, request: RefundRequest | None, reason: str) -> None:
    """Undo the line of a refund that went, and did not arrive: it is to be decided again, and the team is told."""
    service.reverse_movement(booked, reason=reason, actor=BOOKS)
    if request is not None and request.state is RefundState.DONE:
        request.attempts += 1  # the next try is another refund, under another key
        service.fail_refund(request, reason=reason, actor=BOOKS)


def _request_of(refund: Object) -> RefundRequest | None:
    """Give the refund somebody asked for here; of one made at Stripe by hand, what was noted when it was first told."""
    said = (refund.get("metadata") or {}).get("request")
    try:
        return queries.lock_refund(_uuid(said)) if said else queries.refund_with_key(f"stripe:{refund.get('id')}")
    except NotOurs:
        return None


def _made_there(refund: Object) -> RefundRequest:
    payment, amount = queries.payment_with(_id_of(refund.get("payment_intent"))), refund.get("amount")
    if payment is None or refund.get("currency") != "eur" or not isinstance(amount, int) or amount <= 0:
        raise NotOurs(f"refund {refund.get('id')}")
    return service.found_refund(payment, amount=amount, reference=_id_of(refund), actor=BOOKS)


def _id_of(told: Any) -> str:
    """Give the id of an object told whole, or by its id alone."""
    return str((told.get("id") if isinstance(told, dict) else told) or "")


def _instant(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise NotOurs(str(text)) from None


def checkout_of_receivable(receivable: Receivable) -> Checkout | None:
    """Give the last payment page Stripe opened for a receivable."""
    return next((each for each in queries.checkouts_of(receivable) if each.reference), None)
