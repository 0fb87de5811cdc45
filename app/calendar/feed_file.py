"""The feed of a user as a calendar file (RFC 5545): a pure function of neutral entries."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from app.kernel.agenda import AgendaEntry, AgendaSource
from app.kernel.languages import _

ASK_AGAIN = timedelta(minutes=15)


def feed_file(name: str, entries: Iterable[tuple[AgendaSource, AgendaEntry]], *, base: str, now: datetime) -> bytes:
    """Write the entries, each with its source; `base` is the house's own address.

    Instants are in UTC, which every calendar converts.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Guichet//Guichet//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for source, entry in entries:
        calendar.add_component(_event(source, entry, base, now))
    return bytes(calendar.to_ical())


def _event(source: AgendaSource, entry: AgendaEntry, base: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{source.key}-{entry.id}@{urlsplit(base).hostname or 'localhost'}")
    event.add("dtstamp", now)
    event.add("dtstart", entry.starts.astimezone(UTC))
    event.add("dtend", entry.ends.astimezone(UTC))
    event.add("summary", f"{entry.title}, {entry.details}")
    event.add("description", entry.state)
    event.add("categories", [_(source.label)])
    event.add("url", f"{base}{entry.url}")
    if entry.version.isdecimal():
        event.add("sequence", int(entry.version))
    return event
