"""What demand leaves behind: counts of steps and refused searches, with nobody's name."""

from datetime import date, time

import sqlalchemy as sa

from app.booking.models import FunnelCount, FunnelStep, RefusedSearch
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.db import db, insert_missing


def count_step(establishment: Establishment, step: FunnelStep) -> None:
    """Count one step of a booking on today's line."""
    day = establishment.today()
    insert_missing(FunnelCount, establishment_id=establishment.id, day=day, step=step, count=0)
    db.session.execute(
        sa.update(FunnelCount)
        .where(FunnelCount.establishment_id == establishment.id, FunnelCount.day == day, FunnelCount.step == step)
        .values(count=FunnelCount.count + 1)
    )


def log_refused_search(
    establishment: Establishment, *, service_date: date | None, local_time: time | None, covers: int, reason: str
) -> None:
    """Keep that somebody was refused: when, for which date and how many, and why."""
    db.session.add(
        RefusedSearch(
            establishment_id=establishment.id,
            at=clock.now(),
            service_date=service_date,
            local_time=local_time,
            covers=min(max(covers, -1), 10_000),
            reason=reason,
        )
    )
