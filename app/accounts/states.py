"""The life of an invitation."""

from app.accounts.models import InvitationState as S
from app.accounts.permissions import GRANT
from app.kernel.languages import N_
from app.kernel.lifecycle import Lifecycle, Transition

LIFECYCLE = Lifecycle(
    Transition("revoke", (S.PENDING,), S.REVOKED, GRANT, N_("Retirer")),
    Transition("expire", (S.PENDING,), S.EXPIRED, GRANT, N_("Laisser expirer")),
)
