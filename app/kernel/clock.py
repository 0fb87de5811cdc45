"""The only clock. Instants are aware UTC; tests move it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

USUAL_ZONE = "Europe/Paris"  # of what belongs to no establishment, and of a house until it says otherwise

_shift = timedelta(0)


def now() -> datetime:
    """Give the present instant, aware, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC) + _shift


def today(zone: str) -> date:
    """Give the calendar date it is now in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def local(instant: datetime, zone: str) -> datetime:
    """Give an instant as the clocks of an IANA zone show it."""
    return instant.astimezone(ZoneInfo(zone))


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Move the clock of this process to an instant, from which it runs on (for tests and replays)."""
    global _shift  # noqa: PLW0603 - one clock per process, by design
    before = _shift
    _shift = instant - datetime.fromtimestamp(time.time(), UTC)
    try:
        yield
    finally:
        _shift = before
