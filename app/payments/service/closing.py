"""Closing a day: its lines stand for good, summed up and sealed to the closing before."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.audit import GENESIS
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken, require
from app.payments import permissions as may
from app.payments import queries
from app.payments.events import DayClosed, written_amount
from app.payments.models import DailyClosing, Movement, MovementNature

CHANGED = N_("Le %(day)s, les écritures ne sont plus celles qui ont été arrêtées.")
BROKEN = N_("L’arrêté du %(day)s ne suit pas le précédent.")


def close_day(house: Establishment, day: date, *, actor: Actor) -> DailyClosing:
    """Close a day, and those before it that stand open.

    Raises RuleBroken for one to come, or closed already, NotAllowed without the right.
    """
    require(actor, may.CLOSE, house)
    head = queries.lock_books()
    before = queries.last_closed_day(house.id)
    if day > house.today():
        raise RuleBroken(_("Cette journée n’est pas encore venue."), "day")
    if before is not None and day <= before:
        raise RuleBroken(_("Cette journée est déjà arrêtée."), "day")
    lines = queries.lines_of_day(house.id, before, day)
    head.closing += 1
    closing = DailyClosing(
        number=head.closing,
        establishment_id=house.id,
        establishment=house,
        day=day,
        closed_at=clock.now(),
        lines=len(lines),
        total=sum(line.amount for line in lines if line.nature is not MovementNature.REMITTANCE),
        totals=totals_of(lines),
        digest=digest_of(lines),
        previous_hash=head.hash,
    )
    closing.hash = head.hash = _sealed(closing)
    db.session.add(closing)
    db.session.flush()
    publish(DayClosed(closing, actor, closing.lines, written_amount(closing.total)))
    return closing


def verify_closings() -> list[str]:
    """Walk the chain of closings and compute each again from its lines; give what is wrong, in words."""
    problems, previous, before = [], GENESIS, dict[Any, date]()
    for closing in queries.closings():
        lines = queries.lines_of_day(closing.establishment_id, before.get(closing.establishment_id), closing.day)
        before[closing.establishment_id] = closing.day
        if digest_of(lines) != closing.digest or totals_of(lines) != closing.totals:
            problems.append(_(CHANGED, day=closing.day.isoformat()))
        if closing.previous_hash != previous or _sealed(closing) != closing.hash:
            problems.append(_(BROKEN, day=closing.day.isoformat()))
        previous = closing.hash
    return problems


def totals_of(lines: Iterable[Movement]) -> dict[str, dict[str, int]]:
    """Sum lines up by method: what came in, what went back; what was kept and what went to the bank, where any was."""
    totals: dict[str, dict[str, int]] = {}
    for line in lines:
        sums = totals.setdefault(line.method.value, {"in": 0, "out": 0})
        if line.nature is MovementNature.FEE:
            sums["fees"] = sums.get("fees", 0) + line.amount
        elif line.nature is MovementNature.REMITTANCE:
            sums["remitted"] = sums.get("remitted", 0) + line.amount
        else:
            sums["in" if line.amount > 0 else "out"] += line.amount
    return totals


def digest_of(lines: Iterable[Movement]) -> str:
    """Give the seal of lines: all they say."""
    return _hash(
        [
            [
                line.number,
                line.nature.value,
                f"{line.payable_kind}:{line.payable_id}",
                str(line.corrects_id or ""),
                line.method.value,
                line.amount,
                line.currency,
                line.booked_on.isoformat(),
                line.at.isoformat(),
                line.label,
                line.reference,
                line.natural_key,
            ]
            for line in lines
        ]
    )


def _sealed(closing: DailyClosing) -> str:
    return _hash(
        [
            closing.number,
            str(closing.establishment_id),
            closing.day.isoformat(),
            closing.closed_at.isoformat(),
            closing.lines,
            closing.total,
            closing.totals,
            closing.digest,
            closing.previous_hash,
        ]
    )


def _hash(value: object) -> str:
    written = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
