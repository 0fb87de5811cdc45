"""Questions about demand: which searches were refused."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking import permissions as may
from app.booking.models import RefusedSearch
from app.kernel.access import Actor
from app.kernel.scopes import Scope


def refused_searches_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the refused searches this actor may see: all, or those of their establishments."""
    query = sa.select(RefusedSearch)
    scopes = actor.scopes(may.VIEW_DEMAND)
    if Scope() in scopes:
        return query
    establishments = [UUID(scope.id) for scope in scopes if scope.kind == "establishment"]
    return query.where(RefusedSearch.establishment_id.in_(establishments))
