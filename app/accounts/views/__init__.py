"""Pages to come in (session, registration, password), of one's own, and of invitations."""

from app.accounts.views import address, own, password, registration, session  # noqa: F401 - imported for their routes
from app.accounts.views.blueprint import bp
from app.accounts.views.invitations import bp as invitations

__all__ = ["bp", "invitations"]
