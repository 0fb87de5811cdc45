"""What happens to reservations and to the room. `subject` is the reservation unless said otherwise."""

from dataclasses import dataclass
from datetime import date, time

from app.kernel.events import Event
from app.kernel.languages import N_


@dataclass(frozen=True, eq=False)
class ReservationRequested(Event):
    """A guest asks, the house will answer; the table is kept meanwhile."""

    code = "booking.reservation_requested"
    sentence = N_("a demandé une table pour %(covers)s le %(service_date)s à %(local_time)s")
    icon = "calendar-plus"

    service_date: date
    local_time: time
    covers: int


@dataclass(frozen=True, eq=False)
class ReservationMade(Event):
    """The table is promised. `overridden` names the rules of the house that staff set aside."""

    code = "booking.reservation_made"
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
    sentence = N_("a confirmé la demande")
    icon = "check"


@dataclass(frozen=True, eq=False)
class ReservationMoved(Event):
    """Date, time, covers or table changed; the room was asked anew."""

    code = "booking.reservation_moved"
    sentence = N_("a déplacé la réservation : %(before)s → %(after)s")
    icon = "clock"

    before: str
    after: str
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class GuestDetailsChanged(Event):
    """Name, contact or special requests were changed; `fields` names which, without saying what."""

    code = "booking.guest_details_changed"
    sentence = N_("a modifié les coordonnées ou les demandes")
    icon = "pencil"

    fields: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ReservationCancelled(Event):
    """The table is given back."""

    code = "booking.reservation_cancelled"
    sentence = N_("a annulé la réservation : %(reason)s")
    icon = "calendar-x"

    reason: str


@dataclass(frozen=True, eq=False)
class PartySeated(Event):
    """The guests are at their table."""

    code = "booking.party_seated"
    sentence = N_("a installé les convives")
    icon = "armchair"


@dataclass(frozen=True, eq=False)
class ReservationFinished(Event):
    """The guests have left; the table is free for what remained of its time."""

    code = "booking.reservation_finished"
    sentence = N_("a terminé la réservation")
    icon = "door"


@dataclass(frozen=True, eq=False)
class PartyMissed(Event):
    """Nobody came; the table is given back."""

    code = "booking.party_missed"
    sentence = N_("a noté une absence")
    icon = "refused"


@dataclass(frozen=True, eq=False)
class NoteWritten(Event):
    """The team wrote a note for itself; its text stays on the reservation."""

    code = "booking.note_written"
    sentence = N_("a écrit une note")
    icon = "note"


@dataclass(frozen=True, eq=False)
class LinkRequested(Event):
    """Somebody who knows reference and e-mail asked for the management link, which leaves by mail only."""

    code = "booking.link_requested"
    sentence = N_("a demandé le lien de gestion")
    icon = "link"


@dataclass(frozen=True, eq=False)
class RoomChanged(Event):
    """`subject` is the establishment: its room, hours or rules were changed. `what` names the part.

    `broken` holds the references of the reservations that no longer fit and were kept all the same.
    """

    code = "booking.room_changed"
    sentence = N_("a modifié : %(what)s")
    icon = "settings"

    what: str
    broken: tuple[str, ...] = ()
