"""Rate limits of public acts, as settings; counted in Valkey, in the process while Valkey is away."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.kernel.languages import N_
from app.kernel.settings import setting

WRITE_LIMIT = setting(
    "limits.public_writes", N_("Envois publics par adresse, par quart d’heure"), 60, page="security",
    check=lambda count: 1 <= count <= 1_000_000,
)
SEARCH_LIMIT = setting(
    "limits.public_searches", N_("Recherches publiques par adresse, par minute"), 240, page="security",
    check=lambda count: 1 <= count <= 1_000_000,
)
RESET_LIMIT = setting(
    "limits.resets", N_("Demandes de lien par adresse, par heure"), 3, page="security",
    hint=N_("Retrouver une réservation, réinitialiser un mot de passe."), check=lambda count: 1 <= count <= 1_000_000,
)


def write_limit() -> str:
    """Give the limit of public writes, in Flask-Limiter's words."""
    return f"{WRITE_LIMIT.value()} per 15 minutes"


def search_limit() -> str:
    """Give the limit of public searches."""
    return f"{SEARCH_LIMIT.value()} per minute"


def reset_limit() -> str:
    """Give the limit of requests for a link."""
    return f"{RESET_LIMIT.value()} per hour"


limiter = Limiter(key_func=get_remote_address, headers_enabled=True, in_memory_fallback_enabled=True)


def init_limits(app: Flask) -> None:
    """Count where every process sees it."""
    url = str(app.extensions["guichet_broker"].url)
    if url.startswith("unix://"):
        url = f"redis+{url}"
    app.config.update(
        RATELIMIT_STORAGE_URI=url,
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": 0.3, "socket_timeout": 0.7},
        RATELIMIT_STRATEGY="moving-window",
        RATELIMIT_KEY_PREFIX="guichet",
    )
    limiter.init_app(app)

