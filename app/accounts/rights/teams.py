"""Teams: who enters one is given its roles, so it takes holding them to let somebody in or out."""

from app.accounts.models import Grant, Team, User
from app.accounts.permissions import GRANT
from app.accounts.rights import queries
from app.accounts.rights.events import TeamCreated, TeamDeleted, TeamMemberAdded, TeamMemberRemoved, TeamRenamed
from app.accounts.rights.granting import codes_of, refuse_beyond_oneself, somebody_still_manages
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope


def create_team(name: str, *, actor: Actor) -> Team:
    """Make a team; it belongs to the whole installation. Raises RuleBroken for a name that is taken."""
    refuse_beyond_oneself({GRANT.code}, Scope(), actor)
    _refuse_taken(name)
    team = Team(name=name, created_at=clock.now())
    db.session.add(team)
    publish(TeamCreated(team, actor, name))
    return team


def rename_team(team: Team, name: str, *, actor: Actor) -> None:
    """Call a team something else. Raises NotAllowed beyond what the actor holds, RuleBroken for a taken name."""
    refuse_beyond_oneself({GRANT.code}, Scope(), actor)
    _refuse_beyond(team, actor)
    if name != team.name:
        _refuse_taken(name)
        publish(TeamRenamed(team, actor, changes={"name": (team.name, name)}))
        team.name = name


def _refuse_taken(name: str) -> None:
    if queries.team_named(name) is not None:
        raise RuleBroken(_("Une équipe porte déjà ce nom."), "name")


def add_member(team: Team, user: User, *, actor: Actor) -> None:
    """Let somebody into a team. Raises NotAllowed beyond what the actor holds, RuleBroken for who is there."""
    _refuse_beyond(team, actor)
    if user in team.members:
        raise RuleBroken(_("%(name)s est déjà de l’équipe.", name=user.person.full_name))
    team.members.append(user)
    publish(TeamMemberAdded(team, actor, user.person.full_name, user.id))


def remove_member(team: Team, user: User, *, actor: Actor) -> None:
    """Let somebody out of a team. Raises NotAllowed beyond what the actor holds, RuleBroken for who is not there."""
    _refuse_beyond(team, actor)
    if user not in team.members:
        raise RuleBroken(_("%(name)s n’est plus de l’équipe.", name=user.person.full_name))
    publish(TeamMemberRemoved(team, actor, user.person.full_name, user.id))
    with somebody_still_manages():
        team.members.remove(user)


def delete_team(team: Team, *, actor: Actor) -> None:
    """Forget a team and the roles it was given. Raises NotAllowed beyond what the actor holds."""
    refuse_beyond_oneself({GRANT.code}, Scope(), actor)
    _refuse_beyond(team, actor)
    publish(TeamDeleted(team, actor, team.name))
    with somebody_still_manages():
        db.session.delete(team)


def live_grants(team: Team) -> list[Grant]:
    """Give the grants of a team that are in force or to come."""
    return [grant for grant in team.grants if not grant.is_over(clock.now())]


def _refuse_beyond(team: Team, actor: Actor) -> None:
    for grant in live_grants(team):
        refuse_beyond_oneself({GRANT.code, *codes_of(grant.role)}, grant.scope, actor)
