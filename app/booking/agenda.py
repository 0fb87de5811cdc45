"""Reservations in the calendar: what the calendar shows of them, and how it moves them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import url_for

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.figures.grain import shift_at
from app.booking.models import COMING, Reservation
from app.booking.models import ReservationState as S
from app.booking.opening import Shift, instant_of, slot_at
from app.booking.opening.hours import shifts_on
from app.booking.queries import boards
from app.booking.queries.rooms import areas_of
from app.booking.seating import STAFF, Day, Offer, nearest
from app.booking.service import Wish
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.agenda import (
    AgendaDay,
    AgendaEntry,
    AgendaFilter,
    AgendaMoves,
    AgendaSource,
    AgendaSpan,
    Alternative,
    Move,
    Window,
    agenda_source,
)
from app.kernel.formats import near_date, spoken_time
from app.kernel.languages import N_, _, ngettext
from app.kernel.lifecycle import NotAllowed

ALL = "toutes"
ONE_DAY = timedelta(days=1)
SEARCHED_DAYS = 3
AFTER_LAST_ARRIVAL = timedelta(hours=1)
HALF_AN_HOUR = timedelta(minutes=30)


def entries(actor: Actor, window: Window, limit: int) -> list[AgendaEntry]:
    """Give the reservations of a window as entries."""
    return [entry_of(reservation, actor) for reservation in boards.listed(_selected(actor, window), limit)]


def days(actor: Actor, window: Window) -> list[AgendaDay]:
    """Say what each service date of a window amounts to."""
    return [
        AgendaDay(day, f"{_reservations(number)}, {_covers(covers)}")
        for day, number, covers in boards.counted_by_day(_selected(actor, window))
    ]


def spans(actor: Actor, window: Window) -> list[AgendaSpan]:
    """Gather the reservations of a window by shift, with their covers; what fits none stands by its own hours."""
    opening = queries.house_of(window.place).opening
    gathered: dict[tuple[date, Shift | None], list[boards.Arrivals]] = defaultdict(list)
    for arrivals in boards.counted_by_start(_selected(actor, window)):
        day = arrivals.service_date
        at = clock.local(arrivals.starts_at, opening.zone).time()
        gathered[day, shift_at(opening, day, at)].append(arrivals)
    return [_span(opening.zone, day, shift, found) for (day, shift), found in gathered.items()]


def times(actor: Actor, window: Window) -> list[AgendaSpan]:
    """Gather the reservations of a day by time of arrival, each drawn for half an hour."""
    zone = window.place.timezone
    return [
        AgendaSpan(
            arrivals.service_date,
            spoken_time(clock.local(arrivals.starts_at, zone).time()),
            _arriving([arrivals]),
            arrivals.starts_at,
            arrivals.starts_at + HALF_AN_HOUR,
        )
        for arrivals in boards.counted_by_start(_selected(actor, window))
    ]


def entry(actor: Actor, reservation_id: UUID) -> AgendaEntry | None:
    """Give one reservation as an entry, if this actor may see it."""
    found = boards.visible_reservation(actor, reservation_id)
    return entry_of(found, actor) if found is not None else None


def entry_of(reservation: Reservation, actor: Actor) -> AgendaEntry:
    """Write a reservation as the calendar shows it: who, how many, where; never how to reach them."""
    tables = reservation.table_codes()
    where = [_("table %(table)s", table=tables)] if tables else []
    return AgendaEntry(
        id=reservation.id,
        title=reservation.guest_name,
        details=", ".join([_covers(reservation.covers), *where]),
        starts=reservation.starts_at,
        ends=reservation.ends_at,
        zone=reservation.establishment.timezone,
        state=reservation.state.label,
        tone=reservation.state.value,
        url=url_for("desk.reservation_show", id=reservation.id),
        is_movable=reservation.state in COMING and actor.may(may.CHANGE, reservation),
        version=str(reservation.sequence),
    )


def hours(place: Establishment, first: date, last: date) -> tuple[int, int] | None:
    """Give between which minutes the house receives on some days: the first arrival, the end of the last stay.

    The evening before counts: its night runs into the first day.
    """
    return _received_between(place, first - ONE_DAY, last)


def hours_of_service(place: Establishment, service_date: date) -> tuple[int, int] | None:
    """Give between which minutes the house receives for one service date: nobody of the evening before."""
    return _received_between(place, service_date, service_date)


def _received_between(place: Establishment, first: date, last: date) -> tuple[int, int] | None:
    house = queries.house_of(place)
    shifts = {
        shift
        for offset in range((last - first).days + 1)
        for shift in shifts_on(house.opening, first + offset * ONE_DAY)
    }
    if not shifts:
        return None
    longest = {shift: max(band.minutes for band in shift.durations or house.room.durations) for shift in shifts}
    return min(shift.minutes[0] for shift in shifts), max(shift.minutes[-1] + longest[shift] for shift in shifts)


def move(actor: Actor, reservation_id: UUID, to: Move) -> None:
    """Move a reservation to another day or time of the house's clock; the room is asked as for any other."""
    reservation = _known(actor, reservation_id)
    wish = _wish(reservation, to)
    service.move_seen_reservation(reservation, wish, actor=actor, permit=STAFF, seen=to.seen)


def nearest_moves(actor: Actor, reservation_id: UUID, to: Move) -> list[Alternative]:
    """Give the nearest times that work: that day's, then the same hour on the days after."""
    reservation = _known(actor, reservation_id)
    wish, today = _wish(reservation, to), reservation.establishment.today()
    return [
        Alternative(
            _("%(day)s à %(time)s", day=near_date(real, today), time=spoken_time(offer.slot.local_time)),
            Move(real, offer.slot.local_time, seen=str(reservation.sequence)),
        )
        for offer in _offers(reservation, wish)
        for real in [clock.local(offer.slot.instant, reservation.establishment.timezone).date()]
    ]


def day_without(reservation: Reservation, service_date: date) -> Day:
    """Give a service date as the engine sees it when the reservation's own tables are free."""
    house = queries.house_of(reservation.establishment)
    return queries.day_without(house, service_date, reservation.id)


def _offers(reservation: Reservation, wish: Wish) -> Iterator[Offer]:
    around = wish.service_date
    for ahead in range(SEARCHED_DAYS + 1):
        day, most = day_without(reservation, around + ahead * ONE_DAY), 1 if ahead else 3
        found = nearest(day, wish.covers, wish.local_time, most, area=wish.area, permit=STAFF)
        stands = (reservation.service_date, reservation.local_time)
        yield from [offer for offer in found if (day.service_date, offer.slot.local_time) != stands]


def _span(zone: str, day: date, shift: Shift | None, found: list[boards.Arrivals]) -> AgendaSpan:
    """Draw a shift from its first arrival to an hour after its last."""
    if shift is None:
        title, first, last = _("Autre horaire"), found[0].starts_at, found[-1].starts_at
    else:
        title, minutes = shift.name, shift.minutes
        first, last = instant_of(zone, day, minutes[0]), instant_of(zone, day, minutes[-1])
    return AgendaSpan(day, title, _arriving(found), first, last + AFTER_LAST_ARRIVAL)


def _arriving(found: list[boards.Arrivals]) -> str:
    return _(
        "%(reservations)s rés. · %(covers)s couv.",
        reservations=sum(arrivals.reservations for arrivals in found),
        covers=sum(arrivals.covers for arrivals in found),
    )


def _known(actor: Actor, reservation_id: UUID) -> Reservation:
    found = boards.visible_reservation(actor, reservation_id)
    if found is None:
        raise NotAllowed(_("Vous n’avez pas le droit de faire cela."))
    return found


def _wish(reservation: Reservation, to: Move) -> Wish:
    """Read a day and a time of the clock: half past midnight belongs to the evening before, where that is open."""
    house = queries.house_of(reservation.establishment)
    evening_before = to.day - ONE_DAY
    late = slot_at(house.opening, evening_before, to.at)
    is_late = late is not None and clock.local(late.instant, house.opening.zone).date() == to.day
    service_date = evening_before if is_late else to.day
    return Wish(service_date, to.at, reservation.covers, reservation.area_wish, reservation.locked_unit)


def _selected(actor: Actor, window: Window) -> sa.Select[Any]:
    state = window.chosen.get("etat", "")
    states = boards.EVERY if state == ALL else (S(state),) if state in boards.EVERY else boards.EXPECTED
    area = window.chosen.get("espace", "")
    return boards.starting_between(actor, window.place.id, window.starts, window.ends, states=states, area=area)


def _reservations(number: int) -> str:
    return ngettext("%(num)s réservation", "%(num)s réservations", number)


def _covers(number: int) -> str:
    return ngettext("%(num)s couvert", "%(num)s couverts", number)


def _states(_place: Establishment) -> list[tuple[str, str]]:
    return [(ALL, _("Toutes, annulées comprises")), *((state.value, state.label) for state in boards.EVERY)]


def _areas(place: Establishment) -> list[tuple[str, str]]:
    return [(area.code, area.code) for area in areas_of(place)]


agenda_source(
    AgendaSource(
        "reservations",
        N_("Réservations"),
        may.VIEW,
        entries=entries,
        days=days,
        entry=entry,
        hours=hours,
        filters=(
            AgendaFilter("espace", N_("Espace"), N_("Tous les espaces"), _areas),
            AgendaFilter("etat", N_("État"), N_("Sans les annulées ni les absences"), _states),
        ),
        moves=AgendaMoves(move, nearest_moves),
        spans=spans,
        times=times,
    )
)
