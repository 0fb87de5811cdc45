"""The letters about accounts. Links are minted when a letter is written: their secret exists nowhere else."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from app.accounts import queries
from app.accounts.devices import device_in_words
from app.accounts.models import AccountRequest, AddressChange, Invitation, User
from app.accounts.permissions import (
    INVITATION_LINK,
    NEW_ADDRESS_LINK,
    OLD_ADDRESS_LINK,
    REGISTRATION_LINK,
    RESET_LINK,
)
from app.accounts.scopes import scope_in_words
from app.directory.queries import first_establishment
from app.kernel import clock, links
from app.kernel.db import Identified
from app.kernel.formats import instant, phone
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
PASSWORD = notice("accounts.password", N_("Mot de passe changé"), category=CATEGORY, optional=False)
NEW_DEVICE = notice("accounts.new_device", N_("Connexion d’un nouvel appareil"), category=CATEGORY, optional=False)
OLD_ADDRESS = notice("accounts.old_address", N_("Accord pour changer d’adresse"), category=CATEGORY, optional=False)
NEW_ADDRESS = notice("accounts.new_address", N_("Nouvelle adresse à confirmer"), category=CATEGORY, optional=False)
ADDRESS = notice("accounts.address", N_("Adresse e-mail changée"), category=CATEGORY, optional=False)
INVITATION = notice("accounts.invitation", N_("Invitation à rejoindre l’équipe"), category=CATEGORY, optional=False)


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
        return _letter(known=True, login_url=_public("/connexion"), reset_url=_public("/mot-de-passe"))
    url = _link(REGISTRATION_LINK, asked, "/inscription", asked.created_at + REGISTRATION_OPEN)
    return _letter(known=False, url=url) if url else None


@RESET.composed_by
def reset(asked: AccountRequest, _message: Message) -> Letter | None:
    """Give the link to a new password; nothing leaves for an address without an open account."""
    user = queries.user_with_login(asked.email)
    if user is None or not user.is_active or asked.used_at is not None:
        return None
    url = _link(RESET_LINK, asked, "/mot-de-passe", asked.created_at + RESET_OPEN)
    return _letter(url=url) if url else None


@PASSWORD.composed_by
def password(user: User, message: Message) -> Letter:
    """Say that the password changed and the other sessions are over."""
    return _letter(user=user, when=_when(message.created_at), reset_url=_public("/mot-de-passe"))


@NEW_DEVICE.composed_by
def new_device(user: User, message: Message) -> Letter:
    """Say from what, when and where somebody logged in."""
    told = message.details
    lines = [
        (_("Appareil"), device_in_words(told["device"])),
        (_("Quand"), _when(message.created_at)),
        (_("Réseau"), told["network"]),
    ]
    return _letter(user=user, lines=lines, reset_url=_public("/mot-de-passe"))


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
    return _letter(change=change, name=change.user.person.first_name)


@INVITATION.composed_by
def invitation(offered: Invitation, _message: Message) -> Letter | None:
    """Give the link that accepts; nothing once the invitation is over."""
    if not offered.is_open(clock.now()):
        return None
    lines = [
        (_("Rôle"), _(offered.role.name)),
        (_("Portée"), scope_in_words(offered.scope)),
        (_("Jusqu’au"), _when(offered.expires_at)),
    ]
    url = _link(INVITATION_LINK, offered, "/invitation", offered.expires_at)
    return _letter(url=url, lines=lines, inviter=offered.inviter.person.full_name)


# --- what letters are made of ---------------------------------------------------------------------------------


def _asking(change: AddressChange, scope: str) -> Letter | None:
    if change.closed_at is not None:
        return None
    url = _link(scope, change, "/adresse", change.created_at + CHANGE_OPEN)
    return _letter(url=url, change=change, name=change.user.person.first_name) if url else None


def _link(scope: str, record: Identified, path: str, expires_at: datetime) -> str | None:
    """Mint a link; None when the letter waited until it would be over."""
    if clock.now() >= expires_at:
        return None
    _minted, secret = links.mint(scope, record, person_id=None, expires_at=expires_at)
    return _public(f"{path}/{secret}")


def _letter(**words: Any) -> Letter:
    house = first_establishment()
    written_phone = phone(house.phone) if house and house.phone else ""
    context = {"establishment": house, "phone": written_phone, **words}
    return Letter(context, house.name if house else "Guichet", house.email if house else "")


def _when(moment: datetime) -> str:
    house = first_establishment()
    return instant(moment, house.timezone if house else "Europe/Paris")


def _public(path: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}{path}"
