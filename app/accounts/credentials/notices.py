"""Letters about credentials, so that nobody's are changed behind their back."""

from typing import Any

from flask import current_app

from app.accounts.models import User
from app.directory.queries import first_establishment
from app.kernel.formats import instant, phone
from app.kernel.languages import N_
from app.kernel.mail import MailMessage
from app.kernel.notices import Letter, Notice, Recipient, notice

CATEGORY = "accounts"

PASSKEY_ADDED = notice("accounts.passkey_added", N_("Clé d’accès ajoutée"), category=CATEGORY, optional=False)
SECOND_FACTOR_REMOVED = notice(
    "accounts.second_factor_removed", N_("Double vérification retirée"), category=CATEGORY, optional=False
)


def tell(chosen: Notice, user: User, *, key: str, **details: Any) -> None:
    """Put a letter on its way to the holder of an account, at the address they log in with."""
    person = user.person
    chosen.send(to=Recipient(person.full_name, user.login, person.language, person.id), about=user, key=key, **details)


@PASSKEY_ADDED.composed_by
def passkey_added(user: User, message: MailMessage) -> Letter:
    """Name the key, and say what to do when it is not theirs."""
    return letter(user, message, name=message.details["name"])


@SECOND_FACTOR_REMOVED.composed_by
def second_factor_removed(user: User, message: MailMessage) -> Letter:
    """Say that the password opens a session alone again."""
    return letter(user, message)


def letter(user: User, message: MailMessage, **context: Any) -> Letter:
    """Compose a letter to the holder of an account, with the house's name and address."""
    house = first_establishment()
    sender = house.name if house else "Guichet"
    shown = {
        "user": user,
        "establishment": house,
        "phone": phone(house.phone) if house and house.phone else "",
        "when": instant(message.created_at, house.timezone if house else "Europe/Paris"),
        "security_url": f"{current_app.config['PUBLIC_URL']}/espace/securite",
    }
    return Letter({**shown, **context}, sender)
