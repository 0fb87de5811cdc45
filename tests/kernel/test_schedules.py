"""Schedules: which job runs when, on a French wall clock, by one leader."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.kernel import schedules
from app.kernel.db import db, transaction
from app.kernel.jobs import declared_jobs, job
from app.kernel.outbox import OutboxRow
from app.kernel.schedules import Schedule, next_run
from tests.harness.databases import on_both

PARIS = ZoneInfo("Europe/Paris")


@job("tests.each_morning", "Chaque matin", cron="30 6 * * *")
def each_morning() -> None:
    """Do nothing, every morning."""


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    for name, declared in declared_jobs().items():
        if not name.startswith("tests.each"):
            monkeypatch.setattr(declared, "cron", None)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("30 6 * * *", "2026-03-10 10:00", "2026-03-11T05:30"),  # an ordinary day: UTC+1
        ("30 6 * * *", "2026-03-28 10:00", "2026-03-29T04:30"),  # the day the clock goes forward: UTC+2
        ("30 6 * * *", "2026-10-24 10:00", "2026-10-25T05:30"),  # the day it goes back: UTC+1
        ("30 2 * * *", "2026-03-28 10:00", "2026-03-29T01:30"),  # 02:30 does not exist: the moment after, 03:30
        ("30 2 * * *", "2026-10-24 10:00", "2026-10-25T00:30"),  # 02:30 comes twice: the first
        ("0 0 1 * *", "2026-03-10 10:00", "2026-03-31T22:00"),
        ("*/15 * * * *", "2026-03-29 01:50", "2026-03-29T01:00"),  # across the missing hour
    ],
)
def test_lines_are_read_on_a_french_wall_clock(cron, after, expected):
    assert next_run(cron, paris(after)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_time_that_comes_twice_runs_once():
    first = next_run("30 2 * * *", paris("2026-10-25 01:00"))
    assert next_run("30 2 * * *", first).astimezone(PARIS).day == 26


@pytest.mark.parametrize("start", ["2026-03-28 12:00", "2026-10-24 12:00"])
def test_every_quarter_of_an_hour_goes_on_through_the_change(start):
    moment, steps = paris(start), []
    for _step in range(100):
        following = next_run("*/15 * * * *", moment)
        steps.append((following - moment.astimezone(UTC)).total_seconds() / 60)
        moment = following
    assert set(steps) <= {15.0, 75.0}
    assert steps.count(75.0) <= 1


def test_declared_lines_become_rows(app):
    schedules.reconcile()
    assert [row.job for row in db.session.scalars(sa.select(Schedule))] == ["tests.each_morning"]


def test_a_changed_line_changes_its_row_and_a_gone_one_goes(app, monkeypatch):
    schedules.reconcile()
    monkeypatch.setattr(each_morning, "cron", "0 8 * * *")
    schedules.reconcile()
    row = db.session.scalars(sa.select(Schedule)).one()
    assert (row.cron, row.next_at) == ("0 8 * * *", datetime(2026, 3, 11, 7, 0, tzinfo=UTC))
    monkeypatch.setattr(each_morning, "cron", None)
    schedules.reconcile()
    assert db.session.scalars(sa.select(Schedule)).first() is None


def promised() -> list[str]:
    return sorted(db.session.scalars(sa.select(OutboxRow.natural_key)))


@on_both
def test_a_due_job_is_promised_once_per_period(app, at):
    schedules.reconcile()
    assert schedules.promise_due() == 0
    at("2026-03-11 06:30:01")
    assert schedules.promise_due() == 1
    assert schedules.promise_due() == 0
    assert promised() == ["tests.each_morning@2026-03-11T05:30:00+00:00"]


def test_missed_periods_run_once(app, at):
    schedules.reconcile()
    at("2026-03-15 12:00")
    assert schedules.promise_due() == 1
    assert schedules.promise_due() == 0
    assert len(promised()) == 1


def test_what_is_switched_off_rests(app, at):
    schedules.reconcile()
    with transaction() as session:
        session.scalars(sa.select(Schedule)).one().enabled = False
    at("2026-03-15 12:00")
    assert schedules.promise_due() == 0


@on_both
def test_one_leads_among_several(app, at):
    assert schedules.take_lease("scheduler", "one")
    assert not schedules.take_lease("scheduler", "two")
    assert schedules.take_lease("scheduler", "one")
    at("2026-03-10 10:00:31")
    assert schedules.take_lease("scheduler", "two")
    assert not schedules.take_lease("scheduler", "one")


def test_a_leader_that_leaves_makes_room_at_once(app):
    schedules.take_lease("scheduler", "one")
    schedules.release_lease("scheduler", "one")
    assert schedules.take_lease("scheduler", "two")
