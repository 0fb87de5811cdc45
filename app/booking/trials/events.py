"""What happens to floors tried on paper."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("FloorTrial", N_("Salle à l’essai"))


@dataclass(frozen=True, eq=False)
class FloorTried(Event):
    """Somebody asked what another floor would have received."""

    code = "booking.floor_tried"
    heading = N_("Salle mise à l’essai")
    sentence = N_("a mis à l’essai une autre salle")
    icon = "table"


@dataclass(frozen=True, eq=False)
class FloorTrialDeleted(Event):
    """A trial and its result were taken away."""

    code = "booking.floor_trial_deleted"
    heading = N_("Essai supprimé")
    sentence = N_("a supprimé l’essai d’une autre salle")
    icon = "trash"
