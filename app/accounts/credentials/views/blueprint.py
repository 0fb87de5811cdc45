"""What the pages of credentials share: whose they are, how codes are shown once."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from app.accounts.models import User
from app.directory.queries import first_establishment
from app.kernel.access import acting
from app.kernel.db import db
from app.kernel.web import page

bp = Blueprint("security", __name__)


def own_user() -> User:
    """Give the user who acts."""
    return db.session.get_one(User, UUID(acting().id))


def answer(template: str, *, status: int = 200, **context: Any) -> Response:
    """Give a page; who tried too often is told when to come back."""
    response = page(template, status=status, **context)
    if status == 429:
        response.headers["Retry-After"] = "900"
    return response


def codes_page(codes: list[str], *, onward: str) -> Response:
    """Show recovery codes this once, and leave them in no cache."""
    response = page("accounts/security/recovery_codes_show.html", codes=codes, onward=onward)
    response.headers["Cache-Control"] = "no-store"
    return response


def house_name() -> str:
    """Give the name under which an authenticator or a password manager lists this house."""
    house = first_establishment()
    return house.name if house else "Guichet"
