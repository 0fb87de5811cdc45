"""What Stripe sends to the bank: followed, and written in the books once it is there, house by house."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.payments import queries
from app.payments.events import FeeBooked, PayoutArrived, PayoutFailed, PayoutSent, RemittanceBooked, written_amount
from app.payments.models import Fee, Method, Movement, Payable, Payout, PayoutLine, PayoutState, Remittance
from app.payments.service.bookkeeping import correcting, numbered

LABEL = "Stripe"


@dataclass(frozen=True)
class Carried:
    """A line of Stripe's balance that a payout carries: whose it is, and which line of the books, where it is known."""

    reference: str
    kind: str
    amount: int
    fee: int
    movement: Movement | None = None
    house: Establishment | None = None


@dataclass(frozen=True)
class Sent:
    """A payout as Stripe tells it, in cents."""

    reference: str
    amount: int
    arrives_on: date
    carried: Sequence[Carried]


def follow_payout(sent: Sent, usual: Establishment, *, actor: Actor) -> list[Payout]:
    """Note what Stripe sends to the bank, once: each house its part, and what is nobody's to the usual one.

    What it carries stands; the day on which it is expected may change.
    """
    queries.lock_books()
    known = queries.payouts_with(sent.reference)
    if known:
        return [_expected(payout, sent.arrives_on) for payout in known]
    parts: dict[Establishment, list[Carried]] = defaultdict(list)
    for line in sent.carried:
        parts[line.house or usual].append(line)
    sums = {house: sum(line.amount - line.fee for line in lines) for house, lines in parts.items()}
    unsaid = sent.amount - sum(sums.values())
    if unsaid or not sums:
        sums[usual] = sums.get(usual, 0) + unsaid
    return [_noted(sent, house, amount, parts[house], actor) for house, amount in sums.items()]


def _expected(payout: Payout, arrives_on: date) -> Payout:
    payout.arrives_on = arrives_on
    return payout


def _noted(sent: Sent, house: Establishment, amount: int, lines: Sequence[Carried], actor: Actor) -> Payout:
    payout = Payout(
        establishment_id=house.id,
        establishment=house,
        reference=sent.reference,
        whole=sent.amount,
        amount=amount,
        state=PayoutState.ON_ITS_WAY,
        failure="",
        arrives_on=sent.arrives_on,
        told_at=clock.now(),
    )
    db.session.add(payout)
    db.session.flush()
    for line in lines:
        movement_id = line.movement.id if line.movement else None
        about = {"reference": line.reference, "stripe_type": line.kind[:40], "amount": line.amount, "fee": line.fee}
        db.session.add(PayoutLine(payout_id=payout.id, movement_id=movement_id, **about))
    db.session.flush()
    publish(PayoutSent(payout, actor, written_amount(payout.amount)))
    return payout


def note_payout(payout: Payout, state: PayoutState, *, failure: str = "", actor: Actor) -> None:
    """Note how far it came: what is there is written in the books, what the bank sent back is written too. Once."""
    if state is payout.state or payout.state is PayoutState.FAILED:
        return
    queries.lock_books()
    payout.state = state
    if state is PayoutState.PAID:
        _remit(payout, actor)
        publish(PayoutArrived(payout, actor, written_amount(payout.amount)))
    elif state is PayoutState.FAILED:
        payout.failure = failure[:200]
        _take_back(payout, actor)
        publish(PayoutFailed(payout, actor, written_amount(payout.amount)))


def _remit(payout: Payout, actor: Actor) -> None:
    if payout.amount:
        house = Payable.of(payout.establishment)
        line = Remittance(
            **numbered(payout.establishment),
            payable_kind=house.kind,
            payable_id=house.id,
            method=Method.CARD,
            amount=-payout.amount,
            label=LABEL,
            reference=payout.reference,
            natural_key=queries.remittance_key(payout),
        )
        _write(line, written_amount(payout.amount), actor)


def _take_back(payout: Payout, actor: Actor) -> None:
    sent = queries.movement_with_key(queries.remittance_key(payout))
    if sent is not None:
        key = f"{sent.natural_key}:back"
        line = Remittance(**correcting(sent, -sent.amount), reference=payout.reference, natural_key=key)
        _write(line, written_amount(-payout.amount), actor)


def _write(line: Remittance, amount: str, actor: Actor) -> None:
    db.session.add(line)
    db.session.flush()
    publish(RemittanceBooked(line, actor, amount))


def book_account_fee(house: Establishment, *, amount: int, label: str, reference: str, actor: Actor) -> Fee:
    """Write what Stripe keeps on the account itself, on no payment; once for each line of its balance."""
    queries.lock_books()
    key = f"stripe:{reference}"
    known = queries.movement_with_key(key)
    if isinstance(known, Fee):
        return known
    payable = Payable.of(house)
    fee = Fee(
        **numbered(house),
        payable_kind=payable.kind,
        payable_id=payable.id,
        method=Method.CARD,
        amount=-amount,
        label=label[:200] or LABEL,
        reference=reference,
        natural_key=key,
    )
    db.session.add(fee)
    db.session.flush()
    publish(FeeBooked(fee, actor, written_amount(amount)))
    return fee
