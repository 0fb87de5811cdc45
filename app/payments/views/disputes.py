"""A contested payment: what the bank asks, what it took, how it ended. The house answers at Stripe's."""

from flask import Response

from app.kernel.guards import requires
from app.kernel.telling import history_of
from app.kernel.web import page
from app.payments import permissions as may
from app.payments import queries
from app.payments.models import Dispute
from app.payments.presentation import AT_STRIPE, TONES, correction_line, dispute_lines
from app.payments.views.blueprint import bp


@bp.get("/contestations/<uuid:id>")
@requires(may.VIEW, on=Dispute)
def dispute_show(dispute: Dispute) -> Response:
    """Show one."""
    taken = queries.movement_with_key(f"stripe:{dispute.reference}")
    return page(
        "payments/dispute_show.html",
        dispute=dispute,
        tone=TONES.get(dispute.state, "neutral"),
        lines=dispute_lines(dispute),
        movements=[correction_line(line) for line in (taken, *queries.corrections_of(taken))] if taken else [],
        answer_url=f"{AT_STRIPE}{dispute.reference}" if dispute.is_open else "",
        entries=history_of(dispute.kind(), dispute.id, dispute.establishment.timezone),
    )
