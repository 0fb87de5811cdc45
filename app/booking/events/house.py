"""What changes of the house itself. `subject` is the establishment."""

from dataclasses import dataclass
from datetime import time

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Establishment", N_("Établissement"))


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
