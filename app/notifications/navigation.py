"""Where the slice appears: its entry in the rail, and the messages on a record's own page."""

from typing import Any

from app.kernel.db import Identified
from app.kernel.languages import N_
from app.kernel.messages import messages_about
from app.kernel.navigation import entry, panel
from app.notifications import queries
from app.notifications.permissions import CONFIGURE, VIEW

RECORDS_WITH_MESSAGES = ("Reservation",)


def messages_panel(record: Identified) -> dict[str, Any]:
    """Give the messages about a record, newest first, and what became of each."""
    messages = reversed(messages_about(record.kind(), record.id))
    return {
        "rows": [
            {
                "label": queries.notice_label(message.notice),
                "message": message,
                "answer": queries.last_answer(message),
            }
            for message in messages
        ]
    }


entry(
    "own",
    N_("Notifications"),
    "notifications.notification_list",
    icon="bell",
    order=20,
    hint=N_("Ce qui s’est passé, et ce que vous voulez en recevoir par e-mail."),
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
entry("admin", N_("Messages"), "notifications.message_list", icon="mail", permission=VIEW, group=N_("Maison"), order=70)
for kind in RECORDS_WITH_MESSAGES:
    panel(kind, "notifications/_messages_panel.html", VIEW, messages_panel)
