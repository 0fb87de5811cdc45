"""Who may change the house's own record. Establishments are a kind of scope."""

from app.directory.models import Establishment
from app.kernel.access import permission, scope_kind
from app.kernel.languages import N_

MANAGE_ESTABLISHMENT = permission(
    "directory.manage_establishment", N_("Modifier l’établissement"), seed=("administrator", "manager")
)


def _establishment_ids(record: object) -> list[str]:
    if isinstance(record, Establishment):
        return [str(record.id)]
    establishment_id = getattr(record, "establishment_id", None)
    return [str(establishment_id)] if establishment_id else []


scope_kind("establishment", N_("Établissement"), _establishment_ids)
