"""People who have an account: the list, one of them, their access, and why they may or may not."""

from flask import Blueprint, Response, request, url_for

from app.accounts.models import User
from app.accounts.permissions import EXPLAIN, GRANT, LOOK_AS, MANAGE_ACCOUNTS, VIEW_PEOPLE
from app.accounts.rights import looking, standing
from app.accounts.rights.datasets import PEOPLE
from app.accounts.rights.explanation import asked_record, explain
from app.accounts.rights.presentation import by_chapter, house_zone, user_page
from app.kernel import datasets
from app.kernel.access import acting, permissions
from app.kernel.db import transaction
from app.kernel.guards import requires, signed_in
from app.kernel.languages import _
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
