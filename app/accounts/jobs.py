"""What accounts do by themselves: invitations run out, and what nobody needs any more is forgotten."""

from datetime import timedelta
from typing import cast

import sqlalchemy as sa

from app.accounts import queries, service
from app.accounts.models import AccountRequest, AddressChange, UserSession
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import transaction
from app.kernel.jobs import job
from app.kernel.languages import N_

REQUESTS_KEPT = timedelta(days=30)
SESSIONS_KEPT = timedelta(days=180)


@job("accounts.expire_invitations", N_("Clore les invitations restées sans réponse"), cron="15 * * * *")
def expire_invitations() -> int:
    """Close the invitations whose time is over."""
    with transaction():
        over = queries.invitations_over(clock.now())
        for invitation in over:
            service.expire_invitation(invitation, actor=system("accounts.expire_invitations"))
    return len(over)


@job("accounts.forget_requests", N_("Oublier les demandes de lien et les connexions anciennes"), cron="40 4 * * *")
def forget_requests() -> int:
    """Forget addresses typed a month ago, and sessions that were over half a year ago."""
    now = clock.now()
    ended = sa.func.coalesce(UserSession.ended_at, UserSession.expires_at)
    statements = [
        sa.delete(AccountRequest).where(AccountRequest.created_at < now - REQUESTS_KEPT),
        sa.delete(AddressChange).where(AddressChange.created_at < now - REQUESTS_KEPT),
        sa.delete(UserSession).where(ended < now - SESSIONS_KEPT),
    ]
    with transaction() as writing:
        return sum(cast("sa.CursorResult[tuple[()]]", writing.execute(each)).rowcount for each in statements)
