"""Money that moved: charges, what Stripe keeps of them, and those a bank takes back (disputes)."""

from app.payments.double.cards import Card, Decline
from app.payments.double.events import record
from app.payments.double.store import Store, Thing

FEE_RATE, FEE_FIXED = 150, 25  # of a European card: 1.5 % (in ten thousandths) and 0.25
DISPUTE_FEE = 20_00
DISPUTE_DAYS = 7


def charge(
    store: Store, intent: Thing, method: Thing, card: Card, decline: Decline | None = None, *, confirmed: bool = False
) -> Thing:
    """Write the charge of an intent: taken, only authorised (manual capture), or declined."""
    captured = decline is None and intent["capture_method"] != "manual"
    written = store.add(
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if captured else 0,
        amount_refunded=0,
        balance_transaction=None,
        billing_details=method["billing_details"],
        captured=captured,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        metadata=intent["metadata"],
        outcome={
            "network_status": "declined_by_network" if decline else "approved_by_network",
            "reason": decline.reason if decline else None,
            "risk_level": "normal",
            "seller_message": "The bank declined." if decline else "Payment complete.",
            "type": "issuer_declined" if decline else "authorized",
        },
        paid=decline is None,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={
            "card": method["card"] | {"three_d_secure": {"result": "authenticated"} if confirmed else None},
            "type": "card",
        },
        receipt_email=intent["receipt_email"],
        receipt_url=None,
        refunded=False,
        status="failed" if decline else "succeeded",
        _card=card.number,
    )
    if captured:
        balance(store, written, "charge", intent["amount"], fee(intent["amount"]))
    record(store, "charge.failed" if decline else "charge.succeeded", written)
    return written


def capture_charge(store: Store, written: Thing, amount: int) -> None:
    """Take what was authorised, or less; the rest was never taken."""
    store.save(written, captured=True, amount_captured=amount)
    balance(store, written, "charge", amount, fee(amount))
    record(store, "charge.captured", written)


def fee(amount: int) -> int:
    """Give what Stripe keeps, rounded half up."""
    return (amount * FEE_RATE + 5000) // 10_000 + FEE_FIXED


def balance(store: Store, source: Thing, kind: str, amount: int, fee: int = 0) -> Thing:
    """Write what the balance gains or loses by an object, which then names it."""
    line = store.add(
        "balance_transaction",
        amount=amount,
        available_on=store.now() + 3 * 86_400,
        currency=source["currency"],
        description=source.get("description"),
        exchange_rate=None,
        fee=fee,
        fee_details=[
            {"amount": fee, "application": None, "currency": source["currency"],
             "description": "Stripe processing fees", "type": "stripe_fee"}
        ] if fee else [],
        net=amount - fee,
        reporting_category=kind,
        source=source["id"],
        status="pending",
        type=kind,
    )  # fmt: skip
    if "balance_transaction" in source:
        store.save(source, balance_transaction=line["id"])
    return line


def dispute(store: Store, written: Thing, reason: str) -> Thing:
    """Let the holder of the card contest a charge: the amount and a fee leave the balance at once."""
    opened = store.add(
        "dispute",
        amount=written["amount"],
        balance_transactions=[],
        charge=written["id"],
        currency=written["currency"],
        evidence_details={"due_by": store.now() + DISPUTE_DAYS * 86_400, "has_evidence": False, "past_due": False,
                          "submission_count": 0},
        is_charge_refundable=False,
        metadata={},
        payment_intent=written["payment_intent"],
        reason=reason,
        status="needs_response",
    )  # fmt: skip
    store.save(written, disputed=True)
    record(store, "charge.dispute.created", opened)
    line = balance(store, opened, "adjustment", -written["amount"], DISPUTE_FEE)
    store.save(opened, balance_transactions=[line])
    record(store, "charge.dispute.funds_withdrawn", opened)
    return opened


def close_dispute(store: Store, opened: Thing, *, won: bool) -> Thing:
    """Say who was right; what is won comes back."""
    if won:
        line = balance(store, opened, "adjustment", opened["amount"])
        store.save(opened, balance_transactions=[*opened["balance_transactions"], line])
        record(store, "charge.dispute.funds_reinstated", opened)
    store.save(opened, status="won" if won else "lost")
    record(store, "charge.dispute.closed", opened)
    return opened
