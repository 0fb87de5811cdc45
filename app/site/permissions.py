"""The rights of the back office's own pages."""

from app.kernel.access import permission
from app.kernel.languages import N_

ENTER = permission(
    "site.enter", N_("Entrer dans l’espace de l’équipe"), seed=("administrator", "manager", "host", "waiter")
)
OPERATE = permission("site.operate", N_("Voir et rejouer les travaux"), seed=("administrator",))
SETTINGS = permission("site.settings", N_("Changer les réglages"), seed=("administrator", "manager"))
