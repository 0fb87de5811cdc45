"""Payments: sums asked for, the books they are written in, and Stripe. It knows no table and no training."""

from flask import Flask

from app.payments import events, models, permissions, service, settings  # noqa: F401 - imported to declare


def init_app(app: Flask) -> None:
    """Open the pages."""
