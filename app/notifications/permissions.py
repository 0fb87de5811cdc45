"""Who may read what was sent to whom."""

from app.kernel.access import chapter, permission
from app.kernel.languages import N_

chapter("notifications", N_("Messages"))

VIEW = permission(
    "notifications.view", N_("Voir les messages envoyés"), seed=("administrator", "manager", "host", "auditor")
)
