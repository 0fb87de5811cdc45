"""Where the directory appears in menus, and the clue it has itself: the number of a record."""

from typing import Any

import sqlalchemy as sa

from app.directory.models import Person
from app.directory.permissions import MERGE
from app.kernel.languages import N_
from app.kernel.likeness import person_clue
from app.kernel.navigation import entry


def _numbers() -> sa.Select[Any, Any]:
    return sa.select(Person.id, Person.phone).where(Person.phone.is_not(None), Person.phone != "")


entry("people", N_("Doublons"), "duplicates.merge_list", icon="users", permission=MERGE, order=90)
person_clue(N_("même téléphone"), _numbers)
