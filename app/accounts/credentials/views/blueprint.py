"""What the pages of credentials share: whose they are, how a refusal is told, how codes are shown once."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from app.accounts.attempts import TooManyAttempts
from app.accounts.models import User
from app.directory.queries import first_establishment
from app.kernel.access import acting
from app.kernel.db import db
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import page

bp = Blueprint("security", __name__)


def own_user() -> User:
    """Give the user who acts."""
    return db.session.get_one(User, UUID(acting().id))


def tell(form: Any, refusal: RuleBroken) -> int:
    """Put a refusal beside its field, or above the form; give the status of the answer."""
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)
    return 429 if isinstance(refusal, TooManyAttempts) else 422


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
