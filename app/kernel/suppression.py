"""Addresses and numbers to which nothing is sent any more, because the other side said that they are no more."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Base, Identified, db, insert_missing, new_id


class SuppressedAddress(Identified, Base):
    """An address a server refused for good: nothing is sent there until somebody lifts it."""

    __tablename__ = "suppressed_addresses"
    __table_args__ = (sa.Index(None, "since", "id"),)

    address: Mapped[str] = mapped_column(sa.String(254), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    since: Mapped[datetime]


def suppress(address: str, reason: str) -> None:
    """Send nothing more to an address, and keep why."""
    key = address.casefold()
    insert_missing(SuppressedAddress, id=new_id(), address=key, reason=reason[:1000], since=clock.now())


def reason_for(address: str) -> str:
    """Say why nothing is sent to an address; empty when nothing is in the way."""
    query = sa.select(SuppressedAddress.reason).where(SuppressedAddress.address == address.casefold())
    return db.session.scalar(query) or ""
