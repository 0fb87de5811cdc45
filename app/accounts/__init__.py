"""Users, their logins and sessions, roles and grants: who somebody is, and where which rights hold."""

from flask import Flask

from app.accounts import cli, navigation, permissions, privacy, seeds, service, settings, views  # noqa: F401 - imported to declare


def init_app(app: Flask) -> None:
    """Say how the actor of a request is found, and open the login pages."""
    app.extensions["guichet_actor"] = service.actor_of_request
    app.register_blueprint(views.bp)
    app.register_blueprint(cli.bp)
