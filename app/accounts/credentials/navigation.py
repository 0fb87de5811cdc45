"""Where security appears in menus."""

from app.accounts.permissions import MANAGE_ACCOUNTS
from app.kernel.languages import N_
from app.kernel.navigation import entry

entry(
    "own",
    N_("Sécurité"),
    "security.overview_show",
    icon="shield",
    order=20,
    hint=N_("Double vérification, codes de secours, clés d’accès, identités ailleurs."),
)
entry(
    "settings",
    N_("Double vérification"),
    "security.second_factor_roles_edit",
    icon="key-round",
    permission=MANAGE_ACCOUNTS,
    order=81,
    hint=N_("Pour quels rôles elle est exigée."),
)
