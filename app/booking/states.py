"""The life of a reservation, as a table. Terminal states have no way out, but for what was noted by mistake.

Courses and bill are no states: they are the `stage` of a party that is seated.
"""

from app.booking import permissions as may
from app.booking.models import ReservationState as S
from app.kernel.languages import N_
from app.kernel.lifecycle import Lifecycle, Transition

LIFECYCLE = Lifecycle(
    Transition("confirm", (S.REQUESTED,), S.CONFIRMED, may.WELCOME, N_("Confirmer")),
    Transition("arrive", (S.CONFIRMED,), S.ARRIVED, may.WELCOME, N_("Noter l’arrivée")),
    Transition("seat", (S.CONFIRMED, S.ARRIVED), S.SEATED, may.WELCOME, N_("Installer")),
    Transition("finish", (S.SEATED,), S.FINISHED, may.WELCOME, N_("Terminer")),
    Transition("miss", (S.CONFIRMED,), S.NO_SHOW, may.WELCOME, N_("Noter l’absence")),
    Transition("withdraw", (S.NO_SHOW,), S.CONFIRMED, may.WELCOME, N_("Retirer l’absence")),
    Transition("cancel", (S.REQUESTED, S.CONFIRMED), S.CANCELLED, may.CANCEL, N_("Annuler")),
    Transition("withdraw_arrival", (S.ARRIVED,), S.CONFIRMED, may.WELCOME, N_("Retirer l’arrivée")),
    Transition("withdraw_seating", (S.SEATED,), S.ARRIVED, may.WELCOME, N_("Retirer l’installation")),
    Transition("resume", (S.FINISHED,), S.SEATED, may.WELCOME, N_("Reprendre la table")),
    Transition("expire", (S.HELD,), S.EXPIRED, may.CONFIGURE, N_("Laisser expirer")),
)
