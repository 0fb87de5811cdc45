"""What the pages of the room show: each area drawn with its tables as they stand, who comes, who waits, who is late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from app.booking.floor_plan import Drawing, Extent, Place, Standing, planned
from app.booking.joining_lines import Line, joining_lines
from app.booking.models import Area, Table
from app.booking.opening import QUARTER_MINUTES, quarter_of, slots_on
from app.booking.permissions import day_under_way
from app.booking.presentation.closings import closed_on
from app.booking.queries import guests, house_of, next_shift, paused_until, rooms
from app.booking.queries.floor import parties_on, patience_of
from app.booking.settings import PAUSE_MINUTES
from app.booking.tonight import Look, Offered, Party, Room, TableNow
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.formats import clock_time, delay_shown, full_date, number_range, spoken_time
from app.kernel.languages import N_, _, ngettext

AHEAD = 20
NAME_ON_A_TABLE = 11
PAUSE_LABELS = {
    30: N_("Suspendre la demi-heure qui vient"),
    60: N_("Suspendre l’heure qui vient"),
    120: N_("Suspendre les deux heures qui viennent"),
}
TO_READ, TO_KNOW = "!", "★"
"""On the plan: something of the guest's health is to be read; there is something to know. The words are beside."""


@dataclass(frozen=True)
class Moment:
    """What is looked at: a service date, and an instant of it. `is_now` follows the clock."""

    service_date: date
    at: datetime
    is_now: bool

    def asked(self, zone: str) -> dict[str, Any]:
        """Give what an address has to say to show this moment again."""
        return {} if self.is_now else {"heure": clock_time(clock.local(self.at, zone).time())}


@dataclass(frozen=True)
class Mark:
    """A table on the plan: where it stands, how it looks, the words under it, all of it in one sentence."""

    id: UUID
    code: str
    place: Place
    look: Look
    inside: str
    name: str
    word: str
    sentence: str
    is_late: bool
    party_id: UUID | None = None
    sign: str = ""

    @property
    def below(self) -> float:
        """Give how far below the centre the words begin."""
        across, along = self.place.width, self.place.height
        return (max(across, along) if self.place.rotation % 180 else along) / 2 + 22


@dataclass(frozen=True)
class Joint:
    """Two tables joined for one party, drawn as a line between them, around whoever sits there."""

    look: Look
    line: Line

    @property
    def points(self) -> str:
        """Write the line for an SVG."""
        return " ".join(f"{x},{y}" for x, y in self.line)


@dataclass(frozen=True)
class AreaShown:
    """One area with its tables."""

    id: UUID
    code: str
    extent: Extent
    drawing: Drawing
    marks: list[Mark]
    joints: list[Joint]
    free: int


def moment_of(establishment: Establishment, hour: str | None) -> Moment:
    """Read the hour an address asks for, on the day under way; without one, or with nonsense, it is now."""
    now, day = clock.now(), day_under_way(establishment)
    try:
        wanted = time.fromisoformat(hour) if hour else None
    except ValueError:
        wanted = None
    if wanted is None or wanted.tzinfo is not None:
        return Moment(day, now, is_now=True)
    local = clock.local(now, establishment.timezone)
    asked = local.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
    if asked < local - timedelta(hours=12):
        asked += timedelta(days=1)
    return Moment(day, asked, is_now=False) if asked > local else Moment(day, now, is_now=True)


def room_at(
    establishment: Establishment, moment: Moment, tables: Iterable[Table], offers: Sequence[Offered], *, actor: Actor
) -> Room:
    """Give the room at a moment; `offers` are the places kept for the waiting list."""
    parties = parties_on(establishment.id, moment.service_date, actor=actor)
    names = {table.id: table.code for table in tables}
    return Room(parties, names, moment.at, clock.now(), patience_of(establishment), offers)


def tables_in_service(establishment: Establishment) -> list[Table]:
    """Give the tables guests may sit at."""
    return [table for table in rooms.tables_of(establishment) if table.is_active]


def areas_shown(
    areas: Iterable[Area], tables: Iterable[Table], room: Room, zone: str, known: guests.Marks
) -> list[AreaShown]:
    """Draw each area that has tables; `known` is what the team knows of the guests."""
    by_area: dict[UUID, list[Table]] = {}
    for table in tables:
        by_area.setdefault(table.area_id, []).append(table)
    return [_area(area, by_area[area.id], room, zone, known) for area in areas if area.id in by_area]


def hours_ahead(establishment: Establishment, moment: Moment) -> list[tuple[str, bool]]:
    """Give the quarter-hours to come that the slider runs over, with which one is shown; "" is now."""
    first = (quarter_of(clock.now()) + 1) * QUARTER_MINUTES * 60
    zone = establishment.timezone
    instants = [datetime.fromtimestamp(first + n * QUARTER_MINUTES * 60, moment.at.tzinfo) for n in range(AHEAD)]
    hours = [clock_time(clock.local(instant, zone).time()) for instant in instants]
    shown = "" if moment.is_now else clock_time(clock.local(moment.at, zone).time())
    return [(hour, hour == shown) for hour in ("", *hours)]


@dataclass(frozen=True)
class LimitsShown:
    """What keeps guests away: until when online bookings are paused, what its button says, what is closed today."""

    paused_until: str
    pause_label: str
    closed: list[str]


def limits_on(establishment: Establishment, service_date: date) -> LimitsShown:
    """Give what the team should know is paused or closed."""
    until = paused_until(establishment, clock.now())
    shown = spoken_time(clock.local(until, establishment.timezone).time()) if until else ""
    minutes = PAUSE_MINUTES.value(establishment=str(establishment.id))
    return LimitsShown(shown, _(PAUSE_LABELS[minutes]), closed_on(establishment, service_date))


def day_title(day: date) -> str:
    """Write the day as a title."""
    title = full_date(day)
    return title[:1].upper() + title[1:]


def summary_of(room: Room) -> str:
    """Say in one sentence how the evening stands."""
    coming = sum(party.covers for party in room.coming)
    seated = sum(party.covers for party in room.seated)
    parts = [
        ngettext("%(num)s couvert attendu", "%(num)s couverts attendus", coming),
        ngettext("%(num)s à table", "%(num)s à table", seated),
    ]
    if room.waiting:
        parts.append(ngettext("%(num)s groupe attend", "%(num)s groupes attendent", len(room.waiting)))
    return f"{', '.join(parts)}."


def coming_by_hour(room: Room) -> list[tuple[str, int, list[Party]]]:
    """Group who is expected by hour of arrival, with the covers of each."""
    groups = groupby(room.coming, key=lambda party: party.local_time)
    listed = [(clock_time(hour), list(parties)) for hour, parties in groups]
    return [(hour, sum(party.covers for party in parties), parties) for hour, parties in listed]


def next_shift_shown(establishment: Establishment, room: Room, day: date) -> tuple[date, str] | None:
    """Say when the house receives next, once nobody is expected and nobody can come any more on this date."""
    house = house_of(establishment)
    if room.coming or any(slot.instant > room.now for slot in slots_on(house.opening, day)):
        return None
    found = next_shift(house, day + timedelta(days=1))
    return found and (
        found[0],
        _("Prochain service : %(day)s à %(time)s", day=full_date(found[0]), time=spoken_time(found[1])),
    )


def covers_in_words(covers: int) -> str:
    """Write "4 couverts"."""
    return ngettext("%(num)s couvert", "%(num)s couverts", covers)


def _area(area: Area, tables: list[Table], room: Room, zone: str, known: guests.Marks) -> AreaShown:
    plan = planned([Standing(table.code, table.max_covers, table.place) for table in tables], area.drawing)
    seats = {table.id: table.max_covers for table in tables}
    marks = [_mark(table, plan.places[table.code], room.shown[table.id], zone, known, seats) for table in tables]
    free = sum(mark.look in (Look.FREE, Look.SOON) for mark in marks)
    return AreaShown(area.id, area.code, plan.extent, plan.drawing, marks, _joints(marks), free)


def _joints(marks: Sequence[Mark]) -> list[Joint]:
    """Tie the tables a party has in the same area."""
    places = {mark.code: mark.place for mark in marks}
    of_party: dict[UUID, list[Mark]] = {}
    for mark in marks:
        if mark.party_id is not None:
            of_party.setdefault(mark.party_id, []).append(mark)
    return [
        Joint(tables[0].look, line)
        for tables in of_party.values()
        for line in joining_lines(places, [mark.code for mark in tables])
    ]


def _mark(table: Table, place: Place, now: TableNow, zone: str, known: guests.Marks, seats: Mapping[UUID, int]) -> Mark:
    party, late = now.party, now.minutes_late
    to_know = known.get(party.guest_id, ()) if party else ()
    if party is None:
        following = now.following
        word = clock_time(following.local_time) if following and now.look is Look.SOON else ""
        inside, name = number_range(table.min_covers, table.max_covers), ""
        if now.offered is not None:
            word = _("proposée → %(until)s", until=now.offered.until)
            inside, name = f"{now.offered.covers}/{table.max_covers}", _short(now.offered.short_name)
    else:
        until = clock_time(clock.local(party.ends_at, zone).time())
        word = _("retard %(delay)s", delay=delay_shown(late)) if late else _word(now.look, party, until)
        joined = sum(seats.get(id, 0) for id in party.tables)
        inside, name = f"{party.covers}/{max(joined, table.max_covers)}", _short(party.short_name)
    return Mark(
        table.id,
        table.code,
        place,
        now.look,
        inside,
        name,
        word,
        _sentence(table, now, zone, [mark.label for mark in to_know]),
        bool(late),
        party.id if party else None,
        _sign(to_know),
    )


def _word(look: Look, party: Party, until: str) -> str:
    if look is Look.EXPECTED:
        return clock_time(party.local_time)
    return look.label if look is not Look.SEATED else f"→ {until}"


def _short(name: str) -> str:
    return name if len(name) <= NAME_ON_A_TABLE else f"{name[: NAME_ON_A_TABLE - 1].rstrip()}…"


def _sign(marks: Sequence[guests.Mark]) -> str:
    if not marks:
        return ""
    return TO_READ if any(mark.of_health for mark in marks) else TO_KNOW


def _sentence(table: Table, now: TableNow, zone: str, to_know: list[str]) -> str:
    said = [_("Table %(code)s", code=table.code), now.look.label]
    if now.party is not None:
        until = clock_time(clock.local(now.party.ends_at, zone).time())
        said += [now.party.name, covers_in_words(now.party.covers), _("jusqu’à %(time)s", time=until)]
        if now.minutes_late:
            said.append(_("en retard de %(delay)s", delay=delay_shown(now.minutes_late)))
        said += to_know
    elif now.offered is not None:
        said[1] = now.offered.sentence
    elif now.following is not None:
        said.append(_("attendue à %(time)s", time=clock_time(now.following.local_time)))
    return ", ".join(said)
