"""Who may read the trail, and who may answer people about their data."""

from app.kernel.access import permission
from app.kernel.languages import N_

VIEW = permission("audit.view", N_("Lire et vérifier le journal"), seed=("administrator", "manager", "auditor"))
ANSWER = permission(
    "privacy.answer", N_("Répondre aux demandes des personnes sur leurs données"), seed=("administrator", "manager")
)
RETAIN = permission("privacy.retain", N_("Appliquer les durées de conservation"), seed=("administrator",))
REGISTER = permission(
    "privacy.register", N_("Lire le registre des traitements"), seed=("administrator", "manager", "auditor")
)
