"""Invoices and credit notes: who bills whom, for what, under which law; numbered without a gap, never changed after.

Knows nothing of tables or trainings: another slice calls `service` with a recipient, lines, dates and references.
"""

from flask import Flask

from app.invoices import (  # noqa: F401 - imported to declare
    datasets,
    documents,
    events,
    handlers,
    jobs,
    models,
    navigation,
    notices,
    privacy,
    seeds,
    states,
    wordings,
)
from app.invoices.views import BLUEPRINTS


def init_app(app: Flask) -> None:
    """Open the pages."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
