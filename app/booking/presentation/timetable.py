"""The timeline of one service date: tables as rows, by area, and who sits there when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from uuid import UUID

from app.booking import agenda, queries
from app.booking.models import Reservation, Table
from app.booking.opening import DAY_MINUTES, start_of
from app.booking.permissions import day_under_way
from app.booking.queries import House, boards, rooms
from app.booking.queries.floor import late_tonight
from app.booking.queries.guests import Mark, marks_of
from app.booking.seating import STAFF, Day, Placement, feasible, nearest
from app.booking.service import Wish
from app.booking.tonight import Offered
from app.booking.waiting.tonight import waited_tonight
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.agenda import AgendaEntry, Alternative, Move
from app.kernel.formats import delay_shown, number_range, spoken_time
from app.kernel.languages import _

OTHER_TIMES = 2
EVENING = (18 * 60, 24 * 60)
HOUR = 60
LATE_TONE = "danger"


@dataclass(frozen=True)
class Sitting:
    """One reservation on one table; `unit` names all it holds, for the engine, `short` is what fits on a bar.

    It starts when its table is held: before the hour promised where the party sat down early.
    """

    entry: AgendaEntry
    starts: datetime
    ends: datetime
    unit: str
    short: str
    marks: Sequence[Mark] = ()

    @property
    def promised(self) -> datetime:
        """The hour promised, on the house's clock."""
        return clock.local(self.entry.starts, self.entry.zone)


@dataclass(frozen=True)
class Proposal:
    """A place offered to the waiting list, in the hours of the house's clock."""

    offered: Offered
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class TableRow:
    """One table, who sits there and for whom it is kept, by time; a retired one is shown for their sake alone."""

    id: str
    code: str
    covers: str
    sittings: list[Sitting]
    proposals: list[Proposal]
    is_retired: bool


@dataclass(frozen=True)
class Timetable:
    """All that a page of the timeline shows; `opens_at` is the hour that should be before the eyes, in minutes."""

    place: Establishment
    service_date: date
    areas: list[tuple[str, list[TableRow]]]
    unseated: list[Sitting]
    hours: tuple[int, int]
    opens_at: int
    step: int


def timetable_of(place: Establishment, service_date: date, actor: Actor) -> Timetable:
    """Read one service date; a table out of service is shown while somebody sits there."""
    house = queries.house_of(place)
    reservations = boards.seated_on(actor, place.id, service_date)
    known = marks_of([reservation.guest_id for reservation in reservations], service_date, actor, place)
    late = _minutes_late(place, service_date, actor)
    sittings = {
        each.id: _sitting(each, house, actor, known[each.guest_id], late.get(each.id, 0)) for each in reservations
    }
    held: dict[str, list[Sitting]] = {}
    for reservation in reservations:
        for seating in reservation.seatings:
            held.setdefault(seating.table_id.hex, []).append(sittings[reservation.id])
    kept = _proposals(waited_tonight(place, service_date, actor).offers, place.timezone)
    shown = [table for table in rooms.tables_of(place) if table.is_active or {table.id.hex} & {*held, *kept}]
    drawn: list[Sitting | Proposal] = [*sittings.values(), *chain.from_iterable(kept.values())]
    hours = _hours_drawn(agenda.hours_of_service(place, service_date), service_date, drawn)
    return Timetable(
        place,
        service_date,
        areas=[(area, [_row(table, held, kept) for table in tables]) for area, tables in _by_area(shown)],
        unseated=[sittings[reservation.id] for reservation in reservations if not reservation.seatings],
        hours=hours,
        opens_at=_opens_at(place, service_date, hours, sittings.values()),
        step=house.opening.slot_minutes,
    )


def _minutes_late(place: Establishment, service_date: date, actor: Actor) -> dict[UUID, int]:
    """Give by how much each party is late, on the evening under way; other days know nobody late."""
    if service_date != day_under_way(place):
        return {}
    return {party.id: minutes for party, minutes in late_tonight(place, actor)}


def wish_of(reservation: Reservation, asked: Move) -> Wish:
    """Write a move on the timeline as a wish: a table chosen by hand outweighs the area that was wished for."""
    unit = queries.house_of(reservation.establishment).room.unit(asked.resource)
    kept = reservation.area_wish if unit is None or unit.serves(reservation.area_wish) else None
    return Wish(asked.day, asked.at, reservation.covers, kept, unit.id if unit else None)


def unit_held(reservation: Reservation, house: House) -> str:
    """Name the table or combination a reservation holds; "" when the room knows it no more."""
    held = {seating.table_id.hex for seating in reservation.seatings}
    return next((unit.id for unit in house.room.units if set(unit.tables) == held), "")


def nearest_moves(reservation: Reservation, asked: Move) -> list[Alternative]:
    """Give what would be accepted: another table at that time, that table at other times, else any time of the day."""
    day, wish = agenda.day_without(reservation, asked.day), wish_of(reservation, asked)
    codes, seen = rooms.codes_of(reservation.establishment), str(reservation.sequence)
    elsewhere = (
        (at, placement)
        for at, placement in (*_other_table(day, wish), *_other_times(day, wish))
        if not _stands_there(reservation, asked.day, at, placement)
    )
    found = list(elsewhere) or [
        (offer.slot.local_time, offer.verdict)
        for offer in nearest(day, wish.covers, wish.local_time, OTHER_TIMES, permit=STAFF)
        if isinstance(offer.verdict, Placement)
    ]
    return [
        Alternative(
            _("%(time)s, table %(table)s", time=spoken_time(at), table=codes[placement.unit.id]),
            Move(asked.day, at, placement.unit.id, seen),
        )
        for at, placement in found
    ]


def _stands_there(reservation: Reservation, day: date, at: time, placement: Placement) -> bool:
    """Tell whether this is the very place the reservation has: nothing to propose to who wants it moved."""
    held = {seating.table_id.hex for seating in reservation.seatings}
    return (day, at, set(placement.unit.tables)) == (reservation.service_date, reservation.local_time, held)


def _other_table(day: Day, wish: Wish) -> list[tuple[time, Placement]]:
    found = feasible(day, wish.local_time, wish.covers, permit=STAFF)
    return [(wish.local_time, found)] if isinstance(found, Placement) and found.unit.id != wish.unit else []


def _other_times(day: Day, wish: Wish) -> list[tuple[time, Placement]]:
    """Give the nearest times at which the very table asked for is free; a time past midnight ends the evening."""
    if wish.unit is None:
        return []
    wished = wish.local_time.hour * 60 + wish.local_time.minute
    free = [
        (min(abs(slot.minutes - wished), abs(slot.minutes - wished - DAY_MINUTES)), slot.local_time, verdict)
        for slot in day.slots
        if isinstance(verdict := feasible(day, slot, wish.covers, lock=wish.unit, permit=STAFF), Placement)
    ]
    return [(at, verdict) for _distance, at, verdict in sorted(free, key=itemgetter(0))[:OTHER_TIMES]]


def _sitting(reservation: Reservation, house: House, actor: Actor, marks: Sequence[Mark], late: int) -> Sitting:
    entry = agenda.entry_of(reservation, actor)
    held = min((start_of(seating.first_quarter) for seating in reservation.seatings), default=entry.starts)
    starts, ends = clock.local(min(held, entry.starts), entry.zone), clock.local(entry.ends, entry.zone)
    short = f"{reservation.covers} · {reservation.last_name or reservation.guest_name}"
    if late:
        delay = delay_shown(late)
        entry = replace(entry, tone=LATE_TONE, state=_("En retard de %(delay)s", delay=delay))
        short = f"{short} +{late}′"
    return Sitting(entry, starts, ends, unit_held(reservation, house), short, marks)


def _hours_drawn(received: tuple[int, int] | None, day: date, drawn: Sequence[Sitting | Proposal]) -> tuple[int, int]:
    """Give the whole hours of the shifts, and of whoever sits outside them; an evening where there is nothing."""
    edges = [*(received or ()), *(_minutes_of(day, at) for each in drawn for at in (each.starts, each.ends))]
    first, last = min(edges, default=EVENING[0]), max(edges, default=EVENING[1])
    return max(0, first // HOUR * HOUR), -(-last // HOUR) * HOUR


def _opens_at(place: Establishment, day: date, hours: tuple[int, int], sittings: Iterable[Sitting]) -> int:
    """Give the hour before the present one while the day is under way, else some hours before half of them come."""
    first, last = hours
    now = _minutes_of(day, clock.local(clock.now(), place.timezone))
    if first <= now < last:
        return max(first, (now - HOUR) // HOUR * HOUR)
    starts = sorted(_minutes_of(day, sitting.starts) for sitting in sittings)
    half = starts[len(starts) // 2] if starts else first
    return max(first, (half - 2 * HOUR) // HOUR * HOUR)


def _minutes_of(day: date, local: datetime) -> int:
    return int((local.replace(tzinfo=None) - datetime.combine(day, time())).total_seconds()) // 60


def _proposals(offers: Iterable[Offered], zone: str) -> dict[str, list[Proposal]]:
    """Give by table the places offered there."""
    found: dict[str, list[Proposal]] = {}
    for offered in sorted(offers, key=attrgetter("starts_at")):
        drawn = Proposal(offered, clock.local(offered.starts_at, zone), clock.local(offered.ends_at, zone))
        for table in offered.tables:
            found.setdefault(table.hex, []).append(drawn)
    return found


def _by_area(tables: Iterable[Table]) -> Iterator[tuple[str, list[Table]]]:
    ordered = sorted(tables, key=lambda table: (table.area.position, table.area.code))
    for code, inside in groupby(ordered, key=lambda table: table.area.code):
        yield code, list(inside)


def _row(table: Table, held: dict[str, list[Sitting]], kept: dict[str, list[Proposal]]) -> TableRow:
    covers = number_range(table.min_covers, table.max_covers)
    id = table.id.hex
    return TableRow(id, table.code, covers, held.get(id, []), kept.get(id, []), not table.is_active)
