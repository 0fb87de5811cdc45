"""Where the booking slice appears in menus."""

from app.booking import permissions as may
from app.kernel.languages import N_
from app.kernel.navigation import entry
from app.traces.permissions import ANSWER

entry("site", N_("Réserver"), "booking.choice_show", icon="calendar", order=10)
entry("site", N_("Ma réservation"), "booking.lookup_new", icon="search", order=20)
entry("admin", N_("Réservations"), "desk.reservation_list", icon="calendar", permission=may.VIEW, order=20)
entry(
    "figures",
    N_("Recherches restées sans table"),
    "demand.refused_search_list",
    icon="search",
    permission=may.VIEW_DEMAND,
    hint=N_("Une à une, sans le nom de personne : pour quand, pour combien, pourquoi"),
)
entry("admin", N_("Chiffres"), "figures.figure_index", icon="chart", permission=may.VIEW_DEMAND, order=25)
entry("admin", N_("Service"), "floor.room_show", icon="armchair", permission=may.VIEW, order=15)
entry("service", N_("Plan"), "floor.room_show", icon="table", permission=may.VIEW, order=10)
entry(
    "settings",
    N_("Consentements"),
    "consents.consent_list",
    icon="check",
    permission=ANSWER,
    order=88,
    hint=N_("Qui a consenti à quoi, et quand."),
)
entry("service", N_("Frise"), "timetable.timetable_show", icon="table", permission=may.VIEW, order=20)
entry("today", N_("Plan de la salle"), "floor.room_show", icon="armchair", permission=may.VIEW, order=10)
entry("today", N_("Sans réservation"), "floor.walk_in_new", icon="door", permission=may.WELCOME, order=20)
entry("today", N_("Feuille du service"), "floor.sheet_show", icon="printer", permission=may.VIEW, order=30)
entry("today", N_("Frise des tables"), "timetable.timetable_show", icon="table", permission=may.VIEW, order=40)
