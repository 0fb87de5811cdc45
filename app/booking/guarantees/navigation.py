"""Where guarantees appear: among the settings, and on the page of a reservation."""

from app.booking.guarantees.desk_presentation import guarantee_panel
from app.booking.models import Reservation
from app.booking.permissions import CONFIGURE, VIEW
from app.kernel.languages import N_
from app.kernel.navigation import entry, panel
from app.payments.service import payable_kind

panel(Reservation.kind(), "booking/guarantees/_guarantee_panel.html", VIEW, guarantee_panel)
payable_kind(Reservation.kind(), N_("Réservation"))
entry(
    "settings",
    N_("Garanties"),
    "guarantee_settings.rule_list",
    icon="shield",
    permission=CONFIGURE,
    order=43,
    hint=N_("Arrhes, acompte ou empreinte : à qui, combien, rendus jusqu’à quand."),
)
