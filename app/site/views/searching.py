"""One search over everything the reader may open."""

from flask import Response, request, url_for

from app.kernel import finding
from app.kernel.access import acting
from app.kernel.datasets.searching import clean
from app.kernel.guards import requires
from app.kernel.web import page
from app.site import permissions as may
from app.site.views.blueprint import bp


@bp.get("/admin/recherche")
@requires(may.ENTER)
def search_show() -> Response:
    """Look everywhere at once: the first of each kind that the reader may open."""
    typed = clean(request.args.get("q", ""))
    groups = finding.found(typed, acting()) if typed else []
    return page("site/search_show.html", typed=typed, groups=groups, url=url_for(".search_show"))
