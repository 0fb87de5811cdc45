"""Settings of the booking slice."""

import re
from uuid import UUID

from app.booking.seating import GUARDED, LONGEST_CHAIN
from app.kernel.languages import N_
from app.kernel.settings import setting

SITE = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")

CONFIRMATION = setting(
    "booking.confirmation",
    N_("Réponse aux réservations en ligne"),
    "automatic",
    levels=("installation", "establishment"),
    page="booking",
    choices=(("automatic", N_("Confirmées aussitôt")), ("manual", N_("À confirmer par l’équipe"))),
)
NEVER, WITHOUT_EMAIL, REMINDERS_ALWAYS = "never", "without_email", "reminders_always"
GUEST_SMS = setting(
    "booking.guest_sms",
    N_("SMS aux clients"),
    WITHOUT_EMAIL,
    levels=("installation", "establishment"),
    page="booking",
    choices=(
        (NEVER, N_("Jamais")),
        (WITHOUT_EMAIL, N_("À ceux qui n’ont pas donné d’adresse e-mail")),
        (REMINDERS_ALWAYS, N_("À ceux-là, et le rappel de la veille à tous")),
    ),
)
HOLDS_PER_ADDRESS = setting(
    "booking.holds_per_address",
    N_("Tables retenues à la fois par adresse"),
    10,
    page="booking",
    hint=N_("Protège la salle de qui retiendrait toutes les tables."),
    check=lambda count: 1 <= count <= 1_000_000,
)
REMINDER_HOUR = setting(
    "booking.reminder_hour",
    N_("Heure du rappel, la veille"),
    10,
    levels=("installation", "establishment"),
    page="booking",
    check=lambda hour: 0 <= hour <= 23,
)
NO_SHOW_LETTER = setting(
    "booking.no_show_letter",
    N_("Écrire aux clients qui ne sont pas venus"),
    False,  # noqa: FBT003 - the default of a setting
    levels=("installation", "establishment"),
    page="booking",
)
ROOM_LEVELS = ("installation", "establishment")
LATE_ARRIVAL = setting(
    "booking.late_arrival_minutes",
    N_("Retard d’arrivée signalé après, en minutes"),
    15,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda minutes: 0 <= minutes <= 240,
)
LATE_TABLE = setting(
    "booking.late_table_minutes",
    N_("Table en retard signalée après, en minutes"),
    10,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda minutes: 0 <= minutes <= 240,
)
SOON = setting(
    "booking.soon_minutes",
    N_("Table signalée avant une arrivée, en minutes"),
    45,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda minutes: 0 <= minutes <= 240,
)
SHEET_ADDRESS = setting(
    "booking.sheet_address",
    N_("Adresse qui reçoit la feuille du service"),
    "",
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda address: not address or "@" in address,
)
SPARE_SEATS = setting(
    "booking.spare_seats",
    N_("Places vides laissées au plus"),
    GUARDED.spare_seats,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda seats: 0 <= seats <= 20,
)
MOST_MOVES = setting(
    "booking.most_moves",
    N_("Réservations déplacées au plus"),
    GUARDED.moves,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda moves: 1 <= moves <= LONGEST_CHAIN,
)
KEPT_BEFORE = setting(
    "booking.kept_before_minutes",
    N_("Table gardée avant l’arrivée, en minutes"),
    60,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda minutes: 0 <= minutes <= 24 * 60,
)
LINK_DAYS = setting(
    "booking.link_days",
    N_("Validité du lien de gestion après la venue, en jours"),
    30,
    page="booking",
    check=lambda days: 1 <= days <= 400,
)
PAUSE_MINUTES = setting(
    "booking.pause_minutes",
    N_("Durée d’une suspension des réservations en ligne"),
    60,
    levels=ROOM_LEVELS,
    page="booking",
    check=lambda minutes: minutes in (30, 60, 120),
)
MOST_SITES, LONGEST_LIST = 10, 500
ALLOWED_SITES = setting(
    "booking.allowed_sites",
    N_("Sites où l’on peut réserver"),
    "",
    levels=("establishment",),
    page="booking",
    check=lambda sites: len(sites) <= LONGEST_LIST and all(SITE.fullmatch(site) for site in sites.split()),
)


def allowed_sites(establishment_id: UUID) -> tuple[str, ...]:
    """Give the web sites that may show the booking pages of an establishment in a frame."""
    return tuple(ALLOWED_SITES.value(establishment=str(establishment_id)).split())
