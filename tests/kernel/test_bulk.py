"""What goes in bulk waits behind all else, at a bounded pace, with Valkey and without."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.kernel import clock, jobs, outbox, settings, worker
from app.kernel.db import db, new_id, transaction
from app.kernel.jobs import job
from app.kernel.outbox import BULK_PER_MINUTE, JobState, OutboxRow
from tests.harness.databases import on_both

ran: list[str] = []


@job("tests.tell", "Dire")
def tell(word: str) -> None:
    ran.append(word)


@pytest.fixture(autouse=True)
def nothing_ran_yet():
    ran.clear()


@pytest.fixture
def pace(app):
    """Sixty a minute, swept every fifteen seconds: fifteen at a time."""
    with transaction():
        settings.change(BULK_PER_MINUTE, "60")


def promise(*words, in_bulk=True):
    with transaction():
        for word in words:
            tell.later(key=word, in_bulk=in_bulk, word=word)


def crowd(count=100):
    promise(*(f"crowd-{number:03}" for number in range(count)))


def waiting(valkey, *, in_bulk):
    return [each.args[0] for each in jobs.queues(valkey)[in_bulk].jobs]


def carry(app, valkey):
    """Let a real worker empty the queues, in its order."""
    stopping = threading.Event()

    class Once(worker.Carrier):
        def run_maintenance_tasks(self):
            """Not here."""

        def execute_job(self, each, queue):
            super().execute_job(each, queue)
            if not sum(map(len, self.queues)):
                stopping.set()

    Once(app, valkey).carry_until(stopping)


@on_both
def test_a_crowd_is_handed_over_at_its_pace(pace, valkey, at):
    crowd()
    assert waiting(valkey, in_bulk=True) == []
    handed = []
    for second in range(0, 121, 15):
        at(f"2026-03-10 10:{1 + second // 60:02}:{second % 60:02}")
        handed.append(jobs.sweep())
        with transaction() as session:
            done = sa.update(OutboxRow).where(OutboxRow.handed_over_at.is_not(None))
            session.execute(done.values(state=JobState.DONE))
    assert handed[:4] == [15, 15, 15, 15]
    assert sum(handed) == 100
    assert handed[4] <= 15


def test_no_minute_sees_more_however_often_it_is_swept(pace, valkey, at):
    crowd()
    handed = 0
    for second in range(50):
        at(f"2026-03-10 10:00:{second:02}")
        handed += jobs.sweep()
    assert handed == 60


def test_a_crowd_that_was_late_does_not_leave_at_once(pace, valkey, at):
    """An hour without a worker is no reason to flood the server afterwards."""
    crowd()
    at("2026-03-10 11:00:00")
    assert jobs.sweep() == 15


def test_what_is_promised_for_now_passes_before(app, pace, valkey):
    crowd(10)
    jobs.sweep()
    promise("confirmation", in_bulk=False)
    assert (len(waiting(valkey, in_bulk=True)), len(waiting(valkey, in_bulk=False))) == (10, 1)
    carry(app, valkey)
    assert ran == ["confirmation", *(f"crowd-{number:03}" for number in range(10))]


def test_a_crowd_leaves_the_sweep_to_what_is_left_behind(pace, valkey, at):
    crowd(600)
    promise("confirmation", in_bulk=False)
    valkey.flushall()
    at("2026-03-10 10:02")
    jobs.sweep()
    assert len(waiting(valkey, in_bulk=False)) == 1


def test_without_valkey_the_pace_is_the_same(app, pace, at):
    crowd()
    promise("confirmation", in_bulk=False)
    worker.perform_due(app, threading.Event())
    assert ran[0] == "confirmation"
    assert len(ran) == 16
    worker.perform_due(app, threading.Event())
    assert len(ran) == 31


def test_one_that_failed_waits_for_its_turn_again(pace, at):
    crowd(1)
    (row_id,) = outbox.next_of_bulk()
    with transaction() as session:
        row = session.get_one(OutboxRow, row_id)
        row.due_at, row.attempts = clock.now() + timedelta(minutes=1), 1
    assert outbox.next_of_bulk() == []
    at("2026-03-10 10:01:30")
    assert outbox.next_of_bulk() == [row_id]


def test_ten_thousand_that_wait_cost_a_sweep_little(pace, valkey):
    now = clock.now()
    with transaction() as session:
        session.execute(
            sa.insert(OutboxRow),
            [
                {
                    "id": new_id(), "job": "tests.tell", "arguments": {"word": "x"}, "natural_key": f"n{number}",
                    "state": JobState.WAITING, "in_bulk": True, "due_at": now, "attempts": 0, "last_error": "",
                    "created_at": now,
                }
                for number in range(10_000)
            ],
        )  # fmt: skip
    assert jobs.sweep() == 15
    assert db.session.scalar(sa.select(sa.func.count()).where(OutboxRow.handed_over_at.is_not(None))) == 15
