"""What a payout carries: lines of Stripe's balance, each found again in the books."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.payments import queries
from app.payments.models import Movement
from app.payments.service import Carried

Object = dict[str, Any]
SENT_BACK = "payout_failure"


def carried(lines: Iterable[Object]) -> Iterator[Carried]:
    """Find the lines of the books again; what came back from the bank is shared as it was sent."""
    for line in lines:
        if line.get("type") == SENT_BACK:
            yield from _sent_back(line)
        else:
            movement = movement_of(line)
            yield _carried(line, int(line["amount"]), movement)


def movement_of(line: Object) -> Movement | None:
    """Give the line of the books that a line of Stripe's balance is: a payment, what undid it, what was kept."""
    amount, source = int(line["amount"]), line.get("source")
    about = _payment_of(source) or _id_of(source)
    found = queries.movement_with_key(f"stripe:{about}") or queries.movement_with_key(f"stripe:{line['id']}")
    if found is not None and (found.amount < 0) != (amount < 0):  # a refund that failed, a dispute that was won
        return next(iter(queries.corrections_of(found)), found)
    return found


def _sent_back(line: Object) -> Iterator[Carried]:
    parts = queries.payouts_with(_id_of(line.get("source")))
    for part in parts:
        back = queries.movement_with_key(f"{queries.remittance_key(part)}:back")
        yield Carried(str(line["id"]), SENT_BACK, part.amount, 0, back, part.establishment)
    if not parts:
        yield _carried(line, int(line["amount"]), None)


def _carried(line: Object, amount: int, movement: Movement | None) -> Carried:
    fee = int(line.get("fee") or 0)
    house = movement.establishment if movement else None
    return Carried(str(line["id"]), str(line.get("type") or ""), amount, fee, movement, house)


def _payment_of(source: Any) -> str:
    """Give Stripe's id of the payment a charge is of: the books know it by that one."""
    is_charge = isinstance(source, dict) and source.get("object") == "charge"
    return str(source.get("payment_intent") or "") if is_charge else ""


def _id_of(source: Any) -> str:
    return str((source.get("id") if isinstance(source, dict) else source) or "")
