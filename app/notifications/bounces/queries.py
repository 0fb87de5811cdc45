"""Questions about the bounces that were read."""

from datetime import timedelta

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.notifications.bounces.models import BounceReading

SHOWN = timedelta(days=30)


def last_reading() -> BounceReading | None:
    """Give the last day on which the mailbox was read, or could not be."""
    return db.session.scalars(sa.select(BounceReading).order_by(BounceReading.day.desc()).limit(1)).first()


def bounces_lately() -> tuple[int, int]:
    """Count the reports noted in the last thirty days, and those that were set aside."""
    lately = sa.select(BounceReading.noted, BounceReading.refused)
    days = db.session.execute(lately.where(BounceReading.day >= (clock.now() - SHOWN).date())).all()
    return sum(day.noted for day in days), sum(day.refused for day in days)
