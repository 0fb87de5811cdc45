"""Questions about the messages sent."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, url_for
from sqlalchemy.orm import selectinload

from app.kernel.access import Actor, Scope
from app.kernel.db import record_kinds
from app.kernel.languages import _
from app.kernel.mail import MailMessage
from app.kernel.notices import notices
from app.notifications.permissions import VIEW


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the messages this actor may see: all, or those about records of their establishments."""
    query = sa.select(MailMessage).options(selectinload(MailMessage.attempts))
    scopes = actor.scopes(VIEW)
    if Scope() in scopes:
        return query
    establishments = [UUID(scope.id) for scope in scopes if scope.kind == "establishment"]
    within = [
        sa.and_(
            MailMessage.subject_kind == kind,
            MailMessage.subject_id.in_(sa.select(model.id).where(model.establishment_id.in_(establishments))),
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


def last_answer(message: MailMessage) -> str:
    """Give what the mail server last said."""
    return message.attempts[-1].answer if message.attempts else ""


def subject_url(message: MailMessage) -> str | None:
    """Give the page of the record a message is about, when the back office has one.

    By the house's convention the view is called `<kind>_show` and stands under /admin.
    """
    view = f"{message.subject_kind.lower()}_show"
    for rule in current_app.url_map.iter_rules():
        if rule.rule.startswith("/admin/") and rule.endpoint.endswith(f".{view}") and rule.arguments == {"id"}:
            return url_for(rule.endpoint, id=message.subject_id)
    return None
