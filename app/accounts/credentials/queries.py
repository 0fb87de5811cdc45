"""Questions about credentials."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.accounts.credentials.models import Authenticator, OutsideIdentity, Passkey, RecoveryCode
from app.accounts.credentials.settings import roles_of_second_factor
from app.accounts.models import Grant, Role, User
from app.kernel.db import db


def authenticator_of(user: User) -> Authenticator | None:
    """Give the authenticator of a user, if one is in place."""
    return db.session.scalars(sa.select(Authenticator).where(Authenticator.user_id == user.id)).first()


def recovery_codes_left(user: User) -> int:
    """Count the recovery codes not yet used."""
    query = sa.select(sa.func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(query) or 0


def passkeys_of(user: User) -> Sequence[Passkey]:
    """Give the passkeys of a user, the first one first."""
    query = sa.select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.created_at, Passkey.id)
    return db.session.scalars(query).all()


def passkey_with(credential_id: bytes) -> Passkey | None:
    """Give the passkey an authenticator answers with."""
    return db.session.scalars(sa.select(Passkey).where(Passkey.credential_id == credential_id)).first()


def own_passkey(user: User, passkey_id: UUID) -> Passkey | None:
    """Give a passkey by its id, if it is this user's."""
    return db.session.scalars(sa.select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id)).first()


def identity(provider: str, subject: str) -> OutsideIdentity | None:
    """Give what is known of somebody at a provider."""
    query = sa.select(OutsideIdentity).where(OutsideIdentity.provider == provider, OutsideIdentity.subject == subject)
    return db.session.scalars(query).first()


def identities_of(user: User) -> Sequence[OutsideIdentity]:
    """Give the outside identities of a user, the first one first."""
    query = sa.select(OutsideIdentity).where(OutsideIdentity.user_id == user.id)
    return db.session.scalars(query.order_by(OutsideIdentity.created_at, OutsideIdentity.id)).all()


def own_identity(user: User, identity_id: UUID) -> OutsideIdentity | None:
    """Give an outside identity by its id, if it is this user's."""
    query = sa.select(OutsideIdentity).where(OutsideIdentity.id == identity_id, OutsideIdentity.user_id == user.id)
    return db.session.scalars(query).first()


def must_have_second_factor(user: User, now: datetime) -> bool:
    """Tell whether the user holds a role for which a second factor is demanded."""
    demanded = roles_of_second_factor()
    held = (
        sa.select(Grant.id)
        .join(Grant.role)
        .where(
            Grant.user_id == user.id,
            Role.code.in_(demanded),
            Grant.starts_at <= now,
            sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now),
        )
    )
    return bool(demanded) and db.session.scalars(held.limit(1)).first() is not None


def roles() -> Sequence[Role]:
    """Give every role, by its name."""
    return db.session.scalars(sa.select(Role).order_by(Role.name)).all()
