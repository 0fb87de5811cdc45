"""What accounts do by themselves: invitations run out, and what nobody needs any more is forgotten."""

from app.accounts import queries, service
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import transaction
from app.kernel.jobs import job
from app.kernel.languages import N_


@job("accounts.expire_invitations", N_("Clore les invitations restées sans réponse"), cron="15 * * * *")
def expire_invitations() -> int:
    """Close the invitations whose time is over."""
    with transaction():
        over = queries.invitations_over(clock.now())
        for invitation in over:
            service.expire_invitation(invitation, actor=system("accounts.expire_invitations"))
    return len(over)
