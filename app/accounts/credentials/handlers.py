"""What follows from changed credentials: their holder is told."""

from app.accounts import security_notices
from app.accounts.credentials.events import (
    IdentityLinked,
    IdentityUnlinked,
    PasskeyAdded,
    PasskeyRefused,
    PasskeyRemoved,
    SecondFactorAdded,
    SecondFactorRemoved,
)
from app.accounts.security_notices import tell
from app.kernel.events import on


@on(PasskeyAdded)
def tell_of_passkey(event: PasskeyAdded) -> None:
    """Say that a key opens the account now."""
    tell(security_notices.PASSKEY, "added", event.subject, actor=event.actor, name=event.name)


@on(PasskeyRemoved)
def tell_of_passkey_removed(event: PasskeyRemoved) -> None:
    """Say that a key opens the account no more."""
    tell(security_notices.PASSKEY, "removed", event.subject, actor=event.actor, name=event.name)


@on(PasskeyRefused)
def tell_of_passkey_refused(event: PasskeyRefused) -> None:
    """Say that a key may have been copied."""
    tell(security_notices.PASSKEY, "refused", event.subject, actor=event.actor, name=event.name)


@on(SecondFactorAdded)
def tell_of_second_factor(event: SecondFactorAdded) -> None:
    """Say that codes are asked from now on."""
    tell(security_notices.SECOND_FACTOR, "added", event.subject, actor=event.actor)


@on(SecondFactorRemoved)
def tell_of_second_factor_removed(event: SecondFactorRemoved) -> None:
    """Say that a factor is gone."""
    tell(security_notices.SECOND_FACTOR, "removed", event.subject, actor=event.actor)


@on(IdentityLinked)
def tell_of_identity(event: IdentityLinked) -> None:
    """Say that an identity opens the account now; the one that made the account is no news."""
    if event.subject.last_login_at is not None:
        tell(security_notices.IDENTITY, "linked", event.subject, actor=event.actor, provider=event.provider)


@on(IdentityUnlinked)
def tell_of_identity_unlinked(event: IdentityUnlinked) -> None:
    """Say that an identity opens the account no more."""
    tell(security_notices.IDENTITY, "unlinked", event.subject, actor=event.actor, provider=event.provider)
