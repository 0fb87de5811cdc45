"""What somebody who is not logged in asks by an address alone: to register, or for a new password.

Asking does the same work whether the address is known or not: one row, one fact, one letter to compose. What the
letter says, or whether it leaves at all, is found out by the worker.
"""

from datetime import timedelta

import sqlalchemy as sa

from app.accounts import queries
from app.accounts.events import RegistrationAsked, ResetAsked
from app.accounts.models import AccountRequest, RequestKind, User
from app.accounts.permissions import MEMBER
from app.accounts.service.users import create_user
from app.directory.models import normalised_email
from app.kernel import clock, links
from app.kernel.access import Actor, system
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _, current_language
from app.kernel.lifecycle import Unfit
from app.kernel.limits import RESET_LIMIT

FACTS = {RequestKind.REGISTRATION: RegistrationAsked, RequestKind.RESET: ResetAsked}
AN_HOUR = timedelta(hours=1)


def ask_by_address(purpose: RequestKind, email: str, *, actor: Actor) -> None:
    """Have the letter written to this address; beyond the hour's limit for one address nothing is written."""
    now = clock.now()
    if queries.requests_since(email, purpose, now - AN_HOUR) >= RESET_LIMIT.value():
        return
    asked = AccountRequest(
        purpose=purpose,
        email=email,
        email_normalised=normalised_email(email),
        language=current_language(),
        created_at=now,
    )
    db.session.add(asked)
    db.session.flush()
    publish(FACTS[purpose](asked, actor))


def register(asked: AccountRequest, *, first_name: str, last_name: str, password: str, actor: Actor) -> User:
    """Open the account of whoever followed the link; it joins the person with that address and their reservations.

    Raises RuleBroken for a weak password, or a link that was used.
    """
    asked = use_request(asked)
    user = create_user(
        first_name=first_name,
        last_name=last_name,
        email=asked.email,
        password=password,
        role=MEMBER,
        actor=system("accounts.register", on_behalf_of=actor),
        confirmed=True,
    )
    user.person.first_name, user.person.last_name = first_name, last_name
    user.person.language = current_language()
    return user


def use_request(asked: AccountRequest) -> AccountRequest:
    """Use a request up, with every link to it. Raises RuleBroken the second time."""
    asked = queries.locked(asked)
    if asked.used_at is not None:
        raise Unfit(_("Ce lien a déjà servi. Demandez-en un autre."))
    asked.used_at = clock.now()
    for link in links.links_to(asked):
        links.revoke(link)
    return asked


def shut_resets(login: str) -> None:
    """Use up every reset asked for so far for a login: whoever set a password since has the last word."""
    waiting = sa.update(AccountRequest).where(
        AccountRequest.email_normalised == login,
        AccountRequest.purpose == RequestKind.RESET,
        AccountRequest.used_at.is_(None),
    )
    db.session.execute(waiting.values(used_at=clock.now()))
