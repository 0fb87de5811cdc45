"""Verbs of rooms of team chats: kept, removed, tried."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.accounts.models import Role
from app.directory.models import Establishment
from app.kernel import clock, outbound, sealing
from app.kernel.access import Actor
from app.kernel.db import db, new_id
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, Unfit
from app.kernel.scopes import Scope
from app.notifications.events import RoomRemoved, RoomSaved
from app.notifications.models import RoomKind, TeamRoom
from app.notifications.permissions import CONNECT
from app.notifications.rooms import TRIAL, reader
from app.notifications.webhooks import SEALED_FOR


@dataclass(frozen=True)
class RoomWish:
    """A room as it should be; an empty address keeps the one there is."""

    name: str
    room_kind: RoomKind
    url: str
    establishment: Establishment | None
    role: Role
    categories: list[str]


def refuse_unfit(url: str) -> None:
    """Look where an address leads, out of any transaction. Raises RuleBroken when nothing may be sent there."""
    try:
        outbound.checked(url)
    except outbound.TargetRefused as refused:
        raise Unfit(str(refused), "url") from refused
    except outbound.Unreachable as unreachable:
        raise Unfit(_("Personne ne répond sous ce nom : vérifiez l’adresse."), "url") from unreachable


def save_room(room: TeamRoom | None, wish: RoomWish, *, actor: Actor) -> TeamRoom:
    """Keep a room. Raises NotAllowed for a role the actor does not hold there themselves."""
    scope = Scope("establishment", str(wish.establishment.id)) if wish.establishment else Scope()
    codes = {CONNECT.code, *(held.permission for held in wish.role.permissions)}
    if not all(actor.holds(code, scope) for code in codes):
        raise NotAllowed(_("Cette messagerie saurait plus que vous n’avez le droit de savoir ici."))
    if room is None:
        room = TeamRoom(id=new_id(), created_at=clock.now())
        db.session.add(room)
    room.name, room.room_kind, room.categories = wish.name, wish.room_kind, wish.categories
    room.establishment, room.role = wish.establishment, wish.role
    if wish.url:
        room.host = urlsplit(wish.url).hostname or ""
        room.sealed_url = sealing.seal(wish.url, SEALED_FOR)
    publish(RoomSaved(room, actor, wish.role.name))
    return room


def remove_room(room: TeamRoom, *, actor: Actor) -> None:
    """Tell a room no more, and forget its address."""
    publish(RoomRemoved(room, actor))
    db.session.delete(room)


def try_room(room: TeamRoom) -> None:
    """Send a room a word; its page says what was answered."""
    TRIAL.send(to=reader(room), about=room, key=f"{TRIAL.code}:{new_id()}")
