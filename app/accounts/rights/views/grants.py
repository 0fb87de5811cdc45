"""Roles given to people and teams, held until another day, taken back."""

from collections.abc import Callable
from functools import partial
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
from app.kernel.answers import Answer, answered
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import done, page

USER_PAGE = "accounts/rights/user_show.html"


@people.post("/<uuid:id>/roles")
@requires(GRANT, on=User)
def grant_create(user: User) -> Response:
    """Give somebody a role."""
    form = grant_form(acting())
    return _given(form, user, lambda **shown: page(USER_PAGE, **shown, **user_page(user, acting(), form)))


@teams.post("/<uuid:id>/roles")
@requires(GRANT, on=Team)
def team_grant_create(team: Team) -> Response:
    """Give a team a role."""
    form = grant_form(acting())
    return _given(form, team, partial(team_page, team, form=form))


@people.post("/roles/<uuid:id>/jusqu-au")
@requires(GRANT, on=Grant)
def grant_update(grant: Grant) -> Response:
    """Let a person or a team hold a role until another day."""
    form = EndForm()
    answer = Answer(
        act=lambda: change_end(grant, form.ends_at(house_zone()), actor=acting()),
        show=lambda status: _refused(grant, form, status),
        message=_("La fin du rôle est changée."),
        fallback=_holder_url(grant.holder),
    )
    return answered(form, answer)


@people.post("/roles/<uuid:id>/fin")
@requires(GRANT, on=Grant)
def ending_create(grant: Grant) -> Response:
    """Take a role back, from a person or from a team."""
    fallback = _holder_url(grant.holder)
    with transaction():
        end_grant(grant, actor=acting())
    return done(None, message=_("Le rôle est repris."), fallback=fallback)


def _given(form: GrantForm, holder: Any, show: Callable[..., Response]) -> Response:
    """Give the role a form asks for; what the house refuses is told in the form."""
    zone = house_zone()
    answer = Answer(
        act=lambda: give_grant(
            holder,
            queries.role_with_id(UUID(form.role.data)) or abort(404),
            actor=acting(),
            scope=form.chosen_scope(),
            starts_at=form.starts_at(zone),
            ends_at=form.ends_at(zone),
        ),
        show=show,
        message=_("Le rôle est donné."),
        fallback=_holder_url(holder),
    )
    return answered(form, answer)


def _refused(grant: Grant, form: EndForm, status: int) -> Response:
    """Show the holder's page again, with what was typed and why it is refused beside that role."""
    problem = " ".join(map(str, [*form.last_day.errors, *form.form_errors]))
    end, holder = RefusedEnd(grant.id, (form.last_day.data or "")[:20], problem), grant.holder
    if isinstance(holder, Team):
        return team_page(holder, refused=end, status=status)
    return page(USER_PAGE, status=status, **user_page(holder, acting(), refused=end))


def _holder_url(holder: User | Team) -> str:
    return url_for("people.user_show" if isinstance(holder, User) else "teams.team_show", id=holder.id)
