"""Where the back office's own pages stand in its menus."""

from app.kernel.languages import N_
from app.kernel.navigation import entry
from app.site import permissions as may

entry("admin", N_("Aujourd’hui"), "site.dashboard_show", icon="dashboard", permission=may.ENTER, order=10)
entry("admin", N_("Réglages"), "site.settings_index", icon="settings", permission=may.SETTINGS, order=90)
entry(
    "settings",
    N_("Sécurité et limites"),
    "site.security_settings_edit",
    icon="shield",
    permission=may.SETTINGS,
    order=80,
    hint=N_("Connexions, envois publics, recherches."),
)
entry(
    "settings",
    N_("Modules"),
    "site.module_list",
    icon="columns",
    permission=may.SETTINGS,
    order=90,
    hint=N_("Ce que fait chaque partie de Guichet, et ce qui y a changé."),
)
entry(
    "settings",
    N_("Travaux"),
    "site.job_list",
    icon="history",
    permission=may.OPERATE,
    order=95,
    hint=N_("Ce qui part tout seul, et ce qui a échoué."),
)
