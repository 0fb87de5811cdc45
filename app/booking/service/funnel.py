"""What demand leaves behind: counts of steps and refused searches, with nobody's name."""

from datetime import date, time

from app.booking.models import FunnelCount, FunnelStep, RefusedSearch
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.db import add_up, db


def count_step(establishment: Establishment, step: FunnelStep) -> None:
    """Count one step of a booking on today's line."""
    add_up(FunnelCount, {"establishment_id": establishment.id, "day": establishment.today(), "step": step}, count=1)


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
