"""What follows from the facts of accounts: the letters."""

from app.accounts import notices
from app.accounts.events import (
    AddressChangeAsked,
    AddressChanged,
    InvitationSent,
    NewDeviceUsed,
    PasswordChanged,
    PasswordReset,
    RegistrationAsked,
    ResetAsked,
)
from app.accounts.models import AccountRequest, AddressChange, Invitation, User
from app.kernel.db import Identified, new_id
from app.kernel.events import on
from app.kernel.notices import Notice, Recipient


@on(RegistrationAsked)
def write_to_newcomer(event: RegistrationAsked) -> None:
    """Write to the address, which the letter alone tells more."""
    _answer(notices.REGISTRATION, event.subject)


@on(ResetAsked)
def write_to_forgetful(event: ResetAsked) -> None:
    """Have the letter composed; it leaves only for an account."""
    _answer(notices.RESET, event.subject)


@on(PasswordReset)
def tell_reset(event: PasswordReset) -> None:
    """Say that the password is another one."""
    _tell_password(event.subject)


@on(PasswordChanged)
def tell_change(event: PasswordChanged) -> None:
    """Say that the password is another one."""
    _tell_password(event.subject)


@on(NewDeviceUsed)
def tell_new_device(event: NewDeviceUsed) -> None:
    """Say that somebody logged in from a new device."""
    user: User = event.subject
    key = _once(notices.NEW_DEVICE)
    notices.NEW_DEVICE.send(to=notices.holder(user), about=user, key=key, device=event.device, network=event.network)


@on(AddressChangeAsked)
def ask_both_addresses(event: AddressChangeAsked) -> None:
    """Write to the address that is left and to the one that is wanted."""
    change: AddressChange = event.subject
    language = change.user.person.language
    for chosen, address in ((notices.OLD_ADDRESS, change.old_email), (notices.NEW_ADDRESS, change.new_email)):
        to = Recipient(change.user.person.full_name, address, language, change.user.person_id)
        chosen.send(to=to, about=change, key=_key(chosen, change))


@on(AddressChanged)
def tell_old_address(event: AddressChanged) -> None:
    """Say to the old address that it is done."""
    user: User = event.subject
    change = AddressChange.get(event.change)
    if change is not None:
        to = Recipient(user.person.full_name, change.old_email, user.person.language, user.person_id)
        notices.ADDRESS.send(to=to, about=change, key=_key(notices.ADDRESS, change))


@on(InvitationSent)
def write_invitation(event: InvitationSent) -> None:
    """Write to whoever is invited."""
    invitation: Invitation = event.subject
    to = Recipient("", invitation.email, invitation.language)
    notices.INVITATION.send(to=to, about=invitation, key=_key(notices.INVITATION, invitation))


def _tell_password(user: User) -> None:
    notices.PASSWORD.send(to=notices.holder(user), about=user, key=_once(notices.PASSWORD))


def _answer(chosen: Notice, asked: AccountRequest) -> None:
    chosen.send(to=Recipient("", asked.email, asked.language), about=asked, key=_key(chosen, asked))


def _key(chosen: Notice, record: Identified) -> str:
    return f"{chosen.code}:{record.id}"


def _once(chosen: Notice) -> str:
    return f"{chosen.code}:{new_id()}"
