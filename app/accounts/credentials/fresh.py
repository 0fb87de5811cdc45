"""Verbs of a fresh proof: who is logged in says again who they are, before what is dangerous."""

from datetime import timedelta

from app.accounts import attempts, service
from app.accounts.credentials import queries, second_factor
from app.accounts.credentials.events import IdentityConfirmed
from app.accounts.credentials.outside import Claims
from app.accounts.models import UserSession
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import transaction
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit

AT_A_PROVIDER = timedelta(minutes=5)


def confirm_by_password(opened: UserSession, password: str, *, address: str, actor: Actor) -> None:
    """Prove an open session anew by the password. Raises TooManyAttempts, or RuleBroken for a wrong one."""
    keys = attempts.counted("login", opened.user.login, address)
    attempts.refuse_too_many(keys)
    if not service.password_fits(opened.user, password):
        attempts.note_miss(keys)
        raise Unfit(_("Ce mot de passe n’est pas le bon."), "password")
    with transaction():
        attempts.forgive(keys)
        confirm(opened, actor=actor)


def confirm_by_code(opened: UserSession, code: str, *, address: str, actor: Actor) -> None:
    """Prove an open session anew by a code; see `second_factor.check_code`."""
    second_factor.check_code(opened.user, code, address=address)
    with transaction():
        confirm(opened, actor=actor)


def confirm_by_provider(opened: UserSession, claims: Claims, *, actor: Actor) -> None:
    """Prove an open session anew by a login just made at a provider.

    Raises RuleBroken for an identity of somebody else, or where the provider does not say that the login is new.
    """
    identity = queries.identity(claims.provider, claims.subject)
    if identity is None or identity.user_id != opened.user_id:
        raise RuleBroken(_("Cette identité n’est pas celle de votre compte."))
    at = claims.authenticated_at
    if at is None or abs(clock.now() - at) > AT_A_PROVIDER:
        raise RuleBroken(_("Ce fournisseur ne dit pas que vous venez de vous y connecter. Confirmez autrement."))
    confirm(opened, actor=actor)


def confirm(opened: UserSession, *, actor: Actor) -> None:
    """Note that the user of this session has just proven who they are."""
    opened.proven_at = clock.now()
    publish(IdentityConfirmed(opened.user, actor))
