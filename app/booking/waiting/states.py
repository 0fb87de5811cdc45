"""The life of an entry of the waiting list, as a table."""

from app.booking.models import WaitingState as S
from app.booking.waiting.permissions import KEEP_WAITING, WAIT
from app.kernel.languages import N_
from app.kernel.lifecycle import Lifecycle, Transition

LIFECYCLE = Lifecycle(
    Transition("offer", (S.WAITING,), S.OFFERED, KEEP_WAITING, N_("Proposer une place")),
    Transition("accept", (S.OFFERED,), S.ACCEPTED, WAIT, N_("Accepter la place")),
    Transition("take_back", (S.OFFERED,), S.WAITING, KEEP_WAITING, N_("Reprendre la place proposée")),
    Transition("lapse", (S.OFFERED,), S.EXPIRED, KEEP_WAITING, N_("Laisser expirer")),
    Transition("close", (S.WAITING,), S.CLOSED, KEEP_WAITING, N_("Clore sans place")),
    Transition("withdraw", (S.WAITING, S.OFFERED), S.WITHDRAWN, WAIT, N_("Retirer de la liste")),
)
