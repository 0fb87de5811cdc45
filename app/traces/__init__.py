"""What the house remembers of its acts and of people: the audit trail to read, and what the RGPD asks for."""

from flask import Flask

from app.traces import datasets, jobs, journal_views, models, navigation  # noqa: F401 - imported to declare


def init_app(app: Flask) -> None:
    """Open the pages."""
    app.register_blueprint(journal_views.bp)
