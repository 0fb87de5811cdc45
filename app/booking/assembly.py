"""What the slice declares, and its pages and commands."""

from flask import Flask

import app.booking.agenda
import app.booking.datasets
import app.booking.documents
import app.booking.events
import app.booking.figures
import app.booking.guarantees.events
import app.booking.guarantees.handlers
import app.booking.guarantees.jobs
import app.booking.guarantees.navigation
import app.booking.guarantees.notices
import app.booking.guarantees.permissions
import app.booking.guarantees.privacy
import app.booking.guarantees.seeds
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
import app.booking.open_wishes.jobs
import app.booking.open_wishes.letters
import app.booking.open_wishes.privacy
import app.booking.panels
import app.booking.privacy
import app.booking.seeded_past
import app.booking.seeds
import app.booking.settings
import app.booking.sheet_mail
import app.booking.states
import app.booking.stays
import app.booking.waiting.datasets
import app.booking.waiting.events
import app.booking.waiting.figures
import app.booking.waiting.handlers
import app.booking.waiting.jobs
import app.booking.waiting.navigation
import app.booking.waiting.notices
import app.booking.waiting.panels
import app.booking.waiting.privacy
import app.booking.waiting.seeds
import app.booking.waiting.settings
import app.booking.waiting.states  # noqa: F401 - imported to declare
from app.booking import cli
from app.booking.guarantees import desk_views as guarantee_desk
from app.booking.guarantees import settings_views as guarantee_settings
from app.booking.guarantees import views as guarantees
from app.booking.guests import tag_views
from app.booking.guests import views as guest_views
from app.booking.settings_views import bp as settings_bp
from app.booking.trials import bp as trials_bp
from app.booking.views import BLUEPRINTS
from app.booking.waiting import desk_views as waiting_desk
from app.booking.waiting import settings_views as waiting_settings
from app.booking.waiting import views as waiting


def init_app(application: Flask) -> None:
    """Open the pages and commands of the slice."""
    own = (guest_views.bp, tag_views.bp, waiting.bp, waiting_desk.bp, waiting_settings.bp)
    asked = (guarantees.bp, guarantee_desk.bp, guarantee_settings.bp)
    for blueprint in (*BLUEPRINTS, settings_bp, trials_bp, *own, *asked, *cli.BLUEPRINTS):
        application.register_blueprint(blueprint)
