"""What becomes of a sum that was asked for, and of a refund, as tables."""

from app.kernel.languages import N_
from app.kernel.lifecycle import Lifecycle, Transition
from app.payments import permissions as may
from app.payments.models import ReceivableState as S
from app.payments.models import RefundState as R

ASKED = Lifecycle(
    Transition("settle", (S.OPEN, S.EXPIRED, S.RELEASED), S.SETTLED, may.RECORD, N_("Régler")),
    Transition("expire", (S.OPEN,), S.EXPIRED, may.RECORD, N_("Laisser expirer")),
    Transition("release", (S.OPEN,), S.RELEASED, may.RECORD, N_("Ne plus demander")),
    Transition("forgive", (S.OPEN, S.EXPIRED), S.FORGIVEN, may.RECORD, N_("Remettre la somme")),
)
REFUNDS = Lifecycle(
    Transition("approve", (R.ASKED,), R.PROMISED, may.REFUND, N_("Accepter le remboursement"), not_by="asked_by"),
    Transition("decline", (R.ASKED,), R.DECLINED, may.REFUND, N_("Le refuser")),
    Transition("retry", (R.FAILED,), R.PROMISED, may.REFUND, N_("Essayer de nouveau")),
    Transition("give_up", (R.FAILED,), R.DECLINED, may.REFUND, N_("Y renoncer")),
    Transition("book", (R.PROMISED, R.FAILED, R.DECLINED), R.DONE, may.REFUND, N_("Noter")),
    Transition("fail", (R.PROMISED, R.DONE), R.FAILED, may.REFUND, N_("Noter l’échec")),
)
