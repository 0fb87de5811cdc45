"""What the calendar's page shows: the period, its entries day by day, the filters, the ways before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from typing import Any
from urllib.parse import urlencode

from app.calendar.periods import DAY, Hours, Period, Shown, asked_day, asked_shown, hours_shown, period_around
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.agenda import AgendaDay, AgendaEntry, AgendaFilter, AgendaSource, AgendaSpan, Window, sources_for
from app.kernel.formats import drawn_clock

MOST_ENTRIES = {Shown.MONTH: 400, Shown.WEEK: 700, Shown.DAY: 1000}
MOST_ABREAST = {Shown.WEEK: 4, Shown.DAY: 8}
"""How many entries can be read side by side: more are gathered."""
MOST_A_DAY = 5
"""How many entries are listed in a day of a month: more are gathered."""
ONE_BY_ONE = "detail"


@dataclass(frozen=True)
class ShownEntry:
    """An entry with its source and its times on the place's clock."""

    source: AgendaSource
    entry: AgendaEntry
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class ShownSpan:
    """A stretch of a day with its times on the place's clock; of a single day, with the entries that begin then."""

    span: AgendaSpan
    starts: datetime
    ends: datetime
    entries: list[ShownEntry] = field(default_factory=list)


@dataclass(frozen=True)
class ShownDay:
    """A day with something in it: its entries, gathered where they are crowded, or only what it amounts to."""

    day: date
    entries: list[ShownEntry] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    spans: list[ShownSpan] = field(default_factory=list)


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
    is_crowded: bool
    is_gathered: bool
    outside: int

    def address(self, endpoint_url: str, **changed: str) -> str:
        """Give an address of the calendar with what is chosen now, and what is changed of it."""
        kept = {
            "vue": self.period.shown.value,
            "date": self.period.day.isoformat(),
            **{shown.filter.key: shown.chosen for shown in self.filters if shown.chosen},
            **({ONE_BY_ONE: "oui"} if self.is_crowded and not self.is_gathered else {}),
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
    is_crowded = not is_counted_only and _is_crowded(entries, period.shown, night)
    is_gathered = is_crowded and asked.get(ONE_BY_ONE) != "oui"
    if is_counted_only:
        days = _counted(sources, window, actor)
    else:
        days = _grouped(entries, night)
        if is_gathered:
            is_day = period.shown is Shown.DAY
            days = _by_time(days, window, actor) if is_day else _gathered(sources, window, actor)
    is_hiding = not (hours.is_flexible or is_gathered or period.shown is Shown.MONTH)
    return Agenda(
        place,
        period,
        hours,
        days,
        filters,
        is_counted_only=is_counted_only,
        is_crowded=is_crowded,
        is_gathered=is_gathered,
        outside=sum(_is_outside(each, hours) for each in entries) if is_hiding else 0,
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

    return [ShownDay(day, list(group)) for day, group in groupby(entries, key=day_of)]


def _is_crowded(entries: list[ShownEntry], shown: Shown, night: timedelta) -> bool:
    """Tell whether there are too many entries side by side, or too many in a day of a month."""
    if shown is Shown.MONTH:
        return any(len(day.entries) > MOST_A_DAY for day in _grouped(entries, night))
    changes = sorted((at, step) for each in entries for at, step in ((each.starts, 1), (each.ends, -1)))
    return any(abreast > MOST_ABREAST[shown] for abreast in accumulate(step for _at, step in changes))


def _by_time(days: list[ShownDay], window: Window, actor: Actor) -> list[ShownDay]:
    """Gather a crowded day time by time; each entry keeps its line."""
    zone, gathered = window.place.timezone, []
    for day in days:
        found: list[ShownSpan] = []
        for source in dict.fromkeys(shown.source for shown in day.entries if shown.source.times):
            for span in source.times(actor, window) if source.times else ():
                own = [each for each in day.entries if each.source is source and each.entry.starts == span.starts]
                found.append(ShownSpan(span, clock.local(span.starts, zone), clock.local(span.ends, zone), own))
        alone = [shown for shown in day.entries if not shown.source.times]
        gathered.append(ShownDay(day.day, alone, day.words, sorted(found, key=lambda each: each.starts)))
    return gathered


def _gathered(sources: list[AgendaSource], window: Window, actor: Actor) -> list[ShownDay]:
    """Gather what crowds; a source that gathers nothing says what its days amount to."""
    zone, days = window.place.timezone, dict[date, ShownDay]()
    for source in sources:
        for span in source.spans(actor, window) if source.spans else ():
            shown = ShownSpan(span, clock.local(span.starts, zone), clock.local(span.ends, zone))
            days.setdefault(span.day, ShownDay(span.day)).spans.append(shown)
        for counted in source.days(actor, window) if source.spans is None else ():
            days.setdefault(counted.day, ShownDay(counted.day)).words.append(counted.words)
    return [days[day] for day in sorted(days)]


def _counted(sources: list[AgendaSource], window: Window, actor: Actor) -> list[ShownDay]:
    counts: list[AgendaDay] = [day for source in sources for day in source.days(actor, window)]
    counts.sort(key=lambda counted: counted.day)
    return [
        ShownDay(day, words=[counted.words for counted in group])
        for day, group in groupby(counts, key=lambda counted: counted.day)
    ]


def _is_outside(shown: ShownEntry, hours: Hours) -> bool:
    minutes = shown.starts.hour * 60 + shown.starts.minute
    return not any(hours.starts <= at < hours.ends for at in (minutes, minutes + DAY))
