"""Two clocks: one leads, what is due is promised once; when the leader is gone for good the other takes over."""

import pytest

from tests.faults.evening import open_house, read, write
from tests.harness.live import eventually

pytestmark = pytest.mark.long
JOB = "kernel.purge_outbox"


def leader(house):
    rows = read(house, "SELECT holder FROM leases WHERE role = 'scheduler'")
    return rows[0][0] if rows else None


def runs(house):
    """The tries and the state of every run of the job that was made due here; at night it has one of its own."""
    return read(
        house, "SELECT attempts, state FROM outbox WHERE job = ? AND natural_key LIKE ?", JOB, f"{JOB}@2026-01-01%"
    )


def make_due(house, minute):
    """Move the next run of the job to a minute of the past."""
    write(house, "UPDATE schedules SET next_at = ? WHERE job = ?", [(f"2026-01-01 00:{minute:02}:00.000000", JOB)])


def test_a_scheduled_job_runs_once_among_two_schedulers(make_house):
    house = open_house(make_house)
    second = make_house("scheduler", PORT=str(house.port), SWEEP_SECONDS="1")
    second.start(ready=False)
    first = eventually("a leader", lambda: leader(house))
    for minute in range(1, 6):
        make_due(house, minute)
        eventually(f"run {minute}", lambda count=minute: runs(house) == [(1, "done")] * count)
    house.kill("guichet-sched")
    make_due(house, 6)
    eventually("the run its killed leader owed", lambda: runs(house) == [(1, "done")] * 6)
    assert leader(house) == first, "one that is started again leads again at once"

    house.process.kill()
    house.process.wait(60)
    make_due(house, 7)
    eventually("another leader", lambda: leader(house) != first, patience=90)
    eventually("its promise", lambda: len(runs(house)) == 7)
    house.start()
    eventually("its promise is kept", lambda: runs(house) == [(1, "done")] * 7)
    assert leader(house) != first
    assert second.stop() == 0
