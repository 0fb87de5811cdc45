"""Fixtures of every test. The harness stands in tests/harness/: real database, Valkey, mail server and browser."""

import os
from contextlib import ExitStack
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import hypothesis
import pytest

from app.booking.seating.levers import levers
from app.booking.seating.tidy import optimise
from app.kernel import clock, settings
from tests.factories import make_cast

pytest_plugins = [
    "tests.harness.pace",
    "tests.harness.visitors",
    "tests.harness.databases",
    "tests.harness.servers",
    "tests.harness.mailbox",
    "tests.harness.imap",
    "tests.harness.outside",
    "tests.harness.live",
    "tests.payments.doubles",
    "tests.harness.browsers",
    "tests.harness.s3",
    "tests.harness.clamd",
]

PARIS = ZoneInfo("Europe/Paris")
A_TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=PARIS)

hypothesis.settings.register_profile(
    "usual", max_examples=40, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
hypothesis.settings.register_profile("long", hypothesis.settings.get_profile("usual"), max_examples=400)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


@pytest.fixture(scope="session")
def worker_id(request):
    """`gw0`, `gw1`… under xdist, `master` without it."""
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


@pytest.fixture(autouse=True)
def at():
    """Every test begins on Tuesday 10 March 2026 at 10:00 in Paris; `at("2026-03-29 01:30")` moves the clock on."""
    with ExitStack() as moves:

        def move(instant: str | datetime) -> datetime:
            if isinstance(instant, str):
                instant = datetime.fromisoformat(instant)
            if instant.tzinfo is None:
                instant = instant.replace(tzinfo=PARIS)
            moves.enter_context(clock.at(instant))
            return clock.now()

        move(A_TUESDAY)
        settings.forget_kept()
        yield move


@pytest.fixture
def stopped(at, monkeypatch):
    """The clock stands still: for what is about one second more or less. `at` moves it, and there it stands."""
    stood = clock.time.time()
    monkeypatch.setattr(clock, "time", SimpleNamespace(time=lambda: stood))
    at(A_TUESDAY)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """What looks as far as some seconds of the clock allow is given many: on a busy machine they would find less."""
    for hurried in (levers, optimise):
        monkeypatch.setattr(hurried, "__kwdefaults__", {**hurried.__kwdefaults__, "seconds": 60.0})


@pytest.fixture
def cast(app):
    """The fixed cast: `alice`, `eve` (persons), `bruno`, `diane`, `chloe`, `admin` (users)."""
    return make_cast()
