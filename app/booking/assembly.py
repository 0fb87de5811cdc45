"""What the slice declares, and its pages and commands."""

from flask import Flask

import app.booking.agenda
import app.booking.datasets
import app.booking.documents
import app.booking.engine_events
import app.booking.events
import app.booking.figures
import app.booking.guests.clues
import app.booking.guests.finding
import app.booking.guests.navigation
import app.booking.guests.privacy
import app.booking.guests.seeds
import app.booking.handlers
import app.booking.jobs
import app.booking.navigation
import app.booking.notices
import app.booking.occasions
import app.booking.panels
import app.booking.privacy
import app.booking.seeded_past
import app.booking.seeds
import app.booking.settings
import app.booking.sheet_mail
import app.booking.states
import app.booking.stays
import app.booking.wish_jobs
import app.booking.wish_letters
import app.booking.wish_privacy  # noqa: F401 - imported to declare
from app.booking import cli
from app.booking.guests import tag_views
from app.booking.guests import views as guest_views
from app.booking.settings_views import bp as settings_bp
from app.booking.trials import bp as trials_bp
from app.booking.views import BLUEPRINTS


def init_app(application: Flask) -> None:
    """Open the pages and commands of the slice."""
    for blueprint in (*BLUEPRINTS, settings_bp, trials_bp, guest_views.bp, tag_views.bp, *cli.BLUEPRINTS):
        application.register_blueprint(blueprint)
