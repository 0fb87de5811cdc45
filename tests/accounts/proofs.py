"""What the tests of credentials share: a user with an authenticator, and what their telephone shows."""

from datetime import timedelta

import pyotp
import sqlalchemy as sa

from app.accounts.credentials import second_factor
from app.accounts.models import User, UserSession
from app.accounts.service import actor_for
from app.kernel import clock
from app.kernel.db import transaction
from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def shown_code(secret: str = SECRET, *, later: timedelta = timedelta(0)) -> str:
    """What an authenticator with this secret shows now, or a little later."""
    return pyotp.TOTP(secret.replace(" ", "")).at(clock.now() + later)


def equip(user: User) -> list[str]:
    """Put an authenticator in place two minutes ago; gives the recovery codes."""
    with clock.at(clock.now() - timedelta(minutes=2)), transaction():
        return second_factor.set_up(user, SECRET, shown_code(), actor=actor_for(user))


def prove(user: User) -> None:
    """Make the user's open sessions freshly proven."""
    with transaction() as session:
        session.execute(sa.update(UserSession).where(UserSession.user_id == user.id).values(proven_at=clock.now()))


def give_password(visitor, login: str = "chloe@example.org", password: str = PASSWORD, path: str = "/connexion"):
    """Make the first step of a login."""
    return visitor.post(path, data={"email": login, "password": password})
