"""Settings about guests."""

from app.kernel.languages import N_
from app.kernel.settings import setting

HEALTH_DAYS = setting(
    "booking.health_days",
    N_("Données de santé gardées après la dernière venue, en jours"),
    180,
    page="security",
    hint=N_("Passé ce délai sans venue ni réservation, allergies et autres données de santé sont effacées."),
    check=lambda days: 1 <= days <= 1095,
)
