"""Declaring what can be paid for, and showing on its page what the books say of it."""

from typing import Any

from flask import url_for

from app.kernel.db import Identified
from app.kernel.formats import euros
from app.kernel.navigation import panel
from app.payments import models, queries
from app.payments.models import Payable
from app.payments.permissions import VIEW
from app.payments.presentation import refund_line, written_sum


def payable_kind(kind: str, label: str) -> None:
    """Declare a kind of record that can be paid for, with its name; its page in the back office shows its payments."""
    if kind not in models.payable_kinds():
        panel(kind, "payments/_payable_panel.html", VIEW, _panel)
    models.payable_kind(kind, label)


def _panel(record: Identified) -> dict[str, Any]:
    payable = Payable.of(record)
    asked, movements = queries.receivables_of(payable), queries.movements_of(payable)
    return {
        "asked": [
            {
                "label": each.label,
                "amount": written_sum(each),
                "state": each.standing,
                "url": url_for("payments.receivable_show", id=each.id),
            }
            for each in asked
        ],
        "movements": [
            {
                "nature": each.nature.label,
                "amount": euros(each.amount),
                "method": each.method.label,
                "url": url_for("payments.movement_show", id=each.id),
            }
            for each in movements
        ],
        "refunds": [refund_line(each) for each in queries.refunds_open_on(payable)],
        "held": euros(queries.balance_of(payable).held) if movements else euros(0),
    }
