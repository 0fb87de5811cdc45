"""The team's list of the searches that found no table: the rows behind the figure of lost demand."""

from flask import Blueprint, Response

from app.booking import permissions as may
from app.booking.datasets import REFUSED_SEARCHES
from app.kernel import datasets
from app.kernel.guards import requires

bp = Blueprint("demand", __name__, url_prefix="/admin/demande")


@bp.get("")
@requires(may.VIEW_DEMAND)
def refused_search_list() -> Response:
    """Show the searches that found no table."""
    return datasets.list_page(REFUSED_SEARCHES, template="booking/refused_search_list.html")
