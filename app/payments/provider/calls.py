"""What is asked of Stripe, in the house's words. Each call that makes something bears a key derived from our row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.kernel.languages import N_
from app.payments.models import Checkout, Receivable, RefundRequest, SavedCard
from app.payments.provider.client import UNKNOWN, ProviderRefused, create, listed, read, remove

Object = dict[str, Any]
KEPT = "latest_charge.balance_transaction"  # what Stripe kept for itself stands there
LOST = ("failed", "canceled")
"""How a refund stands that did not go, or did not arrive."""
REASONS_LOST = {
    "canceled": N_("il a été annulé chez Stripe"),
    "charge_for_pending_refund_disputed": N_("ce paiement est contesté auprès de la banque"),
    "declined": N_("la banque de la carte l’a refusé"),
    "expired_or_canceled_card": N_("la carte a expiré, ou n’existe plus"),
    "failed": N_("la banque de la carte ne l’a pas pris"),
    "insufficient_funds": N_("le solde chez Stripe ne suffit pas"),
    "lost_or_stolen_card": N_("la carte est perdue ou volée"),
    "merchant_request": N_("il a été annulé chez Stripe"),
    "unknown": N_("la banque de la carte ne l’a pas pris"),
}
EXPANDED = ["setup_intent.payment_method", f"payment_intent.{KEPT}"]


def open_page(checkout: Checkout, receivable: Receivable, *, success_url: str, cancel_url: str) -> Object:
    """Open a payment page for a sum, or one that keeps a card."""
    named = {"metadata": {"receivable": receivable.id}}
    wanted: Object = {
        "mode": "setup" if receivable.takes_a_card else "payment",
        "success_url": success_url,
        "cancel_url": cancel_url,
        "client_reference_id": receivable.id,
        "customer_email": receivable.payer_email or None,
        "locale": receivable.language if receivable.language in ("fr", "en") else "auto",
        "expires_at": int(checkout.expires_at.timestamp()),
        **named,
    }
    if receivable.takes_a_card:
        wanted |= {"currency": "eur", "customer_creation": "always", "setup_intent_data": named}
    else:
        priced = {"currency": "eur", "unit_amount": checkout.amount, "product_data": {"name": receivable.label}}
        wanted |= {"line_items": [{"price_data": priced, "quantity": 1}], "payment_intent_data": named}
    return create("/v1/checkout/sessions", wanted, key=f"checkout-{checkout.id}")


def close_page(reference: str) -> Object:
    """Close a payment page before its time."""
    return create(f"/v1/checkout/sessions/{reference}/expire", {}, key=f"expire-{reference}")


def session(reference: str) -> Object:
    """Read a payment page, and the card it kept."""
    return read(f"/v1/checkout/sessions/{reference}", expand=EXPANDED)


def intent(reference: str) -> Object:
    """Read a payment."""
    return read(f"/v1/payment_intents/{reference}", expand=[KEPT])


def intent_of_charge(reference: str) -> Object:
    """Read the payment a charge belongs to."""
    return intent(str(read(f"/v1/charges/{reference}")["payment_intent"]))


def dispute(reference: str) -> Object:
    """Read a dispute, with the payment it is about."""
    return read(f"/v1/disputes/{reference}", expand=[f"payment_intent.{KEPT}"])


def setup(reference: str) -> Object:
    """Read how a card was kept."""
    return read(f"/v1/setup_intents/{reference}", expand=["payment_method"])


def charge(receivable: Receivable, card: SavedCard) -> Object:
    """Charge a card that was kept, its holder being away."""
    wanted = {
        "amount": receivable.amount,
        "currency": "eur",
        "customer": card.customer,
        "payment_method": card.card,
        "off_session": True,
        "confirm": True,
        "description": receivable.label,
        "metadata": {"receivable": receivable.id},
    }
    return create("/v1/payment_intents", wanted, key=f"charge-{receivable.id}")


def forget_card(card: str, customer: str) -> None:
    """Have Stripe forget a card, and the customer its page had made for it, unless they keep another card there.

    Safe to call twice: a card that belongs to nobody any more was forgotten by an earlier try. Raises ProviderRefused
    when the key's account never had the card.
    """
    if read(f"/v1/payment_methods/{card}").get("customer"):
        create(f"/v1/payment_methods/{card}/detach", {}, key=f"detach-{card}")
    try:
        if not read(f"/v1/customers/{customer}/payment_methods").get("data"):
            remove(f"/v1/customers/{customer}")
    except ProviderRefused as refusal:
        if refusal.code != UNKNOWN:  # who is unknown is forgotten already: the card was this account's
            raise


def refund(request: RefundRequest) -> Object:
    """Give back, unless an earlier try did: that one is found by the request it bears."""
    reference = request.payment.reference
    for made in listed("/v1/refunds", payment_intent=reference):
        if (made.get("metadata") or {}).get("request") == str(request.id) and made.get("status") not in LOST:
            return made
    wanted = {"payment_intent": reference, "amount": request.amount, "metadata": {"request": request.id}}
    return create("/v1/refunds", wanted, key=f"refund-{request.id}-{request.attempts}")


def lost_because(refund: Object) -> str:
    """Say why a refund did not arrive, in the source's words where we know them."""
    told = str(refund.get("failure_reason") or refund.get("status") or "")
    return REASONS_LOST.get(told, told)


def refund_made(reference: str) -> Object:
    """Read a refund."""
    return read(f"/v1/refunds/{reference}")


def intents_since(instant: datetime) -> Iterator[Object]:
    """Read the payments made since an instant."""
    return listed("/v1/payment_intents", created={"gte": int(instant.timestamp())})


def refunds_since(instant: datetime) -> Iterator[Object]:
    """Read the refunds made since an instant."""
    return listed("/v1/refunds", created={"gte": int(instant.timestamp())})


def disputes_since(instant: datetime) -> Iterator[Object]:
    """Read the disputes opened since an instant."""
    return listed("/v1/disputes", created={"gte": int(instant.timestamp())})


def balance_since(instant: datetime) -> Iterator[Object]:
    """Read what Stripe's balance gained and lost since an instant, and by what."""
    return listed("/v1/balance_transactions", created={"gte": int(instant.timestamp())}, expand=["data.source"])


def payouts_since(instant: datetime | None) -> Iterator[Object]:
    """Read what was sent to the bank since an instant, or ever."""
    return listed("/v1/payouts", **({"created": {"gte": int(instant.timestamp())}} if instant else {}))


def payout(reference: str) -> Object:
    """Read a payout, with the lines of Stripe's balance it carries; of one sent by hand Stripe tells none."""
    told = read(f"/v1/payouts/{reference}")
    carried = listed("/v1/balance_transactions", payout=reference, expand=["data.source"]) if told["automatic"] else ()
    return {**told, "carried": [line for line in carried if _id_of_source(line) != reference]}


def _id_of_source(line: Object) -> str:
    source = line.get("source")
    return str(source.get("id") if isinstance(source, dict) else source)


def account() -> Object:
    """Read what Stripe holds: whose key it is not says no more."""
    return read("/v1/balance")
