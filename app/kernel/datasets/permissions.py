"""Who may show a saved view to everybody."""

from app.kernel.access import permission
from app.kernel.languages import N_

SHARE_VIEWS = permission("datasets.share_views", N_("Partager une vue enregistrée"), seed=("administrator", "manager"))
