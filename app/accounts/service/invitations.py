"""Invitations: a role offered to an address, by somebody who holds all that it gives."""

from datetime import timedelta

from app.accounts import queries
from app.accounts.events import InvitationAccepted, InvitationRevoked, InvitationSent
from app.accounts.models import Invitation, InvitationState, Role, User
from app.accounts.rights.granting import may_touch
from app.accounts.service.sessions import actor_for
from app.accounts.service.users import create_user, give_role, own_user
from app.accounts.states import LIFECYCLE
from app.directory.models import normalised_email
from app.kernel import clock, links
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _, current_language
from app.kernel.lifecycle import NotAllowed, Unfit
from app.kernel.scopes import Scope, scope_choices


def invite(email: str, role: Role, scope: Scope, *, days: int, actor: Actor) -> Invitation:
    """Offer a role to an address for some days.

    Raises NotAllowed beyond what the actor holds, RuleBroken for an unknown scope or an invitation that waits already.
    """
    if scope not in dict(scope_choices()):
        raise Unfit(_("Choisissez où le rôle vaudra."), "scope")
    if not may_touch(role, scope, actor):
        raise NotAllowed(_("On ne donne que les droits que l’on a soi-même."), "role")
    if queries.pending_invitation_to(email, role, scope) is not None:
        raise Unfit(_("Cette adresse a déjà une invitation pour ce rôle. Retirez-la d’abord."), "email")
    now = clock.now()
    invitation = Invitation(
        email=email,
        email_normalised=normalised_email(email),
        language=current_language(),
        role=role,
        role_id=role.id,
        scope_kind=scope.kind,
        scope_id=scope.id,
        inviter=(inviter := own_user(actor)),
        inviter_id=inviter.id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(invitation)
    db.session.flush()
    publish(InvitationSent(invitation, actor, role.code, f"{scope.kind} {scope.id}".strip()))
    return invitation


def accept_invitation(
    invitation: Invitation, *, first_name: str = "", last_name: str = "", password: str = "", actor: Actor
) -> User:
    """Give the role to whoever followed the link: to the account of that address, or to a new one made of the rest.

    Raises RuleBroken for an invitation that is over, a weak password, or a giver who holds the role's rights no more.
    """
    invitation = queries.locked(invitation)
    if not invitation.is_open(clock.now()):
        raise Unfit(_("Cette invitation n’est plus ouverte. Demandez-en une autre à la maison."))
    giver = actor_for(invitation.inviter)
    if not invitation.inviter.is_active or not may_touch(invitation.role, invitation.scope, giver):
        raise Unfit(_("Qui vous a invité n’a plus ce droit. Demandez une autre invitation à la maison."))
    user = queries.user_with_login(invitation.email)
    if user is None:
        user = create_user(
            first_name=first_name,
            last_name=last_name,
            email=invitation.email,
            password=password,
            role=invitation.role.code,
            scope=invitation.scope,
            actor=giver,
            confirmed=True,
        )
    else:
        give_role(user, invitation.role.code, scope=invitation.scope, actor=giver)
        user.confirmed_at = user.confirmed_at or clock.now()
    invitation.state = InvitationState.ACCEPTED
    _shut(invitation)
    publish(InvitationAccepted(invitation, actor, invitation.role.code, str(user.id)))
    return user


def revoke_invitation(invitation: Invitation, *, actor: Actor) -> None:
    """Take an invitation back: its link opens nothing any more."""
    LIFECYCLE.apply("revoke", invitation, actor)
    _shut(invitation)
    publish(InvitationRevoked(invitation, actor))


def expire_invitation(invitation: Invitation, *, actor: Actor) -> None:
    """Note that nobody answered in time."""
    LIFECYCLE.apply("expire", invitation, actor)
    _shut(invitation)


def _shut(invitation: Invitation) -> None:
    for link in links.links_to(invitation):
        links.revoke(link)
