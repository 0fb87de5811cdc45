"""What happens on the waiting list. `subject` is the entry."""

from dataclasses import dataclass
from datetime import date, time

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("WaitingEntry", N_("Inscription en liste d’attente"))


@dataclass(frozen=True, eq=False)
class WaitingJoined(Event):
    """A party waits for a place of a shift."""

    code = "booking.waiting_joined"
    heading = N_("Inscription en liste d’attente")
    sentence = N_("a inscrit %(covers)s couverts en liste d’attente le %(service_date)s")
    icon = "hourglass"

    service_date: date
    covers: int


@dataclass(frozen=True, eq=False)
class PlaceOffered(Event):
    """A place is held for the party until an instant; `tables` says where."""

    code = "booking.place_offered"
    heading = N_("Place proposée")
    sentence = N_("a proposé une place à %(local_time)s, table %(tables)s")
    icon = "armchair"

    local_time: time
    tables: str
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class OfferAccepted(Event):
    """The place offered became a reservation, which `reference` names."""

    code = "booking.offer_accepted"
    heading = N_("Place acceptée")
    sentence = N_("a accepté la place : réservation %(reference)s")
    icon = "check"

    reference: str


@dataclass(frozen=True, eq=False)
class OfferLapsed(Event):
    """Nobody answered in time; the place goes to the next."""

    code = "booking.offer_lapsed"
    heading = N_("Offre restée sans réponse")
    sentence = N_("a laissé passer la place proposée")
    icon = "clock"


@dataclass(frozen=True, eq=False)
class OfferTakenBack(Event):
    """The house took the place back; the party waits again, at its own rank."""

    code = "booking.offer_taken_back"
    heading = N_("Place reprise")
    sentence = N_("a repris la place proposée")
    icon = "undo"


@dataclass(frozen=True, eq=False)
class OfferUndone(Event):
    """A change of the house made the place impossible; the party waits again, first in line."""

    code = "booking.offer_undone"
    heading = N_("Place défaite")
    sentence = N_("a défait la place proposée : la maison a changé, elle ne pouvait plus être tenue")
    icon = "undo"


@dataclass(frozen=True, eq=False)
class WaitingWithdrawn(Event):
    """The party waits no more; a place offered to it was declined."""

    code = "booking.waiting_withdrawn"
    heading = N_("Retrait de la liste d’attente")
    sentence = N_("a retiré l’inscription de la liste d’attente")
    icon = "x"


@dataclass(frozen=True, eq=False)
class WaitingClosed(Event):
    """The last hour accepted came too near, and no place had become free."""

    code = "booking.waiting_closed"
    heading = N_("Restée sans place")
    sentence = N_("a clos l’inscription, restée sans place")
    icon = "calendar-x"
