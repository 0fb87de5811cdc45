"""Comparing the books with Stripe, payment by payment, refund by refund, dispute by dispute; what differs is told.

What Stripe kept for itself, and what it sent to the bank, is no difference: it is read and written, where nothing told
of it before. At the end the whole is compared: what the books say Stripe holds, and what it says itself, to the cent.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db, transaction
from app.kernel.events import publish
from app.kernel.languages import N_
from app.payments import queries, settling
from app.payments.carrying import movement_of
from app.payments.events import DifferencesFound
from app.payments.models import Movement, MovementNature, PayoutState, Reconciliation
from app.payments.provider import calls
from app.payments.provider.client import ProviderRefused

Told = dict[str, Any]
LOOKED_BACK = timedelta(days=7)
SETTLING = timedelta(minutes=30)
MISSING_HERE = N_("Stripe l’a, les paiements ne l’ont pas")
MISSING_THERE = N_("Les paiements l’ont, Stripe ne l’a pas")
OTHER_BALANCE = N_("Le solde chez Stripe n’est pas celui des comptes")
OTHER_AMOUNT = N_("Les deux montants ne sont pas les mêmes")


def compare(*, actor: Actor) -> Reconciliation:
    """Compare the last days, save the half-hour in which events are still on their way. Raises ProviderAway."""
    until = clock.now() - SETTLING
    since = until - LOOKED_BACK
    there = {
        **_paid(calls.intents_since(since), until),
        **_returned(calls.refunds_since(since), until),
        **_contested(calls.disputes_since(since), until),
    }
    there |= _older(there, since, until)
    kept, sent, holds = list(calls.balance_since(since)), _payouts(since), _held(calls.account())
    db.session.rollback()
    with transaction() as session:
        for line in kept:
            settling.take_kept(line)
        for payout in sent:
            settling.take_payout(payout)
        held = _compared_balance(holds, [line for line in kept if line.get("created", 0) >= until.timestamp()])
        found = [*_differences(there), *_only_here(there, since, until), *_apart(held)]
        made = Reconciliation(
            at=clock.now(),
            since=since,
            compared=len(there),
            differences={"found": sorted(found, key=str), "balance": held},
        )
        session.add(made)
        session.flush()
        if found:
            publish(DifferencesFound(made, actor, len(found)))
    return made


def _paid(intents: Iterable[dict[str, Any]], until: datetime) -> dict[str, int]:
    return {
        str(each["id"]): int(each["amount_received"])
        for each in intents
        if each.get("status") == "succeeded" and each.get("created", 0) < until.timestamp()
    }


def _returned(refunds: Iterable[dict[str, Any]], until: datetime) -> dict[str, int]:
    return {
        str(each["id"]): -int(each["amount"])
        for each in refunds
        if each.get("status") in ("succeeded", "pending") and each.get("created", 0) < until.timestamp()
    }


def _contested(disputes: Iterable[dict[str, Any]], until: datetime) -> dict[str, int]:
    return {
        str(each["id"]): amount
        for each in disputes
        if each.get("created", 0) < until.timestamp()
        and (amount := sum(min(0, line["amount"]) for line in each.get("balance_transactions") or ()))
    }


def _older(there: Mapping[str, int], since: datetime, until: datetime) -> dict[str, int]:
    """Read one by one what was written these days of something older at Stripe.

    Events that waited longer than we look back, an inquiry that became a dispute: neither is a difference.
    """
    lines = queries.card_lines_between(since + SETTLING, until)
    wanted = [(line.nature, line.reference) for line in lines if line.reference not in there]
    db.session.rollback()
    found: dict[str, int] = {}
    for nature, reference in wanted:
        read, summed = READ[nature]
        try:
            found |= summed([read(reference)], until)
        except ProviderRefused:  # Stripe does not know it: that is the difference
            continue
    return found


def _payouts(since: datetime) -> list[dict[str, Any]]:
    """Read the payouts of which something new is to be written; all there ever were, where none is known here."""
    known = queries.payout_states()
    listed = calls.payouts_since(since if known else None)
    news = [each for each in listed if str(each["id"]) not in known or _has_moved(each, known[str(each["id"])])]
    return [calls.payout(str(each["id"])) for each in reversed(news)]


READ: Mapping[MovementNature, tuple[Callable[[str], Told], Callable[[Iterable[Told], datetime], dict[str, int]]]] = {
    MovementNature.PAYMENT: (calls.intent, _paid),
    MovementNature.REFUND: (calls.refund_made, _returned),
    MovementNature.CHARGEBACK: (calls.dispute, _contested),
}


def _has_moved(told: dict[str, Any], known: PayoutState) -> bool:
    return settling.PAYOUTS.get(str(told.get("status")), PayoutState.ON_ITS_WAY) is not known


def _held(balance: dict[str, Any]) -> int:
    """Give what Stripe says it holds in euros, what may be sent to the bank and what may not yet."""
    parts = [*balance.get("available", ()), *balance.get("pending", ())]
    return sum(int(part["amount"]) for part in parts if part.get("currency") == "eur")


def _compared_balance(holds: int, late: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Give what Stripe holds and what the books say it does, save what is still on its way to us.

    A payout leaves Stripe when it is sent, and the books when it is at the bank: what is between counts here.
    """
    late = [line for line in late if not str(line.get("type")).startswith("payout")]
    news = {f"stripe:{line['id']}" for line in late}
    news |= {line.natural_key for each in late if (line := movement_of(each)) is not None}
    sent = queries.on_its_way()
    there = holds - sum(int(line["net"]) for line in late)
    return {"there": there, "here": queries.held_at_stripe(news) - sent, "sent": sent}


def _apart(held: dict[str, int]) -> Iterable[dict[str, Any]]:
    if held["there"] != held["here"]:
        yield {"reference": "", "what": OTHER_BALANCE, "there": held["there"], "here": held["here"]}


def _differences(there: dict[str, int]) -> Iterable[dict[str, Any]]:
    here = queries.movements_with_keys(f"stripe:{reference}" for reference in there)
    for reference, amount in there.items():
        line = here.get(f"stripe:{reference}")
        if line is None:
            yield _difference(reference, MISSING_HERE, amount, None)
        elif line.amount != amount:
            yield _difference(reference, OTHER_AMOUNT, amount, line)


def _only_here(there: dict[str, int], since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
    for line in queries.card_lines_between(since + SETTLING, until):
        if line.reference not in there and not queries.corrections_of(line):
            yield _difference(line.reference, MISSING_THERE, None, line)


def _difference(reference: str, what: str, there: int | None, line: Movement | None) -> dict[str, Any]:
    return {"reference": reference, "what": what, "there": there, "here": line.amount if line else None}
