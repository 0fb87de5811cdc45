"""Where the calendar appears."""

from app.calendar.permissions import VIEW
from app.kernel.languages import N_
from app.kernel.navigation import entry

entry("admin", N_("Calendrier"), "calendar.calendar_show", icon="calendar", permission=VIEW, order=22)
entry(
    "own",
    N_("Mon calendrier"),
    "feeds.feed_show",
    icon="calendar-plus",
    permission=VIEW,
    order=65,
    hint=N_("Une adresse secrète, pour suivre la maison dans l’agenda de votre téléphone."),
)
