"""Payments: sums asked for, the books they are written in, and Stripe. It knows no table and no training."""

from flask import Flask

from app.payments import (  # noqa: F401 - imported to declare
    datasets,
    demonstration,
    handlers,
    navigation,
    privacy,
    seeds,
    wordings,
)
from app.payments.views import init_views


def init_app(app: Flask) -> None:
    """Open the pages."""
    init_views(app)
