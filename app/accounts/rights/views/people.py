"""People who have an account: the list, one of them, their roles, their access, and why they may or may not."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for

from app.accounts.models import Grant, User
from app.accounts.permissions import EXPLAIN, GRANT, LOOK_AS, MANAGE_ACCOUNTS, VIEW_PEOPLE
from app.accounts.rights import looking, queries, standing
from app.accounts.rights.datasets import PEOPLE
from app.accounts.rights.explanation import asked_record, explain
from app.accounts.rights.forms import GrantForm
from app.accounts.rights.granting import end_grant, give_grant
from app.accounts.rights.presentation import by_chapter, grant_form, house_zone, user_page
from app.kernel import datasets
from app.kernel.access import acting, permissions
from app.kernel.db import transaction
from app.kernel.guards import requires, signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.web import done, page

bp = Blueprint("people", __name__, url_prefix="/admin/personnes")


@bp.get("")
@requires(VIEW_PEOPLE)
def user_list() -> Response:
    """Show the people who have an account."""
    return datasets.list_page(PEOPLE, template="accounts/rights/user_list.html", may_invite=acting().may(GRANT))


@bp.get("/<uuid:id>")
@requires(VIEW_PEOPLE, on=User)
def user_show(user: User) -> Response:
    """Show one person, their roles and what these allow."""
    return page("accounts/rights/user_show.html", **user_page(user, acting()))


@bp.post("/<uuid:id>/roles")
@requires(GRANT, on=User)
def grant_create(user: User) -> Response:
    """Give somebody a role."""
    form = grant_form(acting())
    if form.validate_on_submit() and given(form, user):
        fallback = url_for(".user_show", id=user.id)
        return done(None, message=_("Le rôle est donné."), fallback=fallback)
    return page("accounts/rights/user_show.html", status=422, **user_page(user, acting(), form))


def given(form: GrantForm, holder: Any) -> bool:
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


@bp.post("/roles/<uuid:id>/fin")
@requires(GRANT, on=Grant)
def ending_create(grant: Grant) -> Response:
    """Take a role back, from a person or from a team."""
    holder = grant.holder
    page_of_holder = "people.user_show" if isinstance(holder, User) else "teams.team_show"
    with transaction():
        end_grant(grant, actor=acting())
    return done(None, message=_("Le rôle est repris."), fallback=url_for(page_of_holder, id=holder.id))


@bp.post("/<uuid:id>/fermeture")
@requires(MANAGE_ACCOUNTS, on=User)
def deactivation_create(user: User) -> Response:
    """Shut an account."""
    with transaction():
        standing.deactivate_user(user, actor=acting())
    return done(None, message=_("L’accès est fermé."), fallback=url_for(".user_show", id=user.id))


@bp.post("/<uuid:id>/reouverture")
@requires(MANAGE_ACCOUNTS, on=User)
def reactivation_create(user: User) -> Response:
    """Open an account again."""
    with transaction():
        standing.reactivate_user(user, actor=acting())
    return done(None, message=_("L’accès est rouvert."), fallback=url_for(".user_show", id=user.id))


@bp.get("/<uuid:id>/pourquoi")
@requires(EXPLAIN, on=User)
def explanation_show(user: User) -> Response:
    """Say why somebody may, or may not."""
    asked, typed = request.args.get("droit", ""), request.args.get("fiche", "").strip()
    permission = permissions().get(asked)
    explanation, problem = None, ""
    try:
        record = asked_record(typed)
    except LookupError:
        problem = _("Aucune fiche ne se trouve à cette adresse.")
    else:
        explanation = explain(user, permission, record, house_zone()) if permission else None
    return page(
        "accounts/rights/explanation_show.html",
        status=422 if problem else 200,
        user=user,
        may_open=acting().may(VIEW_PEOPLE, user),
        permission=permission,
        explanation=explanation,
        problem=problem,
        typed=typed[:200],
        chapters=by_chapter(),
    )


@bp.post("/<uuid:id>/regard")
@requires(LOOK_AS, on=User)
def look_create(user: User) -> Response:
    """Begin to see as somebody else."""
    with transaction():
        looking.begin_look(user, actor=acting())
    return done(None, fallback=url_for("site.dashboard_show"))


@bp.post("/regard/fin")
@signed_in
def look_delete() -> Response:
    """Be oneself again."""
    with transaction():
        user = looking.end_look(actor=acting())
    fallback = url_for(".user_show", id=user.id) if user else url_for("site.dashboard_show")
    return done(None, message=_("Vous êtes de nouveau vous-même."), fallback=fallback)
