"""What happens to what the house remembers of a guest. `subject` is the person unless said otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Person", N_("Personne"))
subject_kind("GuestTag", N_("Étiquette"))


@dataclass(frozen=True, eq=False)
class GuestTagsChosen(Event):
    """The tags of a guest were chosen; `tags` names them all."""

    code = "booking.guest_tags_chosen"
    heading = N_("Étiquettes d’un convive")
    sentence = N_("a choisi les étiquettes : %(tags)s")
    icon = "bookmark"

    tags: str

    @classmethod
    def words(cls, details: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
        """Say when none is left."""
        return super().words(details, changes) if details.get("tags") else NO_TAG


NO_TAG = N_("a retiré les étiquettes du convive")


@dataclass(frozen=True, eq=False)
class GuestPreferencesChanged(Event):
    """Preferences or birthday were changed; `fields` names which."""

    code = "booking.guest_preferences_changed"
    heading = N_("Préférences d’un convive")
    sentence = N_("a modifié les préférences du convive")
    icon = "pencil"


@dataclass(frozen=True, eq=False)
class GuestNoteWritten(Event):
    """The team wrote a note; what it says stays on the guest's page."""

    code = "booking.guest_note_written"
    heading = N_("Note sur un convive")
    sentence = N_("a écrit une note sur le convive")
    icon = "note"


@dataclass(frozen=True, eq=False)
class GuestNoteRemoved(Event):
    """A note was removed."""

    code = "booking.guest_note_removed"
    heading = N_("Note sur un convive supprimée")
    sentence = N_("a supprimé une note sur le convive")
    icon = "trash"


@dataclass(frozen=True, eq=False)
class HealthMentionRecorded(Event):
    """Something of a guest's health was noted, with their consent; what, only its own page says."""

    code = "booking.health_recorded"
    heading = N_("Donnée de santé notée")
    sentence = N_("a noté une donnée de santé, avec l’accord de la personne")
    icon = "shield"


@dataclass(frozen=True, eq=False)
class HealthMentionRemoved(Event):
    """Something of a guest's health was removed."""

    code = "booking.health_removed"
    heading = N_("Donnée de santé supprimée")
    sentence = N_("a supprimé une donnée de santé")
    icon = "trash"


@dataclass(frozen=True, eq=False)
class HealthSeen(Event):
    """Somebody read what is noted of a guest's health."""

    code = "booking.health_seen"
    heading = N_("Données de santé consultées")
    sentence = N_("a consulté les données de santé d’une personne")
    icon = "eye"


@dataclass(frozen=True, eq=False)
class GuestTagChanged(Event):
    """`subject` is a tag of the house: made, renamed, or coloured anew."""

    code = "booking.guest_tag_changed"
    heading = N_("Étiquette réglée")
    sentence = N_("a réglé l’étiquette « %(name)s »")
    icon = "bookmark"

    name: str


@dataclass(frozen=True, eq=False)
class GuestTagRemoved(Event):
    """`subject` is a tag of the house, taken from every guest."""

    code = "booking.guest_tag_removed"
    heading = N_("Étiquette supprimée")
    sentence = N_("a supprimé l’étiquette « %(name)s »")
    icon = "trash"

    name: str
