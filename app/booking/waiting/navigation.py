"""Where the waiting list appears in menus."""

from app.booking.permissions import CONFIGURE
from app.booking.waiting.permissions import VIEW_WAITING
from app.kernel.languages import N_
from app.kernel.navigation import entry

entry("admin", N_("Liste d’attente"), "waiting_desk.entry_list", icon="hourglass", permission=VIEW_WAITING, order=21)
entry("service", N_("Liste d’attente"), "waiting_desk.entry_list", icon="hourglass", permission=VIEW_WAITING, order=30)
entry(
    "settings",
    N_("Liste d’attente"),
    "waiting_settings.waiting_edit",
    icon="hourglass",
    permission=CONFIGURE,
    order=41,
    hint=N_("Combien attendent par service, combien de temps dure une offre, les heures calmes."),
)
