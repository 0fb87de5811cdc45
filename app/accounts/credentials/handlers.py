"""What follows from changed credentials: a letter to their holder."""

from app.accounts.credentials import notices
from app.accounts.credentials.events import PasskeyAdded, SecondFactorRemoved
from app.kernel.db import new_id
from app.kernel.events import on


@on(PasskeyAdded)
def tell_of_passkey(event: PasskeyAdded) -> None:
    """Say that a key opens the account now."""
    notices.tell(notices.PASSKEY_ADDED, event.subject, key=f"passkey:{new_id()}", name=event.name)


@on(SecondFactorRemoved)
def tell_of_removal(event: SecondFactorRemoved) -> None:
    """Say that a factor is gone."""
    notices.tell(notices.SECOND_FACTOR_REMOVED, event.subject, key=f"factor:{new_id()}")
