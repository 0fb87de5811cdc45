"""Who may show a saved view to everybody."""

from app.kernel.access import chapter, permission
from app.kernel.languages import N_

chapter("datasets", N_("Listes"))

SHARE_VIEWS = permission("datasets.share_views", N_("Partager une vue enregistrée"), seed=("administrator", "manager"))
