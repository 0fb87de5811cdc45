"""Reservations: the room, the hours, the promise of a table, from the first question to the last guest gone."""

from flask import Flask

import app.booking.datasets
import app.booking.documents
import app.booking.events
import app.booking.handlers
import app.booking.jobs
import app.booking.navigation
import app.booking.notices
import app.booking.panels
import app.booking.privacy
import app.booking.seeds
import app.booking.settings
import app.booking.sheet_mail
import app.booking.states  # noqa: F401 - imported to declare
from app.booking import cli
from app.booking.settings_views import bp as settings_bp
from app.booking.views import BLUEPRINTS


def init_app(application: Flask) -> None:
    """Open the pages and commands of the slice."""
    for blueprint in (*BLUEPRINTS, settings_bp, *cli.BLUEPRINTS):
        application.register_blueprint(blueprint)
