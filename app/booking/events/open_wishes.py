"""What becomes of a wish that the engine could not decide upon in time. `subject` is the wish."""

from dataclasses import dataclass
from datetime import date, time

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("OpenWish", N_("Demande en vérification"))


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
