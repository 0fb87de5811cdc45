"""Messages to people: who is told and how soon, their centre and preferences, the log of what left, the capture box."""

from flask import Flask

from app.kernel.languages import N_
from app.kernel.seeds import announce_page
from app.notifications import (  # noqa: F401 - imported to declare
    datasets,
    events,
    jobs,
    navigation,
    permissions,
    post_office,
    privacy,
    push,
    settings,
    webhooks,
)
from app.notifications.bounces import jobs as bounce_jobs  # noqa: F401 - imported to declare
from app.notifications.views import bp
from app.notifications.views.centre import bell
from app.notifications.wordings import declared, trial  # noqa: F401 - imported to declare
from app.notifications.wordings.queries import kept_texts
from app.notifications.wordings.views import bp as wordings_bp

announce_page(N_("Courrier capturé"), "/demo/courrier")


def init_app(app: Flask) -> None:
    """Open the pages of the slice, say who spreads announcements and words letters, give every page its bell."""
    app.extensions["guichet_post_office"] = post_office
    app.extensions["guichet_wordings"] = kept_texts
    app.jinja_env.globals["bell"] = bell
    app.register_blueprint(bp)
    app.register_blueprint(wordings_bp)
