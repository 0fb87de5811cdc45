"""Questions about the messages sent."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.kernel.access import Actor
from app.kernel.db import record_kinds
from app.kernel.languages import _
from app.kernel.messages import Message
from app.kernel.notices import notices
from app.kernel.scopes import Scope
from app.kernel.suppression import SuppressedAddress
from app.notifications.permissions import LIFT, VIEW


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the messages this actor may see: all, or those about records of their establishments."""
    query = sa.select(Message).options(selectinload(Message.attempts))
    scopes = actor.scopes(VIEW)
    if Scope() in scopes:
        return query
    establishments = [UUID(scope.id) for scope in scopes if scope.kind == "establishment"]
    within = [
        sa.and_(
            Message.subject_kind == kind,
            Message.subject_id.in_(sa.select(model.id).where(model.establishment_id.in_(establishments))),
        )
        for kind, model in record_kinds().items()
        if hasattr(model, "establishment_id") and hasattr(model, "id")
    ]
    return query.where(sa.or_(sa.false(), *within))


def notice_label(code: str) -> str:
    """Say which message it was, in the reader's language."""
    declared = notices().get(code)
    return _(declared.label) if declared else code


def notice_choices() -> list[tuple[str, str]]:
    """Give every declared message with its label."""
    return [(code, _(declared.label)) for code, declared in sorted(notices().items())]


def suppressed_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the suppressed addresses, to those whose right holds everywhere: an address is of no one house."""
    query = sa.select(SuppressedAddress)
    return query if Scope() in actor.scopes(LIFT) else query.where(sa.false())
