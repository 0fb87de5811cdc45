"""Refunds: never more than what remains; most are done at once, some later, and some fail."""

from app.payments.double.cards import CARDS
from app.payments.double.charges import balance
from app.payments.double.errors import invalid
from app.payments.double.events import record
from app.payments.double.listing import found
from app.payments.double.parameters import Parameters
from app.payments.double.store import Store, Thing

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
SETTLED_AFTER = 5  # seconds, for the cards whose refunds take their time
LATER = {"at_once": None, "pending": "succeeded", "fails": "failed"}


def create_refund(store: Store, given: Parameters, _id: str) -> Thing:
    """Give back the whole of what remains, or a part."""
    charge_id, intent_id = given.text("charge"), given.text("payment_intent")
    amount = given.whole("amount")
    reason, metadata = given.one_of("reason", REASONS), given.metadata()
    given.skip("instructions_email")
    given.finish()
    charge = _charge(store, charge_id, intent_id)
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    remaining = charge["amount_captured"] - charge["amount_refunded"]
    if remaining == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = remaining if amount is None else amount
    if amount < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > remaining:
        raise invalid(
            f"Refund amount ({amount / 100:.2f} {charge['currency']}) is greater than unrefunded amount on charge "
            f"({remaining / 100:.2f} {charge['currency']})", "amount", "amount_too_large",
        )  # fmt: skip
    return _given_back(store, charge, amount, reason or None, metadata)


def update_refund(store: Store, given: Parameters, id: str) -> Thing:
    """Change the metadata, the only thing that may be."""
    refund = found(store, "refund", id)
    metadata = given.metadata()
    given.finish()
    store.save(refund, metadata=refund["metadata"] | metadata)
    record(store, "refund.updated", refund)
    return refund


def settle_refund(store: Store, refund: Thing, status: str) -> Thing:
    """Let the bank answer at last: `succeeded`, or `failed` and the amount remains to be refunded."""
    before = refund["status"]
    if before in {"failed", status}:
        raise invalid(f"This refund has a status of {before}: it is {status} no more.", "status")
    store.save(refund, status=status, _due=None)
    if status == "failed":
        charge = store.the(refund["charge"])
        store.save(charge, amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
        line = balance(store, refund | {"balance_transaction": None}, "refund_failure", refund["amount"])
        store.save(refund, failure_reason="expired_or_canceled_card", failure_balance_transaction=line["id"])
    record(store, "refund.updated", refund, status=before)
    record(store, "charge.refund.updated", refund, status=before)
    if status == "failed":
        record(store, "refund.failed", refund)
    return refund


def settle_due(store: Store) -> None:
    """Settle the refunds whose time has come."""
    for refund in store.due("refund"):
        settle_refund(store, refund, refund["_becomes"])


def _charge(store: Store, charge_id: str | None, intent_id: str | None) -> Thing:
    if charge_id:
        charge = found(store, "charge", charge_id, "charge")
    elif intent_id:
        intent = found(store, "payment_intent", intent_id, "payment_intent")
        charge = store.get(intent["latest_charge"]) or {"paid": False}
    else:
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    if not charge["paid"] or not charge["captured"]:
        raise invalid(f"This PaymentIntent ({intent_id or charge_id}) does not have a successful charge to refund.",
                      "payment_intent" if intent_id else "charge")  # fmt: skip
    return charge


def _given_back(store: Store, charge: Thing, amount: int, reason: str | None, metadata: dict[str, str]) -> Thing:
    card = CARDS[charge["_card"]]
    waits = store.refunds_wait or card.refund == "pending"
    later = None if store.refunds_wait else LATER[card.refund]
    refund = store.add(
        "refund",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        description=None,
        destination_details={"card": {"type": "refund"}, "type": "card"},
        failure_balance_transaction=None,
        failure_reason=None,
        metadata=metadata,
        payment_intent=charge["payment_intent"],
        reason=reason,
        receipt_number=None,
        status="pending" if waits else "succeeded",
        _becomes=later,
        _due=store.now() + SETTLED_AFTER if later else None,
    )
    balance(store, refund, "refund", -amount)
    refunded = charge["amount_refunded"] + amount
    before = {"amount_refunded": charge["amount_refunded"]}
    store.save(charge, amount_refunded=refunded, refunded=refunded == charge["amount_captured"])
    record(store, "refund.created", refund)
    record(store, "charge.refunded", charge, **before)
    return refund
