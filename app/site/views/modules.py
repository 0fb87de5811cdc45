"""What each module is, as its page in docs/modules says it."""

from flask import Response

from app.config import ROOT
from app.kernel.guards import requires
from app.kernel.languages import N_, SOURCE, _, current_language
from app.kernel.web import page
from app.site import permissions as may
from app.site.module_notices import module_notice
from app.site.views.blueprint import bp

MODULES = {
    "accounts": N_("Comptes"),
    "booking": N_("Réservations"),
    "calendar": N_("Calendrier"),
    "directory": N_("Annuaire"),
    "invoices": N_("Factures"),
    "notifications": N_("Messages"),
    "payments": N_("Paiements"),
    "site": N_("Site"),
    "traces": N_("Traces"),
}


@bp.get("/admin/reglages/modules")
@requires(may.SETTINGS)
def module_list() -> Response:
    """Show what each module is, from its page in docs/modules."""
    pages = sorted((ROOT / "docs" / "modules").glob("*.md"))
    modules = [{**module_notice(path.read_text(encoding="utf-8")), "name": _(MODULES[path.stem])} for path in pages]
    return page("site/module_list.html", modules=modules, is_translated=current_language() != SOURCE)
