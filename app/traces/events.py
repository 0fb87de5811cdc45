"""What happens to the trail and to the data of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kernel.audit import FORGETTING
from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Person", N_("Personne"))
subject_kind("Trail", N_("Journal"))
subject_kind("PersonalArchive", N_("Archive personnelle"))
subject_kind("RetentionRule", N_("Règle de conservation"))


@dataclass(frozen=True)
class Trail:
    """The trail itself as the subject of a fact."""

    id: str = "audit"

    @staticmethod
    def kind() -> str:
        """Name the kind, as entries keep it."""
        return "Trail"


@dataclass(frozen=True)
class RuleSubject:
    """A rule of retention as the subject of a fact: it has a code where records have an id."""

    id: str
    trail_name: str

    @staticmethod
    def kind() -> str:
        """Name the kind, as entries keep it."""
        return "RetentionRule"


@dataclass(frozen=True, eq=False)
class EntriesForgotten(Event):
    """`subject` is the person erased, or the trail when time has passed; `entries` names the entries emptied.

    The verification reads these ranges: an entry emptied that none of them names was emptied by no decision.
    """

    code = FORGETTING
    heading = N_("Données effacées")
    sentence = N_("a effacé les données d’une personne (%(emptied)s entrées du journal vidées)")
    icon = "trash"

    emptied: int
    entries: list[list[int]]
    is_by_age: bool = False

    @classmethod
    def words(cls, details: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
        """Tell a person's erasure from what time has emptied."""
        return BY_AGE if details.get("is_by_age") else super().words(details, changes)


BY_AGE = N_("a vidé de leur contenu %(emptied)s entrées du journal")


@dataclass(frozen=True, eq=False)
class ArchiveAsked(Event):
    """`subject` is the person whose data are gathered."""

    code = "traces.archive_asked"
    heading = N_("Archive personnelle demandée")
    sentence = N_("a demandé l’archive des données d’une personne")
    icon = "download"


@dataclass(frozen=True, eq=False)
class ArchiveFetched(Event):
    """`subject` is the person whose data left the house."""

    code = "traces.archive_fetched"
    heading = N_("Archive personnelle téléchargée")
    sentence = N_("a téléchargé l’archive des données d’une personne")
    icon = "download"


@dataclass(frozen=True, eq=False)
class PersonalDataSeen(Event):
    """`subject` is the person whose data somebody else read."""

    code = "traces.personal_data_seen"
    heading = N_("Données d’une personne consultées")
    sentence = N_("a consulté les données d’une personne")
    icon = "eye"


@dataclass(frozen=True, eq=False)
class RetentionApplied(Event):
    """`subject` is the rule; `rows` were deleted or blanked."""

    code = "traces.retention_applied"
    heading = N_("Durée de conservation appliquée")
    sentence = N_("a appliqué une durée de conservation à %(rows)s lignes")
    icon = "hourglass"

    rows: int
