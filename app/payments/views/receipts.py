"""Receipts as files: for the team, and for whoever pays."""

from flask import Response, abort

from app.kernel import documents
from app.kernel.guards import requires
from app.kernel.limits import limiter, write_limit
from app.kernel.web import error_page
from app.payments import permissions as may
from app.payments import queries, service
from app.payments.models import Movement, Payment, Receivable
from app.payments.views.blueprint import bp
from app.payments.views.paying import bp as paying


@bp.get("/<uuid:id>/recu.pdf")
@requires(may.VIEW, on=Movement)
def receipt_show(movement: Movement) -> Response:
    """Give the receipt of a payment to the team."""
    return _receipt(movement if isinstance(movement, Payment) else None)


@paying.get("/paiements/<uuid:id>/recu.pdf")
@requires(may.PAY, on=Receivable)
@limiter.limit(write_limit)
def own_receipt_show(receivable: Receivable) -> Response:
    """Give whoever paid the receipt of what they paid last."""
    return _receipt(queries.last_payment_of(receivable))


def _receipt(payment: Payment | None) -> Response:
    receipt = service.receipt_of(payment) if payment is not None else None
    if receipt is None:
        abort(404)
    return documents.send(receipt) if receipt.is_ready else error_page(503, receipt.reason)
