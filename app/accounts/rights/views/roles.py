"""Roles: the grid of permissions, edited in place, and the making and unmaking of roles."""

from functools import partial

from flask import Blueprint, Response, request, url_for

from app.accounts.models import Role
from app.accounts.permissions import MANAGE_ACCOUNTS
from app.accounts.rights import queries, roles
from app.accounts.rights.forms import RoleForm, RoleNameForm
from app.accounts.rights.granting import codes_of
from app.accounts.rights.presentation import by_chapter, grid_digest
from app.kernel import clock
from app.kernel.access import acting, permissions
from app.kernel.answers import Answer, answered
from app.kernel.db import transaction
from app.kernel.forms import tidy
from app.kernel.guards import requires
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope
from app.kernel.web import done, page

bp = Blueprint("roles", __name__, url_prefix="/admin/reglages/roles")


@bp.get("")
@requires(MANAGE_ACCOUNTS)
def role_list() -> Response:
    """Show the grid: each permission, and the roles that give it."""
    return _grid_page()


@bp.post("")
@requires(MANAGE_ACCOUNTS)
def role_update() -> Response:
    """Keep the grid as it was ticked; what the reader does not hold stays as it was."""
    try:
        with transaction():
            known = _roles_as_drawn()
            changed = roles.change_roles({role: _wanted(role) for role in known}, actor=acting())
    except RuleBroken as refusal:
        return _grid_page(refusal.message, status=refusal.status)
    message = ngettext("%(num)s rôle est changé.", "%(num)s rôles sont changés.", changed)
    return done(None, message=message if changed else _("Rien n’a changé."), fallback=url_for(".role_list"))


def _roles_as_drawn() -> list[Role]:
    """Give the roles, unless somebody changed them since the grid was drawn: then raises RuleBroken."""
    known = queries.roles()
    if request.form.get("drawn") != grid_digest(known):
        raise RuleBroken(_("Quelqu’un a changé les rôles entre-temps. Voici la grille d’à présent : recommencez."))
    return known


def _wanted(role: Role) -> set[str]:
    """Give what a role shall give: what is ticked, and what this reader may not touch."""
    mine = {code for code in permissions() if acting().holds(code, Scope())}
    ticked = {code for role_id, _colon, code in map(_parted, request.form.getlist("held")) if role_id == str(role.id)}
    return (ticked & mine) | (codes_of(role) & set(permissions()) - mine)


def _parted(value: str) -> tuple[str, str, str]:
    return value.partition(":")


@bp.get("/nouveau")
@requires(MANAGE_ACCOUNTS)
def role_new() -> Response:
    """Ask for the name of a role, and the one it begins like."""
    form = _role_form()
    form.copied.data = request.args.get("comme", "")
    return page("accounts/rights/role_new.html", form=form)


@bp.post("/nouveau")
@requires(MANAGE_ACCOUNTS)
def role_create() -> Response:
    """Make a role."""
    form = _role_form()
    copied = next((role for role in queries.roles() if str(role.id) == form.copied.data), None)
    answer = Answer(
        act=lambda: roles.create_role(tidy(form.name.data), copied=copied, actor=acting()),
        show=partial(page, "accounts/rights/role_new.html", form=form),
        message=_("Le rôle est créé."),
        fallback=url_for(".role_list"),
    )
    return answered(form, answer)


@bp.get("/<uuid:id>/nom")
@requires(MANAGE_ACCOUNTS, on=Role)
def role_edit(role: Role) -> Response:
    """Ask what a role shall be called."""
    form = RoleNameForm()
    form.name.data = role.label
    return page("accounts/rights/role_edit.html", role=role, form=form)


@bp.post("/<uuid:id>/nom")
@requires(MANAGE_ACCOUNTS, on=Role)
def role_name_update(role: Role) -> Response:
    """Call a role something else."""
    form = RoleNameForm()
    answer = Answer(
        act=lambda: roles.rename_role(role, tidy(form.name.data), actor=acting()),
        show=partial(page, "accounts/rights/role_edit.html", role=role, form=form),
        message=_("Le rôle est renommé."),
        fallback=url_for(".role_list"),
    )
    return answered(form, answer)


@bp.post("/<uuid:id>/suppression")
@requires(MANAGE_ACCOUNTS, on=Role)
def role_delete(role: Role) -> Response:
    """Forget a role nobody has; what forbids it is said above the grid."""
    try:
        with transaction():
            roles.delete_role(role, actor=acting())
    except RuleBroken as refusal:
        return _grid_page(refusal.message, status=refusal.status)
    return done(None, message=_("Le rôle est supprimé."), fallback=url_for(".role_list"))


# --- pages ----------------------------------------------------------------------------------------------------


def _role_form() -> RoleForm:
    return RoleForm([(str(role.id), role.label) for role in queries.roles()])


def _grid_page(problem: str = "", status: int = 200) -> Response:
    known = sorted(queries.roles(), key=lambda role: role.label)
    used = queries.roles_in_use(clock.now())
    return page(
        "accounts/rights/role_list.html",
        status=status,
        problem=problem,
        drawn=grid_digest(known),
        roles=known,
        held={role.id: codes_of(role) for role in known},
        mine={code for code in permissions() if acting().holds(code, Scope())},
        chapters=by_chapter(),
        unused=[role for role in known if role.id not in used and role.code != roles.SYSTEM_ROLE],
    )
