"""Everybody and every place of business the installation knows, once: persons, organisations, establishments."""

from flask import Flask

from app.directory import events, models, navigation, permissions, privacy, views  # noqa: F401 - imported to declare
from app.directory.logo_views import bp as logos_bp


def init_app(app: Flask) -> None:
    """Open the pages where records of one person are made one, and that of the logo."""
    app.register_blueprint(views.bp)
    app.register_blueprint(logos_bp)
