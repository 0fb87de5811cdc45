"""Questions about the rooms of team chats."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.messages import Channel, Message
from app.kernel.notices import PLACE
from app.kernel.scopes import Scope
from app.notifications.models import TeamRoom
from app.notifications.permissions import CONNECT

LOOKED_AT = 200


def rooms_visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the rooms this actor may keep: all, or those of their establishments."""
    query = sa.select(TeamRoom).order_by(TeamRoom.name, TeamRoom.id)
    scopes = actor.scopes(CONNECT)
    if Scope() in scopes:
        return query
    return query.where(
        TeamRoom.establishment_id.in_([UUID(scope.id) for scope in scopes if scope.kind == "establishment"])
    )


def rooms_of(actor: Actor) -> list[TeamRoom]:
    """Give the rooms this actor may keep, by name."""
    return list(db.session.scalars(rooms_visible_to(actor)))


def last_posts(rooms: list[TeamRoom]) -> dict[UUID, Message]:
    """Give what each room was last told, among the newest posts."""
    names = [room.name for room in rooms]
    query = sa.select(Message).where(Message.channel == Channel.WEBHOOK, Message.to_name.in_(names))
    newest = db.session.scalars(query.order_by(Message.created_at.desc(), Message.id).limit(LOOKED_AT))
    last: dict[UUID, Message] = {}
    for message in newest:
        last.setdefault(UUID(message.details[PLACE]), message)
    return last
