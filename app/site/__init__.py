"""The site's own pages: home, legal pages, feedback, the back office's first page, settings index, modules, jobs."""

from flask import Flask

from app.site import layout, navigation, permissions, views  # noqa: F401 - imported to declare
from app.site.feedback import notices, privacy  # noqa: F401 - imported to declare
from app.site.feedback.views import init_feedback


def init_app(app: Flask) -> None:
    """Open the pages, and give every template what the layout needs."""
    layout.init_layout(app)
    app.register_blueprint(views.bp)
    init_feedback(app)
