"""How soon people are written to while they chose nothing: everybody, and role by role."""

from dataclasses import dataclass

from flask import Response, request, url_for

from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.notices import Mode
from app.kernel.web import done, page
from app.notifications import queries, service
from app.notifications.permissions import CONFIGURE
from app.notifications.settings import EMAIL_MODE, EVERYBODY, default_of
from app.notifications.views.blueprint import bp


@dataclass(frozen=True)
class Line:
    """Somebody's default: everybody's, or a role's, with what holds when nothing is chosen."""

    holder: str
    label: str
    chosen: str
    otherwise: str


@bp.get("/admin/reglages/avis")
@requires(CONFIGURE)
def default_edit() -> Response:
    """Show how soon each role is written to by default."""
    return page("notifications/default_edit.html", lines=_lines(), modes=list(Mode), label=_(EMAIL_MODE.label))


@bp.post("/admin/reglages/avis")
@requires(CONFIGURE)
def default_update() -> Response:
    """Keep the defaults; RuleBroken answers for what is no mode."""
    with transaction():
        for line in _lines():
            raw = request.form.get(f"mode:{line.holder}")
            if raw is not None and raw != line.chosen:
                service.set_default(line.holder, raw, actor=acting())
    return done(None, message=_("Les avis par défaut sont enregistrés."), fallback=url_for(".default_edit"))


def _lines() -> list[Line]:
    everybody = Line(EVERYBODY, _("Tout le monde"), default_of(EVERYBODY), _("Comme le prévoit chaque avis"))
    return [
        everybody,
        *(Line(role.code, _(role.name), default_of(role.code), _("Comme tout le monde")) for role in queries.roles()),
    ]
