"""What the team notes on the evening, party by party. `subject` is the reservation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kernel.events import Event
from app.kernel.languages import N_


@dataclass(frozen=True, eq=False)
class PartyArrived(Event):
    """The guests are in the house, and wait for their table."""

    code = "booking.party_arrived"
    heading = N_("Convives arrivés")
    sentence = N_("a noté l’arrivée des convives")
    icon = "log-in"


@dataclass(frozen=True, eq=False)
class ArrivalWithdrawn(Event):
    """They had not come, or it was somebody else."""

    code = "booking.arrival_withdrawn"
    heading = N_("Arrivée retirée")
    sentence = N_("a retiré l’arrivée")
    icon = "undo"


@dataclass(frozen=True, eq=False)
class PartySeated(Event):
    """The guests are at their table."""

    code = "booking.party_seated"
    heading = N_("Convives installés")
    sentence = N_("a installé les convives")
    icon = "armchair"


@dataclass(frozen=True, eq=False)
class ReservationFinished(Event):
    """The guests have left; the table is free for what remained of its time."""

    code = "booking.reservation_finished"
    heading = N_("Réservation terminée")
    sentence = N_("a terminé la réservation")
    icon = "door"


@dataclass(frozen=True, eq=False)
class SeatingWithdrawn(Event):
    """They had not sat down; they wait again."""

    code = "booking.seating_withdrawn"
    heading = N_("Installation retirée")
    sentence = N_("a retiré l’installation")
    icon = "undo"


@dataclass(frozen=True, eq=False)
class PartyResumed(Event):
    """They had not left: the table is theirs again."""

    code = "booking.party_resumed"
    heading = N_("Table reprise")
    sentence = N_("a repris la table : les convives n’étaient pas partis")
    icon = "undo"


@dataclass(frozen=True, eq=False)
class StageNoted(Event):
    """A seated party has come to a course, to the bill, or back: `stage` is "" when it only sits."""

    code = "booking.stage_noted"
    heading = N_("Étape du repas notée")
    sentence = N_("a ramené la table à son installation")
    icon = "utensils"

    stage: str

    @classmethod
    def words(cls, details: Mapping[str, Any], changes: Mapping[str, Any]) -> str:  # noqa: ARG003 - the fact's own
        """Name the stage."""
        return STAGES.get(details.get("stage", ""), cls.sentence)


STAGES = {
    "starter": N_("a servi l’entrée"),
    "main": N_("a servi le plat"),
    "dessert": N_("a servi le dessert"),
    "bill": N_("a apporté l’addition"),
}


@dataclass(frozen=True, eq=False)
class PartyCounted(Event):
    """More guests came than were expected, or fewer."""

    code = "booking.party_counted"
    heading = N_("Nombre de convives noté")
    sentence = N_("a noté %(covers)s couverts au lieu de %(before)s")
    icon = "users"

    before: int
    covers: int


@dataclass(frozen=True, eq=False)
class WalkInSeated(Event):
    """A party at the door was given a table at once."""

    code = "booking.walk_in_seated"
    heading = N_("Convives sans réservation")
    sentence = N_("a installé %(covers)s couverts sans réservation, table %(tables)s")
    icon = "door"

    covers: int
    tables: str
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class WalkInKept(Event):
    """A party at the door agreed to wait: the table quoted is kept for it."""

    code = "booking.walk_in_kept"
    heading = N_("Convives qui attendent une table")
    sentence = N_("a gardé la table %(tables)s pour %(covers)s couverts qui attendent sans réservation")
    icon = "door"

    covers: int
    tables: str


@dataclass(frozen=True, eq=False)
class PartyMissed(Event):
    """Nobody came; the table is given back."""

    code = "booking.party_missed"
    heading = N_("Absence notée")
    sentence = N_("a noté une absence")
    icon = "refused"


@dataclass(frozen=True, eq=False)
class AbsenceWithdrawn(Event):
    """They came after all, or somebody pressed the wrong button; a table is kept for them again.

    Of the tables they had, `before`, and of those they have, `after`, only a difference is said.
    """

    code = "booking.absence_withdrawn"
    heading = N_("Absence retirée")
    sentence = N_("a retiré l’absence")
    icon = "undo"

    before: str = ""
    after: str = ""

    @classmethod
    def words(cls, details: Mapping[str, Any], changes: Mapping[str, Any]) -> str:  # noqa: ARG003 - the fact's own
        """Name the tables where they are others."""
        is_elsewhere = details.get("before", "") != details.get("after", "")
        return N_("a retiré l’absence ; la table change : %(before)s → %(after)s") if is_elsewhere else cls.sentence
