"""Who may read what was sent to whom."""

from app.kernel.access import permission
from app.kernel.languages import N_

VIEW = permission("notifications.view", N_("Voir les messages envoyés"), seed=("administrator", "manager", "host"))
