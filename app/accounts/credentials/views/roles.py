"""The settings page that says for which roles a second factor is demanded."""

from flask import Response, request, url_for

from app.accounts.credentials import queries
from app.accounts.credentials.events import SecondFactorRolesChanged
from app.accounts.credentials.settings import SECOND_FACTOR_ROLES, roles_of_second_factor
from app.accounts.credentials.views.blueprint import bp, own_user
from app.accounts.permissions import MANAGE_ACCOUNTS
from app.kernel import settings
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.events import publish
from app.kernel.guards import fresh, requires
from app.kernel.languages import _
from app.kernel.web import done, page


@bp.get("/admin/reglages/double-verification")
@requires(MANAGE_ACCOUNTS)
def second_factor_roles_edit() -> Response:
    """Show for which roles a second factor is demanded."""
    return page(
        "accounts/security/second_factor_roles_edit.html", roles=queries.roles(), demanded=roles_of_second_factor()
    )


@bp.post("/admin/reglages/double-verification")
@requires(MANAGE_ACCOUNTS)
@fresh
def second_factor_roles_update() -> Response:
    """Change for which roles a second factor is demanded, from the next login on."""
    chosen = [role.code for role in queries.roles() if role.code in request.form.getlist("roles")]
    before, after = ", ".join(sorted(roles_of_second_factor())), ", ".join(sorted(chosen))
    if before != after:
        with transaction():
            settings.change(SECOND_FACTOR_ROLES, after)
            publish(SecondFactorRolesChanged(own_user(), acting(), before or "—", after or "—"))
    return done(None, fallback=url_for(".second_factor_roles_edit"), message=_("Les réglages sont enregistrés."))
