"""Evenings with a title in the calendar: what the house announces, beside those who come to it."""

from datetime import date, timedelta
from uuid import UUID

from flask import url_for

from app.booking import permissions as may
from app.booking import queries
from app.booking.models import ExceptionalDay
from app.booking.opening import Slot, slots_on
from app.booking.queries.rooms import exceptional_days_of
from app.directory.models import Establishment
from app.directory.queries import establishments
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.agenda import AgendaDay, AgendaEntry, AgendaSource, Window, agenda_source
from app.kernel.languages import N_, _


def entries(_actor: Actor, window: Window, limit: int) -> list[AgendaEntry]:
    """Give the announced evenings of a window: everybody may read them, on the public page already."""
    return [entry_of(window.place, day, slots) for day, slots in _announced(window)][:limit]


def days(_actor: Actor, window: Window) -> list[AgendaDay]:
    """Name each announced evening on its day."""
    return [AgendaDay(day.day, day.title) for day, _slots in _announced(window)]


def entry(_actor: Actor, day_id: UUID) -> AgendaEntry | None:
    """Give one announced evening as an entry."""
    announced = (
        entry_of(place, day, slots)
        for place in establishments()
        for day, slots in _with_hours(place)
        if day.id == day_id
    )
    return next(announced, None)


def entry_of(place: Establishment, day: ExceptionalDay, slots: tuple[Slot, ...]) -> AgendaEntry:
    """Write an evening as the calendar shows it, from its first arrival to the end of its last stays."""
    durations = slots[-1].shift.durations or queries.house_of(place).room.durations
    return AgendaEntry(
        id=day.id,
        title=day.title,
        details=", ".join(shift.name for shift in day.shifts),
        starts=slots[0].instant,
        ends=slots[-1].instant + timedelta(minutes=max(band.minutes for band in durations)),
        zone=place.timezone,
        state=_("Annoncée"),
        tone="primary",
        url=url_for("timetable.timetable_show", date=day.day.isoformat()),
        is_movable=False,
        version="",
    )


def hours(_place: Establishment, _first: date, _last: date) -> None:
    """Leave the hours of the calendar to those of the reservations, which hold these too."""


def _announced(window: Window) -> list[tuple[ExceptionalDay, tuple[Slot, ...]]]:
    first, last = (clock.local(instant, window.place.timezone).date() for instant in (window.starts, window.ends))
    return [
        (day, slots)
        for day, slots in _with_hours(window.place)
        if first <= day.day <= last and window.starts <= slots[0].instant < window.ends
    ]


def _with_hours(place: Establishment) -> list[tuple[ExceptionalDay, tuple[Slot, ...]]]:
    opening = queries.house_of(place).opening
    titled = [day for day in exceptional_days_of(place) if day.title]
    return [(day, slots) for day in titled if (slots := slots_on(opening, day.day))]


agenda_source(
    AgendaSource("occasions", N_("Soirées annoncées"), may.VIEW, entries=entries, days=days, entry=entry, hours=hours)
)
