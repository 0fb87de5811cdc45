"""What the calendar's page shows: the period, its entries day by day, the filters, the ways before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from app.calendar.periods import DAY, Hours, Period, Shown, asked_day, asked_shown, hours_shown, period_around
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.agenda import AgendaDay, AgendaEntry, AgendaFilter, AgendaSource, Window, sources_for
from app.kernel.formats import drawn_clock

MOST_ENTRIES = {Shown.MONTH: 400, Shown.WEEK: 700, Shown.DAY: 1000}


@dataclass(frozen=True)
class ShownEntry:
    """An entry with its source and its times on the place's clock."""

    source: AgendaSource
    entry: AgendaEntry
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class ShownDay:
    """A day with something in it: its entries, or only what it amounts to where there are too many."""

    day: date
    entries: list[ShownEntry]
    words: list[str]


@dataclass(frozen=True)
class ShownFilter:
    """A filter with its choices and the one in place."""

    filter: AgendaFilter
    choices: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Agenda:
    """All that a calendar page shows of one place and period."""

    place: Establishment
    period: Period
    hours: Hours
    days: list[ShownDay]
    filters: list[ShownFilter]
    is_counted_only: bool
    outside: int

    def address(self, endpoint_url: str, **changed: str) -> str:
        """Give an address of the calendar with what is chosen now, and what is changed of it."""
        kept = {
            "vue": self.period.shown.value,
            "date": self.period.day.isoformat(),
            **{shown.filter.key: shown.chosen for shown in self.filters if shown.chosen},
        }
        return f"{endpoint_url}?{urlencode({**kept, **changed})}"


def agenda_of(place: Establishment, asked: Mapping[str, str], actor: Actor) -> Agenda:
    """Read the calendar of a place as an address asks for it; what the address says wrongly is left out."""
    sources = sources_for(actor)
    period = period_around(asked_shown(asked.get("vue", "")), asked_day(asked.get("date", ""), place.today()))
    hours = hours_shown(_declared_hours(sources, place, period))
    filters = [_shown_filter(each, place, asked) for source in sources for each in source.filters]
    night = timedelta(minutes=max(0, hours.ends - DAY))
    starts, ends = period.instants(place.timezone)
    chosen = {shown.filter.key: shown.chosen for shown in filters if shown.chosen}
    window = Window(place, starts + night, ends + night, chosen)
    entries = _entries(sources, window, actor, MOST_ENTRIES[period.shown] + 1)
    is_counted_only = len(entries) > MOST_ENTRIES[period.shown]
    days = _counted(sources, window, actor) if is_counted_only else _grouped(entries, night)
    return Agenda(
        place,
        period,
        hours,
        days,
        filters,
        is_counted_only=is_counted_only,
        outside=0 if hours.is_flexible or period.shown is Shown.MONTH else sum(_is_outside(e, hours) for e in entries),
    )


def board_of(agenda: Agenda) -> dict[str, Any]:
    """Give what the drawn calendar needs to know, as attributes."""
    place, period, hours = agenda.place, agenda.period, agenda.hours
    views = {Shown.MONTH: "dayGridMonth", Shown.WEEK: "timeGridWeek", Shown.DAY: "timeGridDay"}
    return {
        "data-view": views[period.shown],
        "data-date": period.first.isoformat(),
        "data-first-day": (period.first.weekday() + 1) % 7 if period.shown is Shown.WEEK else None,
        "data-from": _written(hours.starts),
        "data-until": _written(hours.ends),
        "data-flexible": "yes" if hours.is_flexible else None,
        **drawn_clock(place.timezone),
    }


def _written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _declared_hours(sources: list[AgendaSource], place: Establishment, period: Period) -> tuple[int, int] | None:
    found = [hours for source in sources if (hours := source.hours(place, period.first, period.last))]
    return (min(first for first, _last in found), max(last for _first, last in found)) if found else None


def _shown_filter(declared: AgendaFilter, place: Establishment, asked: Mapping[str, str]) -> ShownFilter:
    choices = list(declared.choices(place))
    chosen = asked.get(declared.key, "")
    return ShownFilter(declared, choices, chosen if chosen in dict(choices) else "")


def _entries(sources: list[AgendaSource], window: Window, actor: Actor, limit: int) -> list[ShownEntry]:
    found = [
        ShownEntry(source, entry, clock.local(entry.starts, entry.zone), clock.local(entry.ends, entry.zone))
        for source in sources
        for entry in source.entries(actor, window, limit)
    ]
    return sorted(found, key=lambda shown: shown.entry.starts)


def _grouped(entries: list[ShownEntry], night: timedelta) -> list[ShownDay]:
    """Group by day; the night belongs to the evening before."""

    def day_of(shown: ShownEntry) -> date:
        return (shown.starts - night).date()

    return [ShownDay(day, list(group), []) for day, group in groupby(entries, key=day_of)]


def _counted(sources: list[AgendaSource], window: Window, actor: Actor) -> list[ShownDay]:
    counts: list[AgendaDay] = [day for source in sources for day in source.days(actor, window)]
    counts.sort(key=lambda counted: counted.day)
    return [
        ShownDay(day, [], [counted.words for counted in group])
        for day, group in groupby(counts, key=lambda counted: counted.day)
    ]


def _is_outside(shown: ShownEntry, hours: Hours) -> bool:
    minutes = shown.starts.hour * 60 + shown.starts.minute
    return not any(hours.starts <= at < hours.ends for at in (minutes, minutes + DAY))
