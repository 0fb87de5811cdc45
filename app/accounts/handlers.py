"""What follows from the facts of accounts: letters to addresses, and what their holders are told."""

from app.accounts import notices, security_notices
from app.accounts.events import (
    AccountClosed,
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
from app.accounts.rights.events import UserDeactivated
from app.accounts.security_notices import tell
from app.directory.queries import first_establishment
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
    tell(security_notices.PASSWORD, "changed", event.subject, actor=event.actor)


@on(PasswordChanged)
def tell_change(event: PasswordChanged) -> None:
    """Say that the password is another one."""
    tell(security_notices.PASSWORD, "changed", event.subject, actor=event.actor)


@on(NewDeviceUsed)
def tell_new_device(event: NewDeviceUsed) -> None:
    """Say that somebody logged in from a new device."""
    seen = {"device": event.device, "network": event.network}
    tell(security_notices.NEW_DEVICE, "used", event.subject, actor=event.actor, **seen)


@on(AccountClosed)
def write_farewell(event: AccountClosed) -> None:
    """Write the last letter. The account is gone when it leaves: it is about the house."""
    house = first_establishment()
    if house is not None:
        _tell_closed(event.subject, about=house, by="oneself")


@on(UserDeactivated)
def tell_deactivated(event: UserDeactivated) -> None:
    """Write to somebody whom no line can reach any more."""
    _tell_closed(event.subject, about=event.subject, by="house")


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


def _tell_closed(user: User, *, about: Identified, by: str) -> None:
    notices.CLOSED.send(to=notices.holder(user), about=about, key=f"{notices.CLOSED.code}:{new_id()}", by=by)


def _answer(chosen: Notice, asked: AccountRequest) -> None:
    chosen.send(to=Recipient("", asked.email, asked.language), about=asked, key=_key(chosen, asked))


def _key(chosen: Notice, record: Identified) -> str:
    return f"{chosen.code}:{record.id}"
