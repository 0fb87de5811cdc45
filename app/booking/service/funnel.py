"""What demand leaves behind: counts of steps and refused searches, with nobody's name.

Steps are counted in Valkey and moved to their rows by a job: a reading page writes nothing, and guests who book at once
do not wait for each other on one line of counts. When Valkey is away a count is lost, and nothing else.
"""

from datetime import date, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import FunnelStep, RefusedSearch
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.broker import broker
from app.kernel.db import db

FUNNEL = "guichet:funnel"
SAME_CALL = timedelta(minutes=30)


def count_step(establishment: Establishment, step: FunnelStep) -> None:
    """Count one step of a booking; of a written one, after its commit."""
    field = f"{establishment.id}|{establishment.today().isoformat()}|{step.value}"
    broker().attempt(lambda client: client.hincrby(FUNNEL, field, 1), otherwise=0)


def log_refused_search(
    establishment: Establishment, *, service_date: date | None, local_time: time | None, covers: int, reason: str
) -> RefusedSearch:
    """Keep that somebody was refused: when, for which date and how many, and why."""
    refused = RefusedSearch(
        establishment_id=establishment.id,
        at=clock.now(),
        service_date=service_date,
        local_time=local_time,
        covers=min(max(covers, -1), 10_000),
        reason=reason,
    )
    db.session.add(refused)
    return refused


def forget_refused_search(establishment: Establishment, id: UUID | None) -> None:
    """Take back a refusal of this very call: who was refused found another table before hanging up."""
    db.session.execute(
        sa.delete(RefusedSearch).where(
            RefusedSearch.id == id,
            RefusedSearch.establishment_id == establishment.id,
            RefusedSearch.at > clock.now() - SAME_CALL,
        )
    )
