"""Closing the access of an account, and opening it again."""

import sqlalchemy as sa

from app.accounts.models import User, UserSession
from app.accounts.permissions import MANAGE_ACCOUNTS
from app.accounts.rights import queries
from app.accounts.rights.events import UserDeactivated, UserReactivated
from app.accounts.rights.granting import codes_of, refuse_beyond_oneself, somebody_still_manages
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope


def deactivate_user(user: User, *, actor: Actor) -> None:
    """Shut an account: nobody enters with it, and its sessions end now. Raises RuleBroken for one's own."""
    _refuse_beyond(user, actor)
    if actor.id == str(user.id):
        raise RuleBroken(_("On ne ferme pas son propre accès : demandez-le à quelqu’un d’autre."))
    if not user.is_active:
        raise RuleBroken(_("Cet accès est déjà fermé."))
    with somebody_still_manages():
        user.is_active = False
        open_sessions = sa.update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
        db.session.execute(open_sessions.values(ended_at=clock.now()))
    publish(UserDeactivated(user, actor))


def reactivate_user(user: User, *, actor: Actor) -> None:
    """Open an account again, with the roles it still has."""
    _refuse_beyond(user, actor)
    if user.is_active:
        raise RuleBroken(_("Cet accès est déjà ouvert."))
    user.is_active = True
    publish(UserReactivated(user, actor))


def _refuse_beyond(user: User, actor: Actor) -> None:
    refuse_beyond_oneself({MANAGE_ACCOUNTS.code}, Scope(), actor)
    for grant in queries.grants_with_reasons(user):
        if not grant.is_over(clock.now()):
            refuse_beyond_oneself(codes_of(grant.role), grant.scope, actor)
