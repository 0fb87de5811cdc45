"""Users, their logins and sessions, roles and grants: who somebody is, and where which rights hold."""

from flask import Flask

from app.accounts import (  # noqa: F401 - imported to declare
    arrivals,
    cli,
    datasets,
    handlers,
    jobs,
    navigation,
    notices,
    permissions,
    preference_views,
    privacy,
    seeds,
    service,
    settings,
    views,
)


def init_app(app: Flask) -> None:
    """Say how the actor of a request is found, and open the pages to come in, of one's own, and of invitations."""
    app.extensions["guichet_actor"] = service.actor_of_request
    app.extensions["guichet_language"] = arrivals.own_language
    app.register_blueprint(views.bp)
    app.register_blueprint(views.invitations)
    app.register_blueprint(preference_views.bp)
    app.register_blueprint(cli.bp)
