"""Where the slice appears: the journal, one's own data, the house's duties, a person's own page."""

from typing import Any

from flask import url_for

from app.accounts.models import Invitation, Team, User
from app.directory.models import Person
from app.directory.queries import house_zone
from app.kernel import telling
from app.kernel.access import acting
from app.kernel.db import Identified
from app.kernel.languages import N_
from app.kernel.navigation import entry, panel
from app.kernel.scopes import Scope
from app.traces import permissions as may


def _person_panel(person: Person) -> dict[str, Any]:
    return {"url": url_for("person_data.data_show", id=person.id), "is_own": acting().person_id == person.id}


def history_panel(record: Identified) -> dict[str, Any]:
    """Give what happened to a record whose page has no timeline of its own, to who may read all of the trail."""
    reads_all = Scope() in acting().scopes(may.VIEW)
    return {"entries": telling.history_of(record.kind(), record.id, house_zone()) if reads_all else None}


entry("admin", N_("Journal"), "journal.entry_list", icon="journal", permission=may.VIEW, group=N_("Maison"), order=80)
entry(
    "own",
    N_("Mes données"),
    "own_data.data_show",
    icon="file-text",
    order=80,
    hint=N_("Ce que la maison sait de vous : le voir, l’emporter, le faire effacer."),
)
entry(
    "settings",
    N_("Conservation"),
    "duties.retention_list",
    icon="hourglass",
    permission=may.RETAIN,
    order=84,
    hint=N_("Combien de temps chaque chose est gardée, et pourquoi."),
)
entry(
    "settings",
    N_("Registre des traitements"),
    "duties.register_show",
    icon="file-text",
    permission=may.REGISTER,
    order=86,
    hint=N_("Ce que la maison fait des données des personnes (RGPD, article 30)."),
)
panel(Person.kind(), "traces/_person_panel.html", may.ANSWER, _person_panel)
for kind in (User.kind(), Team.kind(), Invitation.kind()):
    panel(kind, "traces/_history_panel.html", may.VIEW, history_panel, place="history")
