"""The rights of the back office's own pages."""

from app.kernel.access import chapter, permission
from app.kernel.languages import N_

chapter("site", N_("Espace de l’équipe"))

TEAM = ("administrator", "manager", "host", "waiter", "case_officer", "accountant", "technician", "auditor")

ENTER = permission("site.enter", N_("Entrer dans l’espace de l’équipe"), seed=TEAM)
OPERATE = permission("site.operate", N_("Voir et rejouer les travaux"), seed=("administrator",))
SETTINGS = permission("site.settings", N_("Changer les réglages"), seed=("administrator", "manager"))
