"""Where guests appear in menus, and on the page of a reservation."""

from app.booking.guests.permissions import VIEW_GUESTS, VIEW_HEALTH
from app.booking.guests.presentation import guest_panel
from app.booking.models import Reservation
from app.booking.permissions import CONFIGURE, VIEW
from app.kernel.languages import N_
from app.kernel.navigation import entry, panel

entry("admin", N_("Convives"), "guests.guest_list", icon="users", permission=VIEW_GUESTS, order=22)
entry("people", N_("Convives"), "guests.guest_list", icon="users", permission=VIEW_GUESTS, order=20)
entry("admin", N_("Santé du jour"), "guests.health_list", icon="shield", permission=VIEW_HEALTH, order=23)
entry(
    "settings",
    N_("Étiquettes des convives"),
    "guest_tags.tag_list",
    icon="bookmark",
    permission=CONFIGURE,
    order=46,
    hint=N_("Les mots et couleurs que l’équipe met sur les convives."),
)
panel(Reservation.kind(), "booking/guests/_guest_panel.html", VIEW, guest_panel)
