"""Links: rights carried by an address. Scoped, expiring, revocable, listed on their record, stored hashed."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask import g, session
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.access import LinkRight
from app.kernel.db import Base, Identified, db, transaction

SECRET_BYTES = 32
SHORT_SECRET_BYTES = 12  # for what is read in a text message: 96 bits, sixteen characters
KEPT_LINKS = 12


class Link(Identified, Base):
    """A right given to whoever holds its secret."""

    __tablename__ = "links"
    __table_args__ = (sa.Index(None, "record_kind", "record_id"),)

    scope: Mapped[str] = mapped_column(sa.String(60))
    record_kind: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    first_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        """Tell whether the link still gives its right."""
        return self.revoked_at is None and now < self.expires_at

    def right(self) -> LinkRight:
        """Give what the bearer may do."""
        return LinkRight(self.id, self.scope, self.record_kind, self.record_id, self.person_id)


def mint(
    scope: str, record: Identified, *, person_id: UUID | None, expires_at: datetime, secret_bytes: int = SECRET_BYTES
) -> tuple[Link, str]:
    """Make a new link and give it with its secret, which nobody can read again."""
    secret = secrets.token_urlsafe(secret_bytes)
    link = Link(
        scope=scope,
        record_kind=record.kind(),
        record_id=record.id,
        person_id=person_id,
        secret_hash=_digest(secret),
        created_at=clock.now(),
        expires_at=expires_at,
    )
    db.session.add(link)
    return link, secret


def opened_by(secret: str, scope: str) -> Link | None:
    """Give the link this secret opens, without a cookie: for links whose scope is one act."""
    link = db.session.scalars(sa.select(Link).where(Link.secret_hash == _digest(secret), Link.scope == scope)).first()
    return link if link is not None and link.is_open(clock.now()) else None


def exchange(secret: str, scope: str) -> Link | None:
    """Trade a secret for a place in the visitor's cookie; None when it gives no right (any more)."""
    link = opened_by(secret, scope)
    if link is None:
        return None
    if link.first_used_at is None:
        with transaction():
            link.first_used_at = clock.now()
    remember(link)
    return link


def remember(link: Link) -> None:
    """Keep a link in the visitor's signed cookie; the oldest goes when there are many."""
    kept = [link_id for link_id in session.get("links", []) if link_id != str(link.id)]
    session["links"] = [*kept, str(link.id)][-KEPT_LINKS:]
    session.permanent = True
    g.pop("actor", None)


def borne() -> tuple[LinkRight, ...]:
    """Give the rights of the links this visitor bears now; revoked and expired ones give none."""
    kept = session.get("links")
    if not kept:
        return ()
    now = clock.now()
    found = db.session.scalars(sa.select(Link).where(Link.id.in_([UUID(link_id) for link_id in kept])))
    return tuple(link.right() for link in found if link.is_open(now))


def links_to(record: Identified) -> list[Link]:
    """List the links to a record, newest first."""
    query = sa.select(Link).where(Link.record_kind == record.kind(), Link.record_id == record.id)
    return list(db.session.scalars(query.order_by(Link.created_at.desc())))


def revoke(link: Link) -> None:
    """Take the right back, at once and everywhere."""
    link.revoked_at = clock.now()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
