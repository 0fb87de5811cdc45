"""Looking as somebody else: their pages, read only, noted in the trail; the actor keeps who really sits there."""

from dataclasses import replace
from uuid import UUID

from flask import abort, current_app, request, session

from app.accounts import service
from app.accounts.models import User
from app.accounts.permissions import LOOK_AS, MANAGE_ACCOUNTS
from app.accounts.rights.events import LookBegun, LookEnded
from app.kernel.access import Actor, acting
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed
from app.kernel.scopes import Scope

KEY = "looks_as"
WAY_OUT = "people.look_delete"
READING = {"GET", "HEAD", "OPTIONS"}


def may_look_as(user: User, actor: Actor) -> bool:
    """Tell whether this actor may see as that user: somebody else, active, who holds nothing beyond them.

    Who manages accounts, or looks as others, is nobody's to look through.
    """
    if not actor.holds(LOOK_AS.code, Scope()) or not user.is_active or str(user.id) == actor.id:
        return False
    other = service.actor_for(user)
    if {MANAGE_ACCOUNTS.code, LOOK_AS.code} & set(other.rights):
        return False
    return all(actor.holds(code, scope) for code, scopes in other.rights.items() for scope in scopes)


def begin_look(user: User, *, actor: Actor) -> None:
    """See as that user from the next page on. Raises NotAllowed."""
    if not may_look_as(user, actor):
        raise NotAllowed(_("Vous ne pouvez pas voir comme cette personne : elle a des droits que vous n’avez pas."))
    session[KEY] = str(user.id)
    publish(LookBegun(user, actor))


def end_look(*, actor: Actor) -> User | None:
    """Be oneself again; gives whom one looked as."""
    looked_as = session.pop(KEY, None)
    user = db.session.get(User, UUID(looked_as)) if looked_as else None
    if user is not None:
        publish(LookEnded(user, actor.seen_by or actor))
    return user


def actor_of_request() -> Actor:
    """Give who acts in this request, or whom they look as, asked again each time."""
    actor = service.actor_of_request()
    looked_as = session.get(KEY)
    if not looked_as or not actor.is_authenticated:
        return actor
    user = db.session.get(User, UUID(looked_as))
    if user is None or not may_look_as(user, actor):
        return actor
    return replace(service.actor_for(user), seen_by=actor)


def refuse_acts_while_looking() -> None:
    """Refuse, before each request, whatever could change something, and what is only one's own."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_act, is_own = request.method not in READING, getattr(view, "access_rule", None) == "signed in"
    if not (is_act or is_own) or request.endpoint == WAY_OUT or acting().seen_by is None:
        return
    if is_act:
        abort(403, description=_("Vous regardez comme quelqu’un d’autre : rien ne peut être changé. Cessez d’abord."))
    abort(403, description=_("Cette page n’appartient qu’à la personne elle-même."))
