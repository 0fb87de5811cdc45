"""Teams: who is in them, and the roles they have together."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, url_for

from app.accounts.models import Grant, Team, User
from app.accounts.permissions import GRANT, VIEW_PEOPLE
from app.accounts.rights import queries, teams
from app.accounts.rights.forms import GrantForm, MemberForm, TeamForm
from app.accounts.rights.granting import codes_of
from app.accounts.rights.presentation import RefusedEnd, grant_form, lines_of
from app.kernel import navigation
from app.kernel.access import acting
from app.kernel.answers import Answer, answered
from app.kernel.db import db, transaction
from app.kernel.forms import tidy
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.scopes import Scope
from app.kernel.web import done, page

bp = Blueprint("teams", __name__, url_prefix="/admin/equipes")


@bp.get("")
@requires(VIEW_PEOPLE)
def team_list() -> Response:
    """Show the teams."""
    return _list_page(TeamForm())


@bp.post("")
@requires(GRANT)
def team_create() -> Response:
    """Make a team."""
    form = TeamForm()
    answer = Answer(
        act=lambda: teams.create_team(tidy(form.name.data), actor=acting()),
        show=partial(_list_page, form),
        message=_("L’équipe est créée."),
        fallback=lambda team: url_for(".team_show", id=team.id),
    )
    return answered(form, answer)


@bp.get("/<uuid:id>")
@requires(VIEW_PEOPLE, on=Team)
def team_show(team: Team) -> Response:
    """Show one team: its members and its roles."""
    return team_page(team)


@bp.post("/<uuid:id>/membres")
@requires(GRANT, on=Team)
def member_create(team: Team) -> Response:
    """Let somebody into a team."""
    form = _member_form(team)
    answer = Answer(
        act=lambda: teams.add_member(team, db.session.get_one(User, UUID(form.user.data)), actor=acting()),
        show=partial(team_page, team, member_form=form),
        message=_("L’équipe compte une personne de plus."),
        fallback=url_for(".team_show", id=team.id),
    )
    return answered(form, answer)


@bp.post("/<uuid:id>/membres/<uuid:user_id>/retrait")
@requires(GRANT, on=Team)
def member_delete(team: Team, user_id: UUID) -> Response:
    """Let somebody out of a team."""
    with transaction():
        teams.remove_member(team, User.get(user_id) or abort(404), actor=acting())
    return done(None, message=_("Cette personne n’est plus de l’équipe."), fallback=url_for(".team_show", id=team.id))


@bp.get("/<uuid:id>/nom")
@requires(GRANT, on=Team)
def team_edit(team: Team) -> Response:
    """Ask what a team shall be called."""
    return page("accounts/rights/team_edit.html", team=team, form=TeamForm(obj=team))


@bp.post("/<uuid:id>/nom")
@requires(GRANT, on=Team)
def team_update(team: Team) -> Response:
    """Call a team something else."""
    form = TeamForm()
    answer = Answer(
        act=lambda: teams.rename_team(team, tidy(form.name.data), actor=acting()),
        show=partial(page, "accounts/rights/team_edit.html", team=team, form=form),
        message=_("L’équipe est renommée."),
        fallback=url_for(".team_show", id=team.id),
    )
    return answered(form, answer)


@bp.post("/<uuid:id>/suppression")
@requires(GRANT, on=Team)
def team_delete(team: Team) -> Response:
    """Forget a team."""
    with transaction():
        teams.delete_team(team, actor=acting())
    return done(None, message=_("L’équipe est supprimée."), fallback=url_for(".team_list"))


# --- pages ----------------------------------------------------------------------------------------------------


def _list_page(form: TeamForm, status: int = 200) -> Response:
    lines = [
        (
            team,
            url_for(".team_show", id=team.id),
            len(team.members),
            ", ".join(sorted({grant.role.label for grant in teams.live_grants(team)})),
        )
        for team in queries.teams_with_members(acting())
    ]
    makes = acting().holds(GRANT.code, Scope())
    return page("accounts/rights/team_list.html", status=status, lines=lines, form=form if makes else None)


def _member_form(team: Team) -> MemberForm:
    return MemberForm([(str(user.id), user.person.full_name) for user in queries.users_to_add(team, acting())])


def team_page(
    team: Team,
    *,
    form: GrantForm | None = None,
    member_form: MemberForm | None = None,
    refused: RefusedEnd | None = None,
    status: int = 200,
) -> Response:
    """Show a team, with what was refused of a form if something was."""
    context: dict[str, Any] = {}
    if _may_change(team):
        form, member_form = form or grant_form(acting()), member_form or _member_form(team)
        everywhere = acting().holds(GRANT.code, Scope())
        context = {
            "form": form if form.role.choices else None,
            "member_form": member_form if member_form.user.choices else None,
            "edit_url": url_for("teams.team_edit", id=team.id) if everywhere else None,
            "delete_url": url_for("teams.team_delete", id=team.id) if everywhere else None,
        }
    return page(
        "accounts/rights/team_show.html",
        status=status,
        team=team,
        members=sorted(team.members, key=lambda user: (user.person.last_name, user.person.first_name)),
        lines=lines_of(_latest_first(team), acting(), refused=refused),
        may_change=_may_change(team),
        history=navigation.panels_on(team, acting(), "history"),
        **context,
    )


def _latest_first(team: Team) -> list[Grant]:
    return sorted(team.grants, key=lambda grant: grant.starts_at, reverse=True)


def _may_change(team: Team) -> bool:
    """Tell whether the reader holds everything the team was given."""
    if not acting().may(GRANT, team):
        return False
    return all(
        acting().holds(code, grant.scope)
        for grant in teams.live_grants(team)
        for code in {GRANT.code, *codes_of(grant.role)}
    )
