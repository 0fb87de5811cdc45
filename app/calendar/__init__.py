"""The one calendar: month, week and day of whatever the slices declare, and a feed of it for each user."""

from flask import Flask

from app.calendar import events, navigation, permissions  # noqa: F401 - imported to declare
from app.calendar.views import BLUEPRINTS


def init_app(app: Flask) -> None:
    """Open the calendar's pages."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
