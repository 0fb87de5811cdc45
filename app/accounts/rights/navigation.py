"""Where people and their rights appear in menus."""

from app.accounts.permissions import MANAGE_ACCOUNTS, VIEW_PEOPLE
from app.kernel.languages import N_
from app.kernel.navigation import entry

entry("people", N_("Personnes"), "people.user_list", icon="users", permission=VIEW_PEOPLE, order=10)
entry("admin", N_("Personnes"), "people.user_list", icon="users", permission=VIEW_PEOPLE, group=N_("Maison"), order=60)
entry(
    "settings",
    N_("Rôles et droits"),
    "roles.role_list",
    icon="key-round",
    permission=MANAGE_ACCOUNTS,
    order=70,
    hint=N_("Ce que chaque rôle permet."),
)
