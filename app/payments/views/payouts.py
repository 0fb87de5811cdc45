"""What Stripe sent to the bank: the list, and one payout with all it carries."""

from flask import Response

from app.kernel import datasets
from app.kernel.guards import requires
from app.kernel.telling import history_of
from app.kernel.web import page
from app.payments import permissions as may
from app.payments import queries
from app.payments.datasets import PAYOUTS
from app.payments.models import Payout
from app.payments.presentation import TONES, carried_rows, carried_sums, payout_lines, remitted_lines
from app.payments.views.blueprint import bp


@bp.get("/versements")
@requires(may.VIEW)
def payout_list() -> Response:
    """Show what was sent to the bank."""
    return datasets.list_page(PAYOUTS, "payments/payout_list.html")


@bp.get("/versements/<uuid:id>")
@requires(may.VIEW, on=Payout)
def payout_show(payout: Payout) -> Response:
    """Show one: how far it came, its lines in the books, and what it is made of."""
    carried = queries.payout_lines(payout)
    return page(
        "payments/payout_show.html",
        payout=payout,
        tone=TONES.get(payout.state, "neutral"),
        lines=payout_lines(payout),
        movements=remitted_lines(payout),
        rows=carried_rows(carried),
        sums=carried_sums(payout, carried),
        entries=history_of(payout.kind(), payout.id, payout.establishment.timezone),
    )
