"""What every letter about an account is made of: the house that writes, public addresses, instants in words."""

from datetime import datetime
from typing import Any

from flask import current_app

from app.directory.queries import first_establishment, house_zone
from app.kernel.formats import instant, phone
from app.kernel.letters import Letter


def letter(**words: Any) -> Letter:
    """Give a letter in the name of the house."""
    house = first_establishment()
    written_phone = phone(house.phone) if house and house.phone else ""
    context = {"establishment": house, "phone": written_phone, **words}
    return Letter(context, house.name if house else "Guichet", house.email if house else "")


def public(path: str) -> str:
    """Give the address of a page, as somebody far from here opens it."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def when(moment: datetime) -> str:
    """Write an instant on the clock of the house."""
    return instant(moment, house_zone())
