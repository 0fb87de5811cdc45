"""Where payments appear in menus."""

from app.kernel.languages import N_
from app.kernel.navigation import entry
from app.payments.permissions import CONFIGURE, VIEW

entry("admin", N_("Paiements"), "payments.movement_list", icon="euro", permission=VIEW, order=31)
entry(
    "settings",
    N_("Paiements"),
    "payment_settings.payments_edit",
    icon="euro",
    permission=CONFIGURE,
    order=45,
    hint=N_("Temps laissé pour payer, remboursements à deux, comptes, liaison avec Stripe."),
)
