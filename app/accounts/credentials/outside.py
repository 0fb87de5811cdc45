"""Outside providers, spoken to by Authlib: code flow with PKCE, state and nonce.

Authlib and what it brings weigh ten megabytes in every process; they are loaded by the first visitor who goes to a
provider, and never where none is configured.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, session

from app.config import Provider
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

log = structlog.get_logger()

FACEBOOK = "https://graph.facebook.com/v21.0"
PATIENCE_SECONDS = 8


@dataclass(frozen=True)
class Claims:
    """What a provider says of somebody; `authenticated_at` is when they last logged in there, if it says so."""

    provider: str
    subject: str
    email: str
    email_verified: bool
    first_name: str
    last_name: str
    authenticated_at: datetime | None


def init_providers(app: Flask) -> None:
    """Let pages offer the providers of the configuration."""
    app.jinja_env.globals["outside_providers"] = providers


def providers() -> tuple[Provider, ...]:
    """Give the providers of this installation."""
    configured: tuple[Provider, ...] = current_app.config["PROVIDERS"]
    return configured


def provider_named(name: str) -> Provider | None:
    """Give a provider by the name it bears in addresses."""
    return next((provider for provider in providers() if provider.name == name), None)


def departure(provider: Provider, back: str, *, anew: bool = False) -> Response:
    """Send the visitor to the provider, to come back to `back`; `anew` asks that they prove who they are once more.

    Raises RuleBroken when it cannot be asked.
    """
    for left_over in [key for key in session if key.startswith("_state_")]:
        del session[left_over]  # of journeys not finished: a cookie holds few of them
    try:
        wishes = {"prompt": "login", "max_age": "0"} if anew else {}
        client, home = _client(provider), current_app.config["PUBLIC_URL"]
        return cast("Response", client.authorize_redirect(home + back, **wishes))
    except _unreadable() as error:
        raise _unanswered(provider, error) from error


def arrival(provider: Provider) -> Claims:
    """Read who comes back from the provider. Raises RuleBroken for whatever is not a proven answer to our question."""
    client = _client(provider)
    try:
        token = client.authorize_access_token()
        said = _identified(client, provider, token) if provider.issuer else _asked(client, token)
        return Claims(
            provider=provider.name,
            subject=str(said["sub"])[:255],
            email=str(said.get("email") or "").strip()[:254],
            email_verified=said.get("email_verified") is True,
            first_name=str(said.get("given_name") or "").strip()[:80],
            last_name=str(said.get("family_name") or said.get("name") or "").strip()[:80],
            authenticated_at=datetime.fromtimestamp(int(said["auth_time"]), UTC) if said.get("auth_time") else None,
        )
    except _unreadable() as error:
        raise _unanswered(provider, error) from error


def _identified(client: Any, provider: Provider, token: dict[str, Any]) -> dict[str, Any]:
    """Give the claims of the signed ID token; the address may stand at the userinfo endpoint only."""
    issuer = str(client.load_server_metadata()["issuer"]).rstrip("/")
    if issuer != provider.issuer:
        raise ValueError(f"issuer {issuer!r} is not {provider.issuer!r}")
    said = dict(token["userinfo"])
    if not said.get("email"):
        more = dict(client.userinfo(token=token))
        if more["sub"] != said["sub"]:
            raise ValueError("the userinfo endpoint speaks of somebody else")
        said |= more
    return said


def _asked(client: Any, token: dict[str, Any]) -> dict[str, Any]:
    """Ask Facebook, which signs nothing; it does not say whether an address is verified."""
    answer = client.get("me", params={"fields": "id,first_name,last_name,email"}, token=token)
    answer.raise_for_status()
    said = answer.json()
    names = {"given_name": said.get("first_name"), "family_name": said.get("last_name")}
    return {"sub": said["id"], "email": said.get("email"), **names}


def _openid(provider: Provider) -> dict[str, Any]:
    return {
        "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
        "client_kwargs": {
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE_SECONDS,
        },
    }


def _facebook() -> dict[str, Any]:
    return {
        "authorize_url": "https://www.facebook.com/v21.0/dialog/oauth",
        "access_token_url": f"{FACEBOOK}/oauth/access_token",
        "api_base_url": f"{FACEBOOK}/",
        "client_kwargs": {
            "scope": "email public_profile",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": PATIENCE_SECONDS,
        },
    }


def _client(provider: Provider) -> Any:
    return _registry().create_client(provider.name)


def _registry() -> Any:
    """Give the clients of the providers, made at first need; none is asked anything before somebody goes there."""
    if "guichet_outside" not in current_app.extensions:
        from authlib.integrations.flask_client import OAuth  # noqa: PLC0415 - see the docstring of the module

        registry = OAuth(current_app)
        for provider in providers():
            registry.register(
                provider.name,
                client_id=provider.client_id,
                client_secret=provider.client_secret,
                **(_openid(provider) if provider.issuer else _facebook()),
            )
        current_app.extensions["guichet_outside"] = registry
    return current_app.extensions["guichet_outside"]


def _unreadable() -> tuple[type[Exception], ...]:
    """Give what an answer raises that proves nothing."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - see the docstring of the module
    from joserfc.errors import JoseError  # noqa: PLC0415

    return AuthlibBaseError, JoseError, OSError, RuntimeError, ValueError, KeyError, TypeError


def _unanswered(provider: Provider, error: Exception) -> RuleBroken:
    """Tell the visitor that nothing came of it, and the log why."""
    log.warning("outside_login_failed", provider=provider.name, error=type(error).__name__, reason=str(error)[:200])
    return RuleBroken(
        _("La connexion avec %(provider)s n’a pas abouti. Recommencez, ou entrez autrement.", provider=provider.label)
    )
