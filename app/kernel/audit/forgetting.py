"""Forgetting: what entries say of people is removed, and the chain still holds.

Each forgetting is itself a fact of the trail, which names the entries it emptied: an entry emptied without such a
fact is found by the verification.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.audit.entries import CONTENT, LATER_CONTENT, AuditEntry
from app.kernel.db import db

FORGETTING = "audit.entries_forgotten"
BATCH = 500

Ranges = list[list[int]]


def forget(numbers: Iterable[int]) -> Ranges:
    """Empty these entries; give their numbers as ranges, for the fact `FORGETTING` that the caller publishes.

    Emptying an earlier forgetting takes over the numbers it named.
    """
    wanted = sorted(set(numbers))
    named: set[int] = set(wanted)
    pieces = iter(wanted)
    while piece := list(islice(pieces, BATCH)):
        earlier = db.session.scalars(
            sa.select(AuditEntry.details).where(AuditEntry.number.in_(piece), AuditEntry.fact == FORGETTING)
        )
        for details in earlier:
            named.update(spread(details.get("entries", [])))
        db.session.execute(
            sa.update(AuditEntry)
            .where(AuditEntry.number.in_(piece), AuditEntry.forgotten_at.is_(None))
            .values(**_nothing(), forgotten_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    db.session.expire_all()
    return ranges(sorted(named))


def ranges(numbers: Iterable[int]) -> Ranges:
    """Write growing numbers as ranges: 1, 2, 3, 7 are [[1, 3], [7, 7]]."""
    found: Ranges = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def spread(found: Ranges) -> set[int]:
    """Give the numbers of ranges."""
    return {number for first, last in found for number in range(first, last + 1)}


def _nothing() -> dict[str, Any]:
    jsons = {"details", "changes"}
    return {name: {} if name in jsons else "" for name in (*CONTENT, *LATER_CONTENT)}
