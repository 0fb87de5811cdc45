"""Refusals in Stripe's own words and shape."""

from typing import Any

from app.payments.double.store import KeepsChanges, Thing


class StripeRefusal(Exception):
    """An answer 4xx, with the JSON that Stripe gives."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        """Say what is refused; `more` holds code, param and the objects concerned."""
        super().__init__(message)
        self.status = status
        self.content: Thing = {"type": kind, "message": message, **{k: v for k, v in more.items() if v is not None}}


class CardRefusal(StripeRefusal, KeepsChanges):
    """The bank refuses: the attempt stays on the books."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        """Say the code, the bank's reason and the intent that was tried."""
        super().__init__(402, "card_error", message, code=code, **more)


def invalid(message: str, param: str | None = None, code: str | None = None, **more: Any) -> StripeRefusal:
    """Refuse what makes no sense."""
    return StripeRefusal(400, "invalid_request_error", message, code=code, param=param, **more)


def missing(kind: str, id: str, param: str = "id", status: int = 404) -> StripeRefusal:
    """Refuse an identifier of which nothing is known."""
    name = kind.rpartition(".")[2].replace("_", " ")
    compact = name.replace(" ", "_") if name.endswith("intent") or name == "payment method" else name
    written = {"payment_intent": "payment_intent", "setup_intent": "setupintent", "payment_method": "PaymentMethod"}
    return StripeRefusal(
        status,
        "invalid_request_error",
        f"No such {written.get(compact, name)}: '{id}'",
        code="resource_missing",
        param=param,
    )
