"""Verbs of outside identities: known again, made an account, or linked to one after a proof that it is theirs."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import session

from app.accounts import attempts, service
from app.accounts import queries as accounts
from app.accounts.credentials import queries
from app.accounts.credentials.events import AccountOpenedOutside, IdentityLinked, IdentityUnlinked
from app.accounts.credentials.models import OutsideIdentity
from app.accounts.credentials.notices import IDENTITY_PROOF
from app.accounts.credentials.outside import Claims, provider_named
from app.accounts.models import User
from app.accounts.permissions import MEMBER
from app.directory.models import normalised_email
from app.directory.queries import person_with_email
from app.kernel import clock
from app.kernel.access import Actor, system
from app.kernel.db import db, insert_missing, new_id, transaction
from app.kernel.events import publish
from app.kernel.languages import _, current_language
from app.kernel.lifecycle import RuleBroken, Unfit
from app.kernel.notices import Recipient

PENDING_IDENTITY_KEY = "pending_identity"
PENDING_FOR = timedelta(hours=1)
UNPROVEN_FOR = timedelta(days=1)


def meet(claims: Claims) -> OutsideIdentity:
    """Give the identity a provider speaks of, with what it says of it today. Raises RuleBroken without an address."""
    if "@" not in claims.email:
        raise RuleBroken(_("%(provider)s ne nous a pas donné d’adresse e-mail.", provider=_label(claims.provider)))
    _forget_unproven()
    said = {"email": claims.email, "email_verified": claims.email_verified}
    insert_missing(
        OutsideIdentity,
        id=new_id(),
        provider=claims.provider,
        subject=claims.subject,
        first_name=claims.first_name,
        last_name=claims.last_name or normalised_email(claims.email).partition("@")[0][:80],
        created_at=clock.now(),
        **said,
    )
    met = queries.identity(claims.provider, claims.subject)
    if met is None:
        raise LookupError("the identity just met is gone")
    met.email, met.email_verified, met.last_used_at = claims.email, claims.email_verified, clock.now()
    return met


def holder(identity: OutsideIdentity) -> User | None:
    """Give whose identity it is, making the account when the provider checked an address nobody has here.

    None while it must be proven first: the address has an account already, or the provider did not check it.
    """
    if identity.user is not None:
        if not identity.user.is_active:
            raise RuleBroken(_("Ce compte est fermé."))
        return identity.user
    if identity.email_verified and account_of(identity.email) is None:
        return _open_account(identity)
    return None


def account_of(email: str) -> User | None:
    """Give the account of an address: by its login, or by the person who has that address."""
    user = accounts.user_with_login(email)
    person = person_with_email(email)
    if user is None and person is not None:
        user = db.session.scalars(sa.select(User).where(User.person_id == person.id)).first()
    return user


def link(identity: OutsideIdentity, user: User, *, actor: Actor) -> None:
    """Let this identity open the account from now on. Raises RuleBroken when it opens another one."""
    if identity.user_id not in (None, user.id):
        raise RuleBroken(_("Cette identité est déjà celle d’un autre compte."))
    if identity.user_id is None:
        identity.user_id, identity.user = user.id, user
        publish(IdentityLinked(user, actor, _label(identity.provider)))


def unlink(identity: OutsideIdentity, user: User, *, actor: Actor) -> None:
    """Let this identity open the account no more."""
    publish(IdentityUnlinked(user, actor, _label(identity.provider)))
    db.session.delete(identity)


def link_by_password(identity: OutsideIdentity, password: str, *, address: str) -> User:
    """Link to the account of the same address, for who knows its password; gives the account.

    Raises TooManyAttempts, or RuleBroken for a wrong password. Without an account it takes as long.
    """
    keys = attempts.counted("login", normalised_email(identity.email), address)
    attempts.refuse_too_many(keys)
    user = account_of(identity.email)
    if not service.password_fits(user, password) or user is None or not user.is_active:
        attempts.note_miss(keys)
        raise Unfit(_("Ce mot de passe n’est pas le bon."), "password")
    with transaction():
        attempts.forgive(keys)
        link(identity, user, actor=service.actor_for(user))
    return user


def link_by_letter(identity: OutsideIdentity) -> User:
    """Link to the account of the address, or open one, for who received the letter there; gives the account."""
    user = account_of(identity.email)
    if user is None:
        return _open_account(identity)
    if not user.is_active:
        raise RuleBroken(_("Ce compte est fermé."))
    if user.login == normalised_email(identity.email):
        user.confirmed_at = user.confirmed_at or clock.now()
    link(identity, user, actor=service.actor_for(user))
    return user


def ask_by_letter(identity: OutsideIdentity) -> None:
    """Write to the address of an identity, whether it has an account or not."""
    name = f"{identity.first_name} {identity.last_name}".strip()
    to = Recipient(name, identity.email, current_language())
    IDENTITY_PROOF.send(to=to, about=identity, key=f"identity:{new_id()}")


def _open_account(identity: OutsideIdentity) -> User:
    """Make an account that nobody's password opens yet, and link the identity to it."""
    user = service.create_user(
        first_name=identity.first_name,
        last_name=identity.last_name,
        email=identity.email,
        password=secrets.token_urlsafe(32),
        role=MEMBER,
        actor=system("accounts.open_account_outside"),
        confirmed=True,
    )
    actor = service.actor_for(user)
    publish(AccountOpenedOutside(user, actor, _label(identity.provider)))
    link(identity, user, actor=actor)
    return user


def _forget_unproven() -> None:
    """Forget those who never proved anything."""
    stale = clock.now() - UNPROVEN_FOR
    db.session.execute(
        sa.delete(OutsideIdentity).where(OutsideIdentity.user_id.is_(None), OutsideIdentity.created_at < stale)
    )


def _label(name: str) -> str:
    provider = provider_named(name)
    return provider.label if provider else name.title()


# --- an identity that waits for its proof, in this browser only -----------------------------------------------


def suspend(identity: OutsideIdentity) -> None:
    """Keep in the visitor's cookie which identity they came back with."""
    until = clock.now() + PENDING_FOR
    session[PENDING_IDENTITY_KEY] = {"identity": str(identity.id), "until": until.isoformat()}


def pending_identity() -> OutsideIdentity | None:
    """Give the identity this browser came back with, while it counts."""
    kept = session.get(PENDING_IDENTITY_KEY)
    if kept is None or clock.now() >= datetime.fromisoformat(kept["until"]):
        return None
    return OutsideIdentity.get(UUID(kept["identity"]))
