"""Agenda sources: what each slice puts into the one calendar, which knows none of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from app.kernel.access import Actor, Permission


@dataclass(frozen=True)
class Window:
    """What the calendar asks of a source: one place, from an instant to another, through filters ("" for none)."""

    place: Any
    starts: datetime
    ends: datetime
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AgendaEntry:
    """Something that happens at a time, in neutral words. It names nobody's address nor telephone: feeds repeat it.

    `zone` is that of its place, `tone` that of a badge; `version` changes with the record, for moves.
    """

    id: UUID
    title: str
    details: str
    starts: datetime
    ends: datetime
    zone: str
    state: str
    tone: str
    url: str
    is_movable: bool
    version: str


@dataclass(frozen=True)
class AgendaDay:
    """What one day amounts to, in words ("12 réservations, 34 couverts")."""

    day: date
    words: str


@dataclass(frozen=True)
class AgendaSpan:
    """A stretch of a day in which much happens, in words: "Dîner", "12 rés. · 38 couv."."""

    day: date
    title: str
    words: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Move:
    """Where an entry should go: a day and a time of the place's own clock, and what it should stand on ("": as is).

    `seen` is the version that whoever moves it had before their eyes.
    """

    day: date
    at: time
    resource: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Alternative:
    """A move that would be accepted, in words."""

    label: str
    move: Move


@dataclass(frozen=True)
class AgendaFilter:
    """A choice by which a source narrows its entries; `neutral` names what is shown when nothing is chosen."""

    key: str
    label: str
    neutral: str
    choices: Callable[[Any], Iterable[tuple[str, str]]]


@dataclass(frozen=True, eq=False)
class AgendaMoves:
    """How the entries of a source are moved.

    `move(actor, id, move)` moves one in the caller's transaction, and raises RuleBroken with the reason;
    `nearest(actor, id, move)`, asked once that is over, gives the moves that would be accepted instead.
    """

    move: Callable[[Actor, UUID, Move], None]
    nearest: Callable[[Actor, UUID, Move], list[Alternative]]


@dataclass(frozen=True, eq=False)
class AgendaSource:
    """What a slice puts into the calendar.

    `entries(actor, window, limit)` gives at most so many, `days(actor, window)` counts them day by day: both hold only
    what this actor may see. `hours(place, first, last)` says between which minutes of the day something may happen.
    `spans(actor, window)` gathers its entries where they would be drawn one over the other; `times(actor, window)` does
    so for a single day, time by time. Without `moves` its entries stay where they are.
    """

    key: str
    label: str
    permission: Permission
    entries: Callable[[Actor, Window, int], list[AgendaEntry]]
    days: Callable[[Actor, Window], list[AgendaDay]]
    entry: Callable[[Actor, UUID], AgendaEntry | None]
    hours: Callable[[Any, date, date], tuple[int, int] | None]
    filters: tuple[AgendaFilter, ...] = ()
    moves: AgendaMoves | None = None
    spans: Callable[[Actor, Window], list[AgendaSpan]] | None = None
    times: Callable[[Actor, Window], list[AgendaSpan]] | None = None


_sources: dict[str, AgendaSource] = {}


def agenda_source(source: AgendaSource) -> AgendaSource:
    """Declare a source of the calendar; its key stands in addresses."""
    _sources[source.key] = source
    return source


def sources_for(actor: Actor) -> list[AgendaSource]:
    """Give the sources this actor may see anything of."""
    return [source for source in _sources.values() if actor.may(source.permission)]


def topic_of(place_id: UUID) -> str:
    """Name the topic that a source touches when what it puts into the calendar of a place has changed."""
    return f"agenda:{place_id}"
