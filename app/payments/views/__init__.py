"""The pages of payments."""

from flask import Flask

from app.payments import cli
from app.payments.views import asked, books, closings, disputes, paying, payouts, receipts, settings, webhook
from app.payments.views.blueprint import bp

__all__ = ["asked", "books", "closings", "disputes", "init_views", "payouts", "receipts"]


def init_views(app: Flask) -> None:
    """Open the pages."""
    for blueprint in (bp, settings.bp, paying.bp, webhook.bp, cli.bp):
        app.register_blueprint(blueprint)
