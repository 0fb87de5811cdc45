"""Reservations: the room, the hours, the promise of a table, from the first question to the last guest gone."""

from flask import Flask

from app.booking import (  # noqa: F401 - imported to declare
    cli,
    datasets,
    documents,
    events,
    handlers,
    jobs,
    navigation,
    notices,
    permissions,
    seeds,
    settings,
    states,
)
from app.booking.settings_views import bp as settings_bp
from app.booking.views import BLUEPRINTS


def init_app(app: Flask) -> None:
    """Open the pages and commands of the slice."""
    for blueprint in (*BLUEPRINTS, settings_bp, *cli.BLUEPRINTS):
        app.register_blueprint(blueprint)
