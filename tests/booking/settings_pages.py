"""What the tests of the settings pages share."""

from typing import Any

import sqlalchemy as sa

from app.booking import queries
from app.booking.queries import House
from app.directory.models import Establishment
from app.kernel.db import db

ROOT = "/admin/reglages"


def one(model: type, **values: object) -> Any:
    """The one record of these values, as the database has it now."""
    return db.session.scalars(sa.select(model).filter_by(**values).execution_options(populate_existing=True)).one()


def house_now(house: Establishment) -> House:
    """The house as every reader now sees it."""
    return queries.house_of(db.session.get_one(Establishment, house.id, populate_existing=True))
