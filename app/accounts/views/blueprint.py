"""The blueprint of the pages anybody may have of accounts, and what they share."""

from flask import Blueprint, request

from app.accounts import service
from app.accounts.models import User
from app.kernel.access import acting

bp = Blueprint("accounts", __name__)


def own_user() -> User:
    """Give the user of this request."""
    return service.own_user(acting())


def let_in(user: User) -> None:
    """Open a session for this visitor, or have the cookie await the second step their role demands."""
    service.admit(user, address=request.remote_addr or "", device=request.user_agent.string)


def prove_password(user: User, password: str | None) -> None:
    """Let through whoever knows the user's password, counted as a login is."""
    service.prove_password(user, password or "", address=request.remote_addr or "")
