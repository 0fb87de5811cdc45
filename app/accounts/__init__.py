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
    settings,
    views,
    wordings,
)
from app.accounts.credentials import cli as credential_cli  # noqa: F401
from app.accounts.credentials import handlers as credential_handlers  # noqa: F401
from app.accounts.credentials import navigation as credential_navigation  # noqa: F401
from app.accounts.credentials import outside, passkeys
from app.accounts.credentials import privacy as credential_privacy  # noqa: F401 - imported to declare
from app.accounts.credentials import views as credential_views
from app.accounts.rights import handlers as rights_handlers  # noqa: F401 - imported to declare
from app.accounts.rights import looking
from app.accounts.rights import navigation as rights_navigation  # noqa: F401 - imported to declare
from app.accounts.rights.views import BLUEPRINTS
from app.accounts.service import keep_own


def init_app(app: Flask) -> None:
    """Say how the actor of a request is found, and open the pages to come in, of one's own, and of invitations."""
    app.extensions["guichet_actor"] = looking.actor_of_request
    app.extensions["guichet_language"] = arrivals.own_language
    app.extensions["guichet_keep_preference"] = keep_own
    app.before_request(looking.refuse_acts_while_looking)
    for blueprint in (views.bp, views.invitations, preference_views.bp, *BLUEPRINTS, credential_views.bp, cli.bp):
        app.register_blueprint(blueprint)
    outside.init_providers(app)
    app.jinja_env.globals["passkeys_are_possible"] = passkeys.are_possible
