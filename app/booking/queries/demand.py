"""Questions about demand: who was refused, and how far those who looked went."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking import permissions as may
from app.booking.models import FunnelCount, FunnelStep, RefusedSearch
from app.kernel.access import Actor, Scope
from app.kernel.db import db


def refused_searches_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the refused searches this actor may see: all, or those of their establishments."""
    query = sa.select(RefusedSearch)
    scopes = actor.scopes(may.VIEW_DEMAND)
    if Scope() in scopes:
        return query
    establishments = [UUID(scope.id) for scope in scopes if scope.kind == "establishment"]
    return query.where(RefusedSearch.establishment_id.in_(establishments))


def steps_since(establishment_id: UUID, day: date) -> dict[FunnelStep, int]:
    """Count each step of a booking since a day, that day included."""
    rows = db.session.execute(
        sa.select(FunnelCount.step, sa.func.sum(FunnelCount.count))
        .where(FunnelCount.establishment_id == establishment_id, FunnelCount.day >= day)
        .group_by(FunnelCount.step)
    )
    counted = {step: int(count) for step, count in rows}
    return {step: counted.get(step, 0) for step in FunnelStep}
