"""The log of consents: who agreed, with which reservation, and when."""

from flask import Blueprint, Response

from app.booking.datasets import CONSENTS
from app.kernel import datasets
from app.kernel.guards import requires
from app.traces.permissions import ANSWER

bp = Blueprint("consents", __name__, url_prefix="/admin/consentements")


@bp.get("")
@requires(ANSWER)
def consent_list() -> Response:
    """Show every consent given with a reservation."""
    return datasets.list_page(CONSENTS)
