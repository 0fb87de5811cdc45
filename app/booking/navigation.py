"""Where the booking slice appears in menus."""

from app.booking import permissions as may
from app.kernel.languages import N_
from app.kernel.navigation import entry

entry("site", N_("Réserver"), "booking.choice_show", icon="calendar", order=10)
entry("site", N_("Ma réservation"), "booking.lookup_new", icon="search", order=20)
entry("admin", N_("Réservations"), "desk.reservation_list", icon="calendar", permission=may.VIEW, order=20)
entry("admin", N_("Fréquentation"), "demand.refused_search_list", icon="chart", permission=may.VIEW_DEMAND, order=25)
