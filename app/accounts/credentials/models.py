"""Authenticator, RecoveryCode, Passkey, SpentChallenge, OutsideIdentity."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.db import Base, Identified


class Authenticator(Identified, Base):
    """The application that shows a user's codes. Its secret is sealed; the last interval used is never used again."""

    __tablename__ = "authenticators"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    sealed_secret: Mapped[str] = mapped_column(sa.String(300))
    last_interval: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Identified, Base):
    """One of ten codes that stand in once for a lost authenticator."""

    __tablename__ = "recovery_codes"
    __table_args__ = (sa.UniqueConstraint("user_id", "code_hash"),)

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]


class Passkey(Identified, Base):
    """A key pair kept by a device or a password manager; only its public half is here."""

    __tablename__ = "passkeys"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary(2000))
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")


class SpentChallenge(Base):
    """A passkey's challenge already answered, kept until it would have expired anyway."""

    __tablename__ = "spent_challenges"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OutsideIdentity(Identified, Base):
    """Somebody as an outside provider knows them; without a user until they proved that the account is theirs."""

    __tablename__ = "outside_identities"
    __table_args__ = (sa.UniqueConstraint("provider", "subject"),)

    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(255))
    email: Mapped[str] = mapped_column(sa.String(254))
    email_verified: Mapped[bool]
    first_name: Mapped[str] = mapped_column(sa.String(80))
    last_name: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime] = mapped_column(index=True)
    last_used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="joined")
