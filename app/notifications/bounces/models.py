"""BounceReading."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class BounceReading(Base):
    """What one day's mails in the mailbox of bounces were, and how its last reading ended."""

    __tablename__ = "bounce_readings"

    day: Mapped[date] = mapped_column(primary_key=True)
    noted: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    others: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    last_error: Mapped[str] = mapped_column(sa.String(200), default="")
