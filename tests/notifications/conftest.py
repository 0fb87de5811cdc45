"""A house whose team is told of what guests do."""

import pytest
import sqlalchemy as sa

from app.kernel.access import system
from app.kernel.db import db, transaction
from app.kernel.notices import Mode
from app.notifications import service
from app.notifications.models import Notification
from tests.booking.promises import open_house


@pytest.fixture
def house(app):
    """Chez Margot, open."""
    return open_house()


@pytest.fixture
def lines_of():
    """`lines_of(cast.chloe)`: the lines of somebody's centre, the oldest first."""

    def read(user) -> list[Notification]:
        db.session.rollback()
        db.session.expire_all()
        mine = sa.select(Notification).where(Notification.person_id == user.person_id)
        return list(db.session.scalars(mine.order_by(Notification.last_at, Notification.id)))

    return read


@pytest.fixture
def choose():
    """`choose(cast.chloe, everything="now")`: what somebody wants by e-mail, by target."""

    def keep(user, **modes: str | None) -> None:
        targets = {"*" if name == "everything" else name.replace("__", "."): mode for name, mode in modes.items()}
        with transaction():
            wishes = {target: Mode(mode) if mode else None for target, mode in targets.items()}
            service.prefer(user.person, wishes, actor=system("tests"))

    return keep
