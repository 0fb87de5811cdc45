"""Settings of the waiting list, for each house."""

from app.booking.settings import ROOM_LEVELS
from app.kernel.languages import N_
from app.kernel.settings import setting

SHORTEST_LEAD = 15
MOST_ENTRIES = setting(
    "booking.waiting_entries",
    N_("Inscriptions au plus par service"),
    10,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda count: 0 <= count <= 500,
)
OFFER_MINUTES = setting(
    "booking.waiting_offer_minutes",
    N_("Durée d’une offre, en minutes"),
    45,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda minutes: 10 <= minutes <= 1440,
)
LEAD_MINUTES = setting(
    "booking.waiting_lead_minutes",
    N_("Rien n’est proposé à moins de, en minutes"),
    60,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda minutes: SHORTEST_LEAD <= minutes <= 1440,
)
QUIET_FROM = setting(
    "booking.waiting_quiet_from",
    N_("Aucune offre à partir de, heure"),
    22,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda hour: 0 <= hour <= 23,
)
QUIET_UNTIL = setting(
    "booking.waiting_quiet_until",
    N_("Aucune offre jusqu’à, heure"),
    8,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda hour: 0 <= hour <= 23,
)
EVERY = (MOST_ENTRIES, OFFER_MINUTES, LEAD_MINUTES, QUIET_FROM, QUIET_UNTIL)
