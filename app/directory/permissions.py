"""Who may change the house's own record. Establishments are a kind of scope."""

from app.directory.models import Establishment
from app.directory.queries import establishments
from app.kernel.access import FieldGroup, chapter, permission
from app.kernel.languages import N_
from app.kernel.scopes import scope_kind

chapter("directory", N_("Établissement"))

MANAGE_ESTABLISHMENT = permission(
    "directory.manage_establishment", N_("Modifier l’établissement"), seed=("administrator", "manager")
)
MERGE = permission(
    "directory.merge",
    N_("Réunir les fiches en double"),
    seed=("administrator", "manager"),
    group=FieldGroup.CONTACT,
)


def _establishment_ids(record: object) -> list[str]:
    if isinstance(record, Establishment):
        return [str(record.id)]
    establishment_id = getattr(record, "establishment_id", None)
    if establishment_id:
        return [str(establishment_id)]
    return [str(one) for one in getattr(record, "establishment_ids", ())]


def _establishment_choices() -> list[tuple[str, str]]:
    return [(str(each.id), each.name) for each in establishments()]


scope_kind("establishment", N_("Établissement"), _establishment_ids, _establishment_choices)
