"""What becomes of a promise, from the question to its end. `subject` is the reservation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Reservation", N_("Réservation"))


@dataclass(frozen=True, eq=False)
class ReservationRequested(Event):
    """A guest asks, the house will answer; the table is kept meanwhile."""

    code = "booking.reservation_requested"
    heading = N_("Demande de réservation")
    sentence = N_("a demandé une table pour %(covers)s le %(service_date)s à %(local_time)s")
    icon = "calendar-plus"

    service_date: date
    local_time: time
    covers: int


@dataclass(frozen=True, eq=False)
class ReservationMade(Event):
    """The table is promised. `overridden` names the rules of the house that staff set aside."""

    code = "booking.reservation_made"
    heading = N_("Réservation prise")
    sentence = N_("a réservé pour %(covers)s le %(service_date)s à %(local_time)s")
    icon = "calendar"

    service_date: date
    local_time: time
    covers: int
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ReservationConfirmed(Event):
    """The house has said yes to a request."""

    code = "booking.reservation_confirmed"
    heading = N_("Demande confirmée")
    sentence = N_("a confirmé la demande")
    icon = "check"


@dataclass(frozen=True, eq=False)
class ReservationMoved(Event):
    """Date, time, covers or table changed; the room was asked anew. What changed alone is said in a sentence."""

    code = "booking.reservation_moved"
    heading = N_("Réservation déplacée")
    sentence = N_("a déplacé la réservation : %(before)s → %(after)s")
    icon = "clock"
    labels = {  # noqa: RUF012 - a constant of the class, annotated as such where it is declared
        "service_date": N_("Date"),
        "local_time": N_("Heure"),
        "covers": N_("Couverts"),
        "tables": N_("Table"),
    }

    before: str
    after: str
    overridden: tuple[str, ...] = ()

    @classmethod
    def words(cls, details: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
        """Say the one thing that changed (the table follows the rest); else where all of it went."""
        alone = set(changes) - {"tables"} or set(changes)
        return MOVES.get(next(iter(alone)), cls.sentence) if len(alone) == 1 else super().words(details, changes)


MOVES = {
    "local_time": N_("a déplacé la réservation de %(before_local_time)s à %(after_local_time)s"),
    "service_date": N_("a déplacé la réservation du %(before_service_date)s au %(after_service_date)s"),
    "covers": N_("a fait passer la réservation de %(before_covers)s à %(after_covers)s couverts"),
    "tables": N_("a changé la table : %(before_tables)s → %(after_tables)s"),
}


@dataclass(frozen=True, eq=False)
class GuestDetailsChanged(Event):
    """Name, contact or special requests were changed; `fields` names which. Values are kept masked."""

    code = "booking.guest_details_changed"
    heading = N_("Coordonnées modifiées")
    sentence = N_("a modifié les coordonnées ou les demandes")
    icon = "pencil"
    labels = {  # noqa: RUF012 - as above
        "first_name": N_("Prénom"),
        "last_name": N_("Nom"),
        "email": N_("Adresse e-mail"),
        "phone": N_("Téléphone"),
        "special_requests": N_("Demande"),
    }

    fields: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ReservationCancelled(Event):
    """The table is given back. `by_guest`: they called, and the team noted it for them."""

    code = "booking.reservation_cancelled"
    heading = N_("Réservation annulée")
    sentence = N_("a annulé la réservation : %(reason)s")
    icon = "calendar-x"

    reason: str
    by_guest: bool = False

    @property
    def by_house(self) -> bool:
        """Tell whether the house called the meal off."""
        return self.actor.is_staff and not self.by_guest


@dataclass(frozen=True, eq=False)
class NoteWritten(Event):
    """The team wrote a note for itself; its text stays on the reservation."""

    code = "booking.note_written"
    heading = N_("Note écrite")
    sentence = N_("a écrit une note")
    icon = "note"


@dataclass(frozen=True, eq=False)
class LinkRequested(Event):
    """Somebody who knows reference and e-mail asked for the management link, which leaves by mail only."""

    code = "booking.link_requested"
    heading = N_("Lien de gestion demandé")
    sentence = N_("a demandé le lien de gestion")
    icon = "link"
