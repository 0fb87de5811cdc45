"""What happens to the records of people, and to what a house shows. `subject` is the person, or the establishment."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Person", N_("Personne"))
subject_kind("Establishment", N_("Établissement"))


@dataclass(frozen=True, eq=False)
class PersonMerged(Event):
    """Another record was made one with this one, which stays; `rows` of the house followed."""

    code = "directory.person_merged"
    heading = N_("Fiches réunies")
    sentence = N_("a réuni une autre fiche à celle-ci (lignes déplacées : %(rows)s)")
    icon = "users"

    merge_id: str
    rows: int


@dataclass(frozen=True, eq=False)
class PersonAbsorbed(Event):
    """The record was made one with another, which stands for it."""

    code = "directory.person_absorbed"
    heading = N_("Fiche réunie à une autre")
    sentence = N_("a réuni cette fiche à une autre")
    icon = "users"

    merge_id: str


@dataclass(frozen=True, eq=False)
class PersonParted(Event):
    """What a merging had moved from or to this record went back."""

    code = "directory.person_parted"
    heading = N_("Réunion de fiches défaite")
    sentence = N_("a défait la réunion de cette fiche et d’une autre")
    icon = "undo"

    merge_id: str


@dataclass(frozen=True, eq=False)
class PersonToldApart(Event):
    """Somebody said that this person and another are two."""

    code = "directory.person_told_apart"
    heading = N_("Personnes distinctes")
    sentence = N_("a noté que cette personne et une autre sont bien deux personnes")
    icon = "users"


@dataclass(frozen=True, eq=False)
class LogoChanged(Event):
    """The house shows this logo on its pages and papers from now on. `subject` is the establishment."""

    code = "directory.logo_changed"
    heading = N_("Logo changé")
    sentence = N_("a changé le logo de la maison")
    icon = "house"


@dataclass(frozen=True, eq=False)
class LogoRemoved(Event):
    """The house shows its initials again. `subject` is the establishment."""

    code = "directory.logo_removed"
    heading = N_("Logo retiré")
    sentence = N_("a retiré le logo de la maison")
    icon = "house"
