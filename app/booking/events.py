"""What happens to reservations and to the room. `subject` is the reservation unless said otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Reservation", N_("Réservation"))
subject_kind("Establishment", N_("Établissement"))


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
class PartyReseated(Event):
    """The engine gave other tables to a coming reservation, so that one more could be taken."""

    code = "booking.party_reseated"
    heading = N_("Table changée")
    sentence = N_("a changé la table pour recevoir %(newcomer)s : %(before)s → %(after)s")
    icon = "armchair"

    newcomer: str
    before: str
    after: str


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
class TablesGiven(Event):
    """Somebody of the team chose other tables; the guest's promise stays what it was. `overridden` as for a move."""

    code = "booking.tables_given"
    heading = N_("Table changée à la main")
    sentence = N_("a changé la table : %(before)s → %(after)s")
    icon = "table"

    before: str
    after: str
    overridden: tuple[str, ...] = ()


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
    """They came after all, or somebody pressed the wrong button; a table is kept for them again."""

    code = "booking.absence_withdrawn"
    heading = N_("Absence retirée")
    sentence = N_("a retiré l’absence")
    icon = "undo"


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


@dataclass(frozen=True, eq=False)
class RoomChanged(Event):
    """`subject` is the establishment: its room, hours or rules were changed. `what` names the part.

    `broken` holds the references of the reservations that no longer fit and were kept all the same.
    """

    code = "booking.room_changed"
    heading = N_("Salle, horaires ou règles modifiés")
    sentence = N_("a modifié : %(what)s")
    icon = "settings"
    labels = {  # noqa: RUF012 - as above
        "name": N_("Nom"),
        "address": N_("Adresse"),
        "phone": N_("Téléphone"),
        "email": N_("Adresse e-mail"),
        "zone": N_("Fuseau horaire"),
        "areas": N_("Espaces"),
        "table": N_("Table"),
        "combination": N_("Regroupement"),
        "place": N_("Place de la table"),
        "drawing": N_("Murs et mots de l’espace"),
        "shift": N_("Service"),
        "closure": N_("Fermeture du"),
        "exceptional_day": N_("Jour particulier"),
        "close_out": N_("Fermeture partielle"),
        "durations": N_("Durées"),
        "slot_minutes": N_("Pas des horaires (minutes)"),
        "turnover_minutes": N_("Remise en place (minutes)"),
        "min_notice_minutes": N_("Délai avant l’arrivée (minutes)"),
        "max_advance_days": N_("Ouverture à l’avance (jours)"),
        "max_covers_online": N_("Couverts au plus en ligne"),
        "hold_minutes": N_("Retenue d’une table (minutes)"),
        "cancel_until_minutes": N_("Annulation jusqu’à (minutes avant)"),
        "large_party_text": N_("Texte pour les grandes tables"),
        "policy": N_("Placer les convives"),
        "booking.spare_seats": N_("Places vides laissées au plus"),
        "booking.most_moves": N_("Réservations déplacées au plus"),
        "booking.kept_before_minutes": N_("Table gardée avant l’arrivée, en minutes"),
        "booking.confirmation": N_("Réponse aux réservations en ligne"),
        "booking.no_show_letter": N_("Écrire aux clients qui ne sont pas venus"),
        "booking.late_arrival_minutes": N_("Retard d’arrivée signalé après, en minutes"),
        "booking.late_table_minutes": N_("Table en retard signalée après, en minutes"),
        "booking.soon_minutes": N_("Table signalée avant une arrivée, en minutes"),
        "booking.sheet_address": N_("Adresse qui reçoit la feuille du service"),
        "booking.pause_minutes": N_("Durée d’une suspension des réservations en ligne"),
        "booking.allowed_sites": N_("Sites où l’on peut réserver"),
        "booking.waiting_entries": N_("Inscriptions au plus par service"),
        "booking.waiting_offer_minutes": N_("Durée d’une offre, en minutes"),
        "booking.waiting_lead_minutes": N_("Rien n’est proposé à moins de, en minutes"),
        "booking.waiting_quiet_from": N_("Aucune offre à partir de, heure"),
        "booking.waiting_quiet_until": N_("Aucune offre jusqu’à, heure"),
    }

    what: str
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class OnlineBookingsPaused(Event):
    """`subject` is the establishment: online bookings that begin before `until`, a local time, are paused."""

    code = "booking.online_bookings_paused"
    heading = N_("Réservations en ligne suspendues")
    sentence = N_("a suspendu les réservations en ligne jusqu’à %(until)s")
    icon = "hourglass"

    until: time


@dataclass(frozen=True, eq=False)
class OnlineBookingsResumed(Event):
    """`subject` is the establishment: a pause was ended before its time."""

    code = "booking.online_bookings_resumed"
    heading = N_("Réservations en ligne reprises")
    sentence = N_("a repris les réservations en ligne")
    icon = "undo"
