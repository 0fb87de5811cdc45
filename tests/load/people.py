"""The team of the demonstration at its browsers, the application beside them, and a crowd of people with accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask

from app.application import create_app
from app.booking.seeds import PASSWORD, TEAM
from app.config import read_configuration
from app.kernel.db import db, new_id
from tests.load.installations import Installation
from tests.load.million import Writer
from tests.load.visitors import Guest

LOGINS = {role: login for _first, _last, login, role, _label in TEAM}


def at_browser(installation: Installation, role: str) -> Guest:
    """Whoever has this role in the demonstration, logged in."""
    guest = Guest(installation.url)
    guest.log_in(LOGINS[role], PASSWORD)
    return guest


@contextmanager
def beside(installation: Installation) -> Iterator[Flask]:
    """The application in this process, on the same database: to ask and to promise, not to be measured."""
    app = create_app(read_configuration({**installation.house.environ, "LOG_LEVEL": "ERROR"}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def add_people(installation: Installation, count: int, role: str = "host") -> None:
    """People with an account and a role everywhere."""
    now = datetime.now(UTC)
    role_id = installation.read(f"SELECT id FROM roles WHERE code = '{role}'")[0][0]  # noqa: S608 - our own word
    role_id = role_id if isinstance(role_id, UUID) else UUID(role_id)
    ids = [(new_id(), new_id()) for _number in range(count)]
    writer = Writer(installation)
    writer.put("people", ({
        "id": person, "first_name": "Noé", "last_name": f"Foule {number}", "email": None, "email_normalised": None,
        "phone": None, "language": "fr", "created_at": now, "search_text": f"noe foule {number}",
    } for number, (person, _user) in enumerate(ids)))  # fmt: skip
    writer.put("users", ({
        "id": user, "person_id": person, "login": f"foule{number}@example.org", "password_hash": "-", "is_active": True,
        "created_at": now, "confirmed_at": now,
    } for number, (person, user) in enumerate(ids)))  # fmt: skip
    writer.put("grants", ({
        "id": new_id(), "user_id": user, "team_id": None, "role_id": role_id, "scope_kind": "installation",
        "scope_id": "", "starts_at": now, "ends_at": None, "given_by": "",
    } for _person, user in ids))  # fmt: skip
    installation.settle()
