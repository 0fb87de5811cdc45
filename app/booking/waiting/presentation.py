"""The waiting list in words: for whom, between which hours, at which rank, until when a place is kept."""

from datetime import date
from typing import Any

from app.booking.models import COMING, WaitingEntry, WaitingOffer
from app.booking.models import WaitingState as S
from app.booking.opening import slots_on
from app.booking.queries import day_of, house_of
from app.booking.seating import Reason, Refusal, times_on
from app.booking.waiting import queries
from app.booking.waiting.joining import lead_of
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.formats import clock_time, full_date, spoken_time
from app.kernel.languages import _, ngettext

WITHOUT_A_TABLE = (Reason.NO_TABLE, Reason.PACING, Reason.AREA, Reason.ONLINE_QUOTA, Reason.KEPT_TABLES)
TONES = {"waiting": "info", "offered": "warning", "accepted": "success"}


def party_words(entry: WaitingEntry) -> str:
    """Write "4 couverts"."""
    return ngettext("%(num)s couvert", "%(num)s couverts", entry.covers)


def window_words(entry: WaitingEntry) -> str:
    """Write the hours accepted: "à 20 h", or "de 19 h à 21 h"."""
    if entry.first_minutes == entry.last_minutes:
        return _("à %(time)s", time=spoken_time(entry.first_time))
    return _("de %(first)s à %(last)s", first=spoken_time(entry.first_time), last=spoken_time(entry.last_time))


def entry_sentence(entry: WaitingEntry) -> str:
    """Write "samedi 14 mars 2026, de 19 h à 21 h, pour 4 couverts"."""
    return _(
        "%(day)s, %(window)s, pour %(party)s",
        day=full_date(entry.service_date),
        window=window_words(entry),
        party=party_words(entry),
    )


def entry_lines(entry: WaitingEntry) -> list[tuple[str, str]]:
    """Write an entry as the lines of a summary."""
    lines = [
        (_("Jour"), full_date(entry.service_date)),
        (_("Service"), entry.shift),
        (_("Heures acceptées"), window_words(entry)),
        (_("Convives"), party_words(entry)),
        *([(_("Espace"), entry.area_wish)] if entry.area_wish else []),
        (_("Au nom de"), entry.guest_name),
    ]
    return [*lines, (_("Votre demande"), entry.special_requests)] if entry.special_requests else lines


def place_words(offer: WaitingOffer) -> dict[str, str]:
    """Say which place is offered: its day and hour in the house's zone."""
    reservation = offer.reservation
    if reservation is None:
        return {"day": full_date(offer.entry.service_date), "time": ""}
    local = clock.local(reservation.starts_at, reservation.establishment.timezone)
    return {"day": full_date(local.date()), "time": spoken_time(reservation.local_time)}


def until_words(offer: WaitingOffer, *, always_dated: bool = False) -> str:
    """Write until when the place is kept: "19:45", with the day when it is not today's, or may be taken for another."""
    house = offer.entry.establishment
    local = clock.local(offer.expires_at, house.timezone)
    at = clock_time(local.time())
    if local.date() == house.today() and not always_dated:
        return at
    return _("%(time)s, %(day)s", time=at, day=full_date(local.date()))


def until_beside_its_day(offer: WaitingOffer) -> str:
    """Write until when, beside the day of the place: an hour alone would be taken for that day's."""
    zone, made = offer.entry.establishment.timezone, offer.reservation
    place = clock.local(made.starts_at, zone).date() if made is not None else None
    return until_words(offer, always_dated=clock.local(offer.expires_at, zone).date() != place)


def standing_of(entry: WaitingEntry) -> dict[str, Any]:
    """Say honestly where a party stands: its rank, the place kept for it, or how it ended."""
    now = clock.now()
    offer = queries.last_offer(entry)
    kept = offer if offer is not None and queries.is_kept(offer, now) else None
    return {
        "entry": entry,
        "sentence": entry_sentence(entry),
        "lines": entry_lines(entry),
        "rank": queries.rank_of(entry) if entry.state is S.WAITING else None,
        "offer": {**place_words(kept), "until": until_beside_its_day(kept)} if kept else None,
        "booked": _booked(entry, offer),
        "is_too_late": entry.state is S.OFFERED and kept is None,
        "house": entry.establishment,
    }


def _booked(entry: WaitingEntry, offer: WaitingOffer | None) -> dict[str, str] | None:
    """Say which place was accepted, while its party is still expected: its day and hour; None when there is none."""
    made = offer.reservation if offer is not None and entry.state is S.ACCEPTED else None
    return place_words(offer) if offer is not None and made is not None and made.state in COMING else None


def times_to_wait_for(establishment: Establishment, service_date: date) -> list[str]:
    """Give the arrival times of a day that are not too near for a place to be offered."""
    earliest = clock.now() + lead_of(establishment.id)
    slots = slots_on(house_of(establishment).opening, service_date)
    return [clock_time(slot.local_time) for slot in slots if slot.instant > earliest]


def stretch_without_a_table(establishment: Establishment, service_date: date, covers: int) -> tuple[str, str]:
    """Give the first and last time without a table of the last shift that is short of any; "" twice when none is."""
    day = day_of(house_of(establishment), service_date)
    full = [
        offer.slot
        for offer in times_on(day, covers)
        if isinstance(offer.verdict, Refusal) and offer.verdict.reason in WITHOUT_A_TABLE
    ]
    stretch = [slot for slot in full if slot.shift.id == full[-1].shift.id]
    return (clock_time(stretch[0].local_time), clock_time(stretch[-1].local_time)) if stretch else ("", "")
