"""The letters about accounts that go to an address, where no account could read a line.

Links are minted when a letter is written: their secret exists nowhere else.
"""

from datetime import datetime, timedelta

from app.accounts import queries
from app.accounts.letters import letter, public, when
from app.accounts.models import AccountRequest, AddressChange, Invitation, User
from app.accounts.permissions import (
    INVITATION_LINK,
    NEW_ADDRESS_LINK,
    OLD_ADDRESS_LINK,
    REGISTRATION_LINK,
    RESET_LINK,
)
from app.accounts.scopes import scope_in_words
from app.kernel import clock, links
from app.kernel.db import Identified
from app.kernel.languages import N_, _
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import Recipient, notice

CATEGORY = "accounts"
REGISTRATION_OPEN = timedelta(hours=24)
RESET_OPEN = timedelta(hours=1)
CHANGE_OPEN = timedelta(hours=24)

REGISTRATION = notice("accounts.registration", N_("Inscription à confirmer"), category=CATEGORY, optional=False)
RESET = notice("accounts.reset", N_("Lien pour un nouveau mot de passe"), category=CATEGORY, optional=False)
OLD_ADDRESS = notice("accounts.old_address", N_("Accord pour changer d’adresse"), category=CATEGORY, optional=False)
NEW_ADDRESS = notice("accounts.new_address", N_("Nouvelle adresse à confirmer"), category=CATEGORY, optional=False)
ADDRESS = notice("accounts.address", N_("Adresse e-mail changée"), category=CATEGORY, optional=False)
INVITATION = notice("accounts.invitation", N_("Invitation à rejoindre l’équipe"), category=CATEGORY, optional=False)
CLOSED = notice("accounts.closed", N_("Compte fermé"), category=CATEGORY, optional=False)


def holder(user: User) -> Recipient:
    """Give a user as who receives a letter."""
    return Recipient(user.person.full_name, user.person.email or user.login, user.person.language, user.person_id)


# --- composing ------------------------------------------------------------------------------------------------


@REGISTRATION.composed_by
def registration(asked: AccountRequest, _message: Message) -> Letter | None:
    """Give the link that opens an account; to an address that has one, say so and how to get in."""
    if asked.used_at is not None:
        return None
    if queries.user_with_login(asked.email) is not None:
        return letter(known=True, login_url=public("/connexion"), reset_url=public("/mot-de-passe"))
    url = _link(REGISTRATION_LINK, asked, "/inscription", asked.created_at + REGISTRATION_OPEN)
    return letter(known=False, url=url) if url else None


@RESET.composed_by
def reset(asked: AccountRequest, _message: Message) -> Letter | None:
    """Give the link to a new password; nothing leaves for an address without an open account."""
    user = queries.user_with_login(asked.email)
    if user is None or not user.is_active or asked.used_at is not None:
        return None
    url = _link(RESET_LINK, asked, "/mot-de-passe", asked.created_at + RESET_OPEN)
    return letter(url=url) if url else None


@OLD_ADDRESS.composed_by
def old_address(change: AddressChange, _message: Message) -> Letter | None:
    """Ask the address that is left."""
    return _asking(change, OLD_ADDRESS_LINK)


@NEW_ADDRESS.composed_by
def new_address(change: AddressChange, _message: Message) -> Letter | None:
    """Ask the address that is wanted."""
    return _asking(change, NEW_ADDRESS_LINK)


@ADDRESS.composed_by
def address(change: AddressChange, _message: Message) -> Letter:
    """Say to the old address that it is done."""
    return letter(change=change, name=change.user.person.first_name)


@INVITATION.composed_by
def invitation(offered: Invitation, _message: Message) -> Letter | None:
    """Give the link that accepts; nothing once the invitation is over."""
    if not offered.is_open(clock.now()):
        return None
    lines = [
        (_("Rôle"), _(offered.role.name)),
        (_("Où"), scope_in_words(offered.scope)),
        (_("Jusqu’au"), when(offered.expires_at)),
    ]
    url = _link(INVITATION_LINK, offered, "/invitation", offered.expires_at)
    return letter(url=url, lines=lines, inviter=offered.inviter.person.full_name)


@CLOSED.composed_by
def closed(_record: Identified, message: Message) -> Letter:
    """Say, where no line can be read any more, that the account is closed: the last letter about it."""
    own = message.details["by"] == "oneself"
    return letter(name=message.to_name, when=when(message.created_at), own=own)


# --- what letters are made of ---------------------------------------------------------------------------------


def _asking(change: AddressChange, scope: str) -> Letter | None:
    if change.closed_at is not None:
        return None
    url = _link(scope, change, "/adresse", change.created_at + CHANGE_OPEN)
    return letter(url=url, change=change, name=change.user.person.first_name) if url else None


def _link(scope: str, record: Identified, path: str, expires_at: datetime) -> str | None:
    """Mint a link; None when the letter waited until it would be over."""
    if clock.now() >= expires_at:
        return None
    _minted, secret = links.mint(scope, record, person_id=None, expires_at=expires_at)
    return public(f"{path}/{secret}")
