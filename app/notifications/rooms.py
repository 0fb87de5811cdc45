"""What the rooms of team chats are told: what a role may see, where the room stands, and no more."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app

from app.accounts.models import Role, RolePermission
from app.kernel.access import Actor, right_given
from app.kernel.db import Identified, db
from app.kernel.delivery import Announcement
from app.kernel.languages import N_, SOURCE, _
from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message
from app.kernel.notices import PLACE, Notice, Recipient, notice, notices
from app.kernel.scopes import Scope
from app.kernel.telling import record_url
from app.notifications.models import TeamRoom
from app.notifications.notices import OWN

SETTINGS = "/admin/reglages/messageries"
TRIAL = notice(
    "notifications.room_trial", N_("Essai d’une messagerie d’équipe"), category=OWN, optional=False,
    written_for=(Channel.WEBHOOK,),
)  # fmt: skip


def tell(announcement: Announcement) -> None:
    """Put on its way what each room is told of an announcement. What names its readers is told to no room."""
    declared, record = announcement.notice, announcement.record
    if announcement.person_ids is not None:
        return
    for room in _rooms():
        if (not room.categories or declared.category in room.categories) and may_hear(room, declared, record):
            declared.send(to=reader(room), about=record, key=f"{announcement.key}:{room.id}", told=announcement.details)


def reader(room: TeamRoom) -> Recipient:
    """Give a room as who is written to; its address stays in its row."""
    return Recipient(room.name, room.room_kind.label, SOURCE, None, Channel.WEBHOOK, room.id)


def may_hear(room: TeamRoom, declared: Notice, record: Identified) -> bool:
    """Tell whether somebody of the room's role, there, would be told."""
    return declared.audience is not None and declared.audience.allows(_as_role(room.role, _scope(room)), record)


def telling(record: Any, message: Message) -> Letter | None:
    """Say what happened, in the notice's own line; nothing once the room is gone, or its role may not see it."""
    room, declared = TeamRoom.get(UUID(message.details[PLACE])), notices()[message.notice]
    if room is None or not may_hear(room, declared, record):
        return None
    line = declared.line(record, message.details["told"])
    return _letter(line, record_url(message.subject_kind, message.subject_id) or "/admin")


@TRIAL.composed_by
def trial(room: TeamRoom, _message: Message) -> Letter:
    """Say that the room is reached."""
    return _letter(_("Essai réussi : « %(name)s » recevra ici ses avis.", name=room.name), SETTINGS)


def _letter(line: str, path: str) -> Letter:
    return Letter({"line": line, "url": f"{current_app.config['PUBLIC_URL']}{path}"}, "Guichet")


def _rooms() -> list[TeamRoom]:
    return list(db.session.scalars(sa.select(TeamRoom).order_by(TeamRoom.created_at, TeamRoom.id)))


def _scope(room: TeamRoom) -> Scope:
    return Scope("establishment", str(room.establishment_id)) if room.establishment_id else Scope()


def _as_role(role: Role, scope: Scope) -> Actor:
    """Give an actor who holds one role in one scope, and is nobody in particular."""
    rights: dict[str, frozenset[Scope]] = {}
    for code in db.session.scalars(sa.select(RolePermission.permission).where(RolePermission.role_id == role.id)):
        given, within = right_given(code, scope)
        rights[given] = rights.get(given, frozenset()) | {within}
    return Actor("room", str(role.id), role.name, rights=rights)
