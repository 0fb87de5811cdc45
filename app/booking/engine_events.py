"""What the engine of seating does besides answering: wishes it left open, tables it changed and gave back."""

from dataclasses import dataclass
from datetime import date, time

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("OpenWish", N_("Demande en vérification"))
subject_kind("Rearrangement", N_("Tables déplacées"))


@dataclass(frozen=True, eq=False)
class WishLeftOpen(Event):
    """`subject` is the wish: the engine could not tell in time whether it can be met; it is asked again at length."""

    code = "booking.wish_left_open"
    heading = N_("Demande à vérifier")
    sentence = N_("a demandé une table pour %(covers)s le %(service_date)s à %(local_time)s : à vérifier")
    icon = "hourglass"

    service_date: date
    local_time: time
    covers: int


@dataclass(frozen=True, eq=False)
class WishGranted(Event):
    """`subject` is the wish: a table is promised."""

    code = "booking.wish_granted"
    heading = N_("Demande vérifiée, acceptée")
    sentence = N_("a trouvé une table : réservation %(reference)s")
    icon = "check"

    reference: str


@dataclass(frozen=True, eq=False)
class WishRefused(Event):
    """`subject` is the wish: it is proved that nobody can be seated so."""

    code = "booking.wish_refused"
    heading = N_("Demande vérifiée, refusée")
    sentence = N_("a établi qu’aucune table ne convient")
    icon = "refused"

    reason: str


@dataclass(frozen=True, eq=False)
class WishUnanswered(Event):
    """`subject` is the wish: no answer was found in time."""

    code = "booking.wish_unanswered"
    heading = N_("Demande restée sans réponse")
    sentence = N_("n’a pas pu dire à temps si une table existe")
    icon = "alert"


@dataclass(frozen=True, eq=False)
class RearrangementUndone(Event):
    """`subject` is the rearrangement: those who had moved have their tables again."""

    code = "booking.rearrangement_undone"
    heading = N_("Tables remises comme avant")
    sentence = N_("a remis comme avant les tables de %(count)s réservations")
    icon = "undo"

    count: int


@dataclass(frozen=True, eq=False)
class PartyPutBack(Event):
    """A reservation that was moved for others has its former tables again, or another when it was the newcomer."""

    code = "booking.party_put_back"
    heading = N_("Table rendue")
    sentence = N_("a remis la table d’avant : %(before)s → %(after)s")
    icon = "undo"

    before: str
    after: str


@dataclass(frozen=True, eq=False)
class RoomOptimised(Event):
    """`subject` is the rearrangement: staff accepted a better disposition of a coming shift."""

    code = "booking.room_optimised"
    heading = N_("Salle mieux disposée")
    sentence = N_("a accepté une nouvelle disposition : %(count)s réservations changent de table")
    icon = "table"

    count: int


@dataclass(frozen=True, eq=False)
class TableUnlocked(Event):
    """A coming reservation gives up the table chosen for it: it may be moved for others from now on."""

    code = "booking.table_unlocked"
    heading = N_("Table débloquée")
    sentence = N_("a débloqué la table %(tables)s : la réservation peut en changer")
    icon = "lock"

    tables: str
