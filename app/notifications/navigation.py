"""Where the slice appears: its entry in the rail, and who was told of a record, on its own page."""

from typing import Any

from app.kernel.access import acting
from app.kernel.db import Identified
from app.kernel.languages import N_
from app.kernel.navigation import entry, panel
from app.notifications import queries
from app.notifications.permissions import CONFIGURE, CONNECT, VIEW

RECORDS_WITH_A_PAGE = ("Reservation", "User", "Team", "Invitation")


def told_panel(record: Identified) -> dict[str, Any]:
    """Give who was told of a record."""
    return queries.tellings_of(record.kind(), record.id, record, acting())


entry(
    "own",
    N_("Notifications"),
    "notifications.notification_list",
    icon="bell",
    order=20,
    hint=N_("Ce qui s’est passé, et par où vous voulez l’apprendre."),
)
entry(
    "settings",
    N_("Avis par défaut"),
    "notifications.default_edit",
    icon="bell",
    permission=CONFIGURE,
    order=70,
    hint=N_("Ce qui est écrit à l’équipe tant que chacun n’a rien choisi."),
)
entry(
    "settings",
    N_("Messageries d’équipe"),
    "notifications.room_list",
    icon="settings",
    permission=CONNECT,
    order=72,
    hint=N_("Les salons Slack ou Discord où la maison écrit ce qui se passe."),
)
entry("admin", N_("Messages"), "notifications.message_list", icon="mail", permission=VIEW, group=N_("Maison"), order=70)
for kind in RECORDS_WITH_A_PAGE:
    panel(kind, "notifications/_told_panel.html", VIEW, told_panel, place="history")
