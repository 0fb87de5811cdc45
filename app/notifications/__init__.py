"""Messages to people: the log of what left and what became of it, and the demonstration's capture box."""

from flask import Flask

from app.kernel.languages import N_
from app.kernel.seeds import announce_page
from app.notifications import datasets, navigation, permissions  # noqa: F401 - imported to declare
from app.notifications.views import bp

announce_page(N_("Courrier capturé"), "/demo/courrier")


def init_app(app: Flask) -> None:
    """Open the pages of the slice."""
    app.register_blueprint(bp)
