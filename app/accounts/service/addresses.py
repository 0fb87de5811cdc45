"""The address of an account: another one is taken once both the old and the new have said yes."""

from app.accounts import queries
from app.accounts.events import AddressChangeAsked, AddressChanged
from app.accounts.models import AddressChange, User
from app.accounts.permissions import NEW_ADDRESS_LINK, OLD_ADDRESS_LINK
from app.directory.models import normalised_email
from app.directory.queries import person_with_email
from app.kernel import clock, links
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit


def ask_address_change(user: User, email: str, *, actor: Actor) -> AddressChange:
    """Ask both addresses; a change asked for before is dropped. Raises RuleBroken for the address one has already."""
    if normalised_email(email) == user.login:
        raise Unfit(_("C’est déjà votre adresse."), "email")
    drop_address_change(user)
    change = AddressChange(user=user, user_id=user.id, old_email=user.login, new_email=email, created_at=clock.now())
    db.session.add(change)
    db.session.flush()
    publish(AddressChangeAsked(change, actor))
    return change


def drop_address_change(user: User) -> None:
    """Give up the change a user still waits for, if there is one."""
    waiting = queries.open_address_change(user)
    if waiting is not None:
        _close(waiting)


def confirm_address(change: AddressChange, *, old: bool, actor: Actor) -> bool:
    """Say yes for the old or the new address; tell whether both have, and the change is done.

    Raises RuleBroken when the change was dropped, or somebody else is known by the new address.
    """
    change = queries.locked(change)
    if change.closed_at is not None:
        raise RuleBroken(_("Ce changement d’adresse n’est plus d’actualité."))
    now = clock.now()
    if old:
        change.old_confirmed_at = now
    else:
        change.new_confirmed_at = now
    _revoke(change, OLD_ADDRESS_LINK if old else NEW_ADDRESS_LINK)
    if change.old_confirmed_at is None or change.new_confirmed_at is None:
        return False
    _take(change.user, change.new_email)
    _close(change)
    publish(AddressChanged(change.user, actor, change.id))
    return True


def _take(user: User, email: str) -> None:
    known = person_with_email(email)
    if queries.user_with_login(email) is not None or (known is not None and known.id != user.person_id):
        raise RuleBroken(_("La maison connaît déjà quelqu’un à cette adresse. Demandez-lui de réunir les deux fiches."))
    user.login = normalised_email(email)
    user.person.email, user.person.email_normalised = email, normalised_email(email)
    user.confirmed_at = clock.now()


def _close(change: AddressChange) -> None:
    change.closed_at = clock.now()
    _revoke(change, OLD_ADDRESS_LINK, NEW_ADDRESS_LINK)


def _revoke(change: AddressChange, *scopes: str) -> None:
    for link in links.links_to(change):
        if link.scope in scopes:
            links.revoke(link)
