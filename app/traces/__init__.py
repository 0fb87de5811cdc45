"""What the house remembers of its acts and of people: the audit trail to read, and what the RGPD asks for."""

from flask import Flask

from app.traces import (  # noqa: F401 - imported to declare
    cli,
    datasets,
    jobs,
    journal_views,
    models,
    navigation,
    own_views,
    person_views,
    privacy,
    settings_views,
)


def init_app(app: Flask) -> None:
    """Open the pages."""
    for views in (journal_views, own_views, person_views, settings_views):
        app.register_blueprint(views.bp)
