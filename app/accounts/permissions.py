"""The right to manage accounts, and the roles a new installation begins with."""

from app.kernel.access import permission
from app.kernel.languages import N_

MANAGE_ACCOUNTS = permission("accounts.manage", N_("Gérer les comptes et les rôles"), seed=("administrator",))

PROPOSE_DISPLAY = permission(
    "accounts.propose_display", N_("Choisir l’affichage proposé à tous"), seed=("administrator", "manager")
)

SEEDED_ROLES = {
    "administrator": N_("Administrateur"),
    "manager": N_("Gestionnaire"),
    "host": N_("Accueil"),
    "waiter": N_("Salle et cuisine"),
}
