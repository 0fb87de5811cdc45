"""Users, their logins and sessions, roles and grants: who somebody is, and where which rights hold."""

from flask import Flask

from app.accounts import (  # noqa: F401 - imported to declare
    cli,
    datasets,
    handlers,
    jobs,
    navigation,
    notices,
    permissions,
    seeds,
    service,
    settings,
    views,
)
from app.accounts.credentials import cli as credential_cli  # noqa: F401
from app.accounts.credentials import handlers as credential_handlers  # noqa: F401
from app.accounts.credentials import navigation as credential_navigation  # noqa: F401
from app.accounts.credentials import outside, passkeys
from app.accounts.credentials import views as credential_views


def init_app(app: Flask) -> None:
    """Say how the actor of a request is found, and open the pages to come in, of one's own, and of invitations."""
    app.extensions["guichet_actor"] = service.actor_of_request
    app.register_blueprint(views.bp)
    app.register_blueprint(views.invitations)
    app.register_blueprint(credential_views.bp)
    outside.init_providers(app)
    app.jinja_env.globals["passkeys_are_possible"] = passkeys.are_possible
    app.register_blueprint(cli.bp)
