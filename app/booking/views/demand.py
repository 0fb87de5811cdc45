"""The team's page of demand: how far visitors go, and which searches found no table."""

from datetime import timedelta

from flask import Blueprint, Response

from app.booking import permissions as may
from app.booking.datasets import REFUSED_SEARCHES
from app.booking.queries.demand import steps_since
from app.directory.queries import first_establishment
from app.kernel import datasets
from app.kernel.access import acting
from app.kernel.guards import requires

bp = Blueprint("demand", __name__, url_prefix="/admin/demande")

DAYS = 30


@bp.get("")
@requires(may.VIEW_DEMAND)
def refused_search_list() -> Response:
    """Show the steps of the last thirty days, and the searches that found no table."""
    house = first_establishment()
    opens = house is not None and acting().may(may.VIEW_DEMAND, house)
    steps = steps_since(house.id, house.today() - timedelta(days=DAYS - 1)) if house and opens else {}
    most = max(steps.values(), default=0)
    rows = [(step.label, count, count / most if most else 0.0) for step, count in steps.items()]
    return datasets.list_page(
        REFUSED_SEARCHES, template="booking/refused_search_list.html", steps=rows if most else [], days=DAYS
    )
