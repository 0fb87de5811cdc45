"""Comparing the books with Stripe, payment by payment, refund by refund, dispute by dispute; what differs is told.

What Stripe kept for itself is no difference: it is read from its balance and written, where nothing told of it before.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db, transaction
from app.kernel.events import publish
from app.kernel.languages import N_
from app.payments import queries, settling
from app.payments.events import DifferencesFound
from app.payments.models import Movement, Reconciliation
from app.payments.provider import calls

LOOKED_BACK = timedelta(days=7)
SETTLING = timedelta(minutes=30)
MISSING_HERE = N_("Stripe l’a, les paiements ne l’ont pas")
MISSING_THERE = N_("Les paiements l’ont, Stripe ne l’a pas")
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
    kept = list(calls.balance_since(since))
    db.session.rollback()
    with transaction() as session:
        for line in kept:
            settling.take_kept(line)
        found = [*_differences(there), *_only_here(there, since, until)]
        made = Reconciliation(
            at=clock.now(), since=since, compared=len(there), differences={"found": sorted(found, key=str)}
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
