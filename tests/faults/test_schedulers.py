"""Two clocks: one leads, what is due is promised once; when the leader is killed the other takes over."""

import psutil
import pytest

from tests.faults.evening import open_house, read, write
from tests.harness.live import eventually

pytestmark = pytest.mark.long
JOB = "kernel.purge_outbox"


def leader(house):
    rows = read(house, "SELECT holder FROM leases WHERE role = 'scheduler'")
    return rows[0][0] if rows else None


def runs(house):
    """Every run of the job that was promised, with its tries."""
    return read(house, "SELECT natural_key, attempts, state FROM outbox WHERE job = ? ORDER BY natural_key", JOB)


def make_due(house, minute):
    """Move the next run of the job to a minute of the past."""
    write(house, "UPDATE schedules SET next_at = ? WHERE job = ?", [(f"2026-01-01 00:{minute:02}:00.000000", JOB)])


def done(house):
    return [tries for _key, tries, state in runs(house) if state == "done"]


def test_a_scheduled_job_runs_once_among_two_schedulers(make_house):
    house = open_house(make_house)
    second = make_house("scheduler", PORT=str(house.port), JOB_LEASE_SECONDS="10")
    second.start(ready=False)
    first_leader = eventually("a leader", lambda: leader(house))
    for minute in range(1, 6):
        make_due(house, minute)
        eventually(f"run {minute}", lambda count=minute: len(done(house)) == count)
    assert leader(house) == first_leader
    assert done(house) == [1] * 5, runs(house)

    pid = int(str(first_leader).split(":")[1])
    killed = next(process for process in [*house.processes("guichet-sched"), psutil.Process(second.process.pid)] if process.pid == pid)
    killed.kill()
    make_due(house, 6)
    eventually("another leader", lambda: leader(house) != first_leader, patience=90)
    eventually("the run of the killed leader's time", lambda: len(done(house)) == 6)
    assert done(house) == [1] * 6, runs(house)
    assert second.stop() in (0, -9)
