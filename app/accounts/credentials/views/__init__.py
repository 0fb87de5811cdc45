"""Pages of credentials: one's security, the second step of a login, the fresh proof, passkeys."""

from app.accounts.credentials.views import (
    authenticator,
    confirmation,
    overview,
    passkeys,
    providers,
    roles,
    verification,
)
from app.accounts.credentials.views.blueprint import bp

__all__ = ["authenticator", "bp", "confirmation", "overview", "passkeys", "providers", "roles", "verification"]
