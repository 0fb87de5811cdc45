"""Letters about credentials, so that nobody's are changed behind their back."""

from datetime import timedelta
from typing import Any

from flask import current_app

from app.accounts.credentials.models import OutsideIdentity
from app.accounts.credentials.outside import provider_named
from app.accounts.models import User
from app.directory.queries import first_establishment
from app.kernel import clock, links
from app.kernel.formats import instant, phone
from app.kernel.languages import N_
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import Notice, Recipient, notice

CATEGORY = "accounts"

PASSKEY_ADDED = notice("accounts.passkey_added", N_("Clé d’accès ajoutée"), category=CATEGORY, optional=False)
SECOND_FACTOR_REMOVED = notice(
    "accounts.second_factor_removed", N_("Double vérification retirée"), category=CATEGORY, optional=False
)
IDENTITY_PROOF = notice(
    "accounts.identity_proof", N_("Lien pour rattacher une identité"), category=CATEGORY, optional=False
)

IDENTITY_LINK = "accounts.identity"
LINK_FOR = timedelta(hours=1)


def tell(chosen: Notice, user: User, *, key: str, **details: Any) -> None:
    """Put a letter on its way to the holder of an account, at the address they log in with."""
    person = user.person
    chosen.send(to=Recipient(person.full_name, user.login, person.language, person.id), about=user, key=key, **details)


@PASSKEY_ADDED.composed_by
def passkey_added(user: User, message: Message) -> Letter:
    """Name the key, and say what to do when it is not theirs."""
    return letter(message, user=user, name=message.details["name"])


@SECOND_FACTOR_REMOVED.composed_by
def second_factor_removed(user: User, message: Message) -> Letter:
    """Say that the password opens a session alone again."""
    return letter(message, user=user)


@IDENTITY_PROOF.composed_by
def identity_proof(identity: OutsideIdentity, message: Message) -> Letter | None:
    """Give the link that proves the address; nothing once the identity is somebody's."""
    provider = provider_named(identity.provider)
    if identity.user_id is not None or provider is None:
        return None
    _link, secret = links.mint(IDENTITY_LINK, identity, person_id=None, expires_at=clock.now() + LINK_FOR)
    url = f"{current_app.config['PUBLIC_URL']}/connexion/rattachement/{secret}"
    return letter(message, provider=provider.label, link_url=url)


def letter(message: Message, **context: Any) -> Letter:
    """Compose a letter about an account, with the house's name and address."""
    house = first_establishment()
    sender = house.name if house else "Guichet"
    shown = {
        "establishment": house,
        "phone": phone(house.phone) if house and house.phone else "",
        "when": instant(message.created_at, house.timezone if house else "Europe/Paris"),
        "security_url": f"{current_app.config['PUBLIC_URL']}/espace/securite",
    }
    return Letter({**shown, **context}, sender)
