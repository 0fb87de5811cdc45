"""Questions about what was said."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.scopes import Scope
from app.site.feedback.models import Feedback
from app.site.feedback.permissions import VIEW


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Give what this actor may read: all, or what was said of their establishments."""
    query = sa.select(Feedback)
    scopes = actor.scopes(VIEW)
    if Scope() in scopes:
        return query
    mine = [UUID(scope.id) for scope in scopes if scope.kind == "establishment"]
    return query.where(Feedback.establishment_id.in_(mine))


def left_by(person_id: UUID, addresses: Collection[str]) -> list[Feedback]:
    """Give what somebody said, with their account or with one of their addresses; the oldest first."""
    known = [address.casefold() for address in addresses]
    said = sa.or_(Feedback.person_id == person_id, sa.func.lower(Feedback.email).in_(known))
    return list(db.session.scalars(sa.select(Feedback).where(said).order_by(Feedback.created_at, Feedback.id)))


def left_before(instant: datetime) -> sa.Select[Any]:
    """Select what was said before an instant."""
    return sa.select(Feedback.id).where(Feedback.created_at < instant)
