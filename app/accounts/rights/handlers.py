"""What follows from changed rights: those who hold them are told."""

from datetime import date
from typing import Any

from app.accounts.models import Team, User
from app.accounts.rights.events import (
    GrantChanged,
    GrantEnded,
    GrantGiven,
    TeamDeleted,
    TeamMemberAdded,
    TeamMemberRemoved,
    UserReactivated,
)
from app.accounts.security_notices import RIGHTS, tell
from app.kernel.access import Actor
from app.kernel.events import on


@on(GrantGiven)
def tell_of_role(event: GrantGiven) -> None:
    """Say which role is given, and until when."""
    _tell_of_span("given", "given_until", event, event.last_day)


@on(GrantChanged)
def tell_of_other_end(event: GrantChanged) -> None:
    """Say until when a role is held now."""
    _tell_of_span("for_good", "until", event, event.changes["until"][1])


@on(GrantEnded)
def tell_of_end(event: GrantEnded) -> None:
    """Say which role is taken back."""
    _tell("ended", event.subject, event.actor, role=event.role, where=event.where)


@on(TeamMemberAdded)
def tell_of_entry(event: TeamMemberAdded) -> None:
    """Say in which team somebody is now."""
    _tell_member("joined", event)


@on(TeamMemberRemoved)
def tell_of_leaving(event: TeamMemberRemoved) -> None:
    """Say in which team somebody is no more."""
    _tell_member("left", event)


@on(TeamDeleted)
def tell_of_dissolution(event: TeamDeleted) -> None:
    """Say to everybody in it that the team is no more."""
    _tell("left", event.subject, event.actor, team=event.name)


@on(UserReactivated)
def tell_of_reopening(event: UserReactivated) -> None:
    """Say that the account opens again."""
    _tell("reopened", event.subject, event.actor)


def _tell_of_span(for_good: str, until: str, event: GrantGiven | GrantChanged, last_day: date | None) -> None:
    named = {"role": event.role, "where": event.where}
    if last_day is None:
        _tell(for_good, event.subject, event.actor, **named)
    else:
        _tell(until, event.subject, event.actor, until=last_day.isoformat(), **named)


def _tell_member(act: str, event: TeamMemberAdded | TeamMemberRemoved) -> None:
    user = User.get(event.user)
    if user is not None:
        _tell(act, user, event.actor, team=event.subject.name)


def _tell(act: str, holder: User | Team, actor: Actor, **details: Any) -> None:
    """Tell a user, or each member of a team. Who never came in yet finds their first rights there: that is no news."""
    for user in holder.members if isinstance(holder, Team) else [holder]:
        if user.last_login_at is not None:
            tell(RIGHTS, act, user, actor=actor, **details)
