"""Roles given to people and teams, held until another day, taken back."""

from typing import Any
from uuid import UUID

from flask import Response, abort, url_for

from app.accounts.models import Grant, Team, User
from app.accounts.permissions import GRANT
from app.accounts.rights import queries
from app.accounts.rights.forms import EndForm, GrantForm
from app.accounts.rights.granting import change_end, end_grant, give_grant
from app.accounts.rights.presentation import RefusedEnd, grant_form, house_zone, user_page
from app.accounts.rights.views.people import bp as people
from app.accounts.rights.views.teams import bp as teams
from app.accounts.rights.views.teams import team_page
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.web import done, page


@people.post("/<uuid:id>/roles")
@requires(GRANT, on=User)
def grant_create(user: User) -> Response:
    """Give somebody a role."""
    form = grant_form(acting())
    if form.validate_on_submit() and _given(form, user):
        return done(None, message=_("Le rôle est donné."), fallback=_holder_url(user))
    return page("accounts/rights/user_show.html", status=422, **user_page(user, acting(), form))


@teams.post("/<uuid:id>/roles")
@requires(GRANT, on=Team)
def team_grant_create(team: Team) -> Response:
    """Give a team a role."""
    form = grant_form(acting())
    if form.validate_on_submit() and _given(form, team):
        return done(None, message=_("Le rôle est donné."), fallback=_holder_url(team))
    return team_page(team, form=form, status=422)


@people.post("/roles/<uuid:id>/jusqu-au")
@requires(GRANT, on=Grant)
def grant_update(grant: Grant) -> Response:
    """Let a person or a team hold a role until another day."""
    form = EndForm()
    problem = "" if form.validate_on_submit() else " ".join(str(error) for error in form.last_day.errors)
    if not problem:
        try:
            with transaction():
                change_end(grant, form.ends_at(house_zone()), actor=acting())
        except NotAllowed:
            raise
        except RuleBroken as refusal:
            problem = refusal.message
    if problem:
        return _refused(grant.holder, RefusedEnd(grant.id, (form.last_day.data or "")[:20], problem))
    return done(None, message=_("La fin du rôle est changée."), fallback=_holder_url(grant.holder))


@people.post("/roles/<uuid:id>/fin")
@requires(GRANT, on=Grant)
def ending_create(grant: Grant) -> Response:
    """Take a role back, from a person or from a team."""
    fallback = _holder_url(grant.holder)
    with transaction():
        end_grant(grant, actor=acting())
    return done(None, message=_("Le rôle est repris."), fallback=fallback)


def _given(form: GrantForm, holder: Any) -> bool:
    """Give the role a form asks for; what the house refuses is told in the form."""
    zone = house_zone()
    try:
        with transaction():
            role = queries.role_with_id(UUID(form.role.data))
            if role is None:
                abort(404)
            give_grant(
                holder,
                role,
                actor=acting(),
                scope=form.chosen_scope(),
                starts_at=form.starts_at(zone),
                ends_at=form.ends_at(zone),
            )
    except NotAllowed:
        raise
    except RuleBroken as refusal:
        field = form.last_day if refusal.field == "last_day" else form.role
        field.errors = [*field.errors, refusal.message]
        return False
    return True


def _refused(holder: User | Team, end: RefusedEnd) -> Response:
    if isinstance(holder, Team):
        return team_page(holder, refused=end, status=422)
    return page("accounts/rights/user_show.html", status=422, **user_page(holder, acting(), refused=end))


def _holder_url(holder: User | Team) -> str:
    return url_for("people.user_show" if isinstance(holder, User) else "teams.team_show", id=holder.id)
