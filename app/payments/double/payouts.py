"""Payouts: what is available in the balance leaves for the bank; it arrives, or the bank sends it back."""

from app.payments.double.charges import balance
from app.payments.double.errors import invalid
from app.payments.double.events import record
from app.payments.double.listing import found, page, since
from app.payments.double.parameters import Parameters
from app.payments.double.store import Store, Thing

BANK_DAYS = 2 * 86_400
REFUSED = "account_closed"


def send_payout(store: Store) -> Thing:
    """Send what is available to the bank, as Stripe does by itself on the days it was told to."""
    carried = [
        line
        for line in store.all("balance_transaction")
        if line["currency"] == "eur" and not line.get("_payout") and line["available_on"] <= store.now()
    ]
    amount = sum(line["net"] for line in carried)
    if amount <= 0:
        raise invalid("You have insufficient available funds in your Stripe account.", code="balance_insufficient")
    sent = store.add(
        "payout",
        amount=amount,
        arrival_date=store.now() + BANK_DAYS,
        automatic=True,
        balance_transaction=None,
        currency="eur",
        description="STRIPE PAYOUT",
        destination="ba_double",
        failure_balance_transaction=None,
        failure_code=None,
        failure_message=None,
        metadata={},
        method="standard",
        source_type="card",
        statement_descriptor=None,
        status="in_transit",
        type="bank_account",
    )
    for line in carried:
        store.save(line, _payout=sent["id"], status="available")
    store.save(balance(store, sent, "payout", -amount), _payout=sent["id"])
    record(store, "payout.created", sent)
    return sent


def settle_payout(store: Store, sent: Thing, status: str) -> Thing:
    """Let the bank answer: `paid`; or `failed`, at once or days after, and the money is back in the balance."""
    before = sent["status"]
    if before in {"failed", status}:
        raise invalid(f"This payout has a status of {before}: it is {status} no more.", "status")
    store.save(sent, status=status, arrival_date=min(sent["arrival_date"], store.now()))
    if status == "failed":
        line = balance(store, sent | {"balance_transaction": None}, "payout_failure", sent["amount"])
        store.save(
            sent,
            failure_balance_transaction=line["id"],
            failure_code=REFUSED,
            failure_message="The bank account has been closed.",
        )
    record(store, f"payout.{status}", sent, status=before)
    return sent


def list_lines(store: Store, given: Parameters, _id: str) -> Thing:
    """Read a page of the balance's lines, those of one payout where it is named."""
    payout = given.text("payout")
    wanted = {name: value for name in ("source", "type") if (value := given.text(name)) is not None}
    lines = store.all("balance_transaction", **wanted)
    if payout is not None:
        found(store, "payout", payout, "payout")
        lines = [line for line in lines if line.get("_payout") == payout]
    return page(given, since(given, lines), "/v1/balance_transactions")
