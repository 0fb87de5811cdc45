"""The right to the calendar; what it shows is decided by each source."""

from app.kernel.access import chapter, permission
from app.kernel.languages import N_

chapter("calendar", N_("Calendrier"))

VIEW = permission(
    "calendar.view",
    N_("Ouvrir le calendrier"),
    seed=("administrator", "manager", "host", "waiter", "auditor"),
)
