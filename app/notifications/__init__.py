"""Messages to people: the log of what left and what became of it, and the demonstration's capture box."""

from flask import Flask

from app.notifications import datasets, navigation, permissions  # noqa: F401 - imported to declare
from app.notifications.views import bp


def init_app(app: Flask) -> None:
    """Open the pages of the slice."""
    app.register_blueprint(bp)
