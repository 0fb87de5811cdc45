"""Jobs: a promise is kept once, tried again when it fails, and never forgotten."""

import contextvars
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.kernel import clock, jobs
from app.kernel.db import db, transaction
from app.kernel.jobs import job
from app.kernel.outbox import JobState, OutboxRow
from app.kernel.settings import SettingValue, setting
from tests.factories import make_outbox_row
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

WORD = setting("tests.of_jobs", "Nombre des tâches", 1)
ran: list[str] = []
trouble: list[Exception] = []


@job("tests.note", "Noter", backoff=(timedelta(minutes=1), timedelta(minutes=5)))
def note(word: str) -> None:
    """Note a word, or raise what stands ready."""
    if trouble:
        raise trouble.pop(0)
    ran.append(word)


@note.when_given_up
def regret(word: str) -> None:
    ran.append(f"given up: {word}")


@pytest.fixture(autouse=True)
def nothing_ran_yet():
    ran.clear()
    trouble.clear()


def only_row() -> OutboxRow:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == "tests.note")).one()


def promise(word="bonjour", **when):
    with transaction():
        note.later(key=f"note:{word}", word=word, **when)


def carried_ids(valkey, *, in_bulk=False) -> list[str]:
    return [job.args[0] for job in jobs.queues(valkey)[in_bulk].jobs]


@on_both
def test_a_promise_is_kept_once(app):
    promise()
    assert run_jobs() == 1
    assert run_jobs() == 0
    assert ran == ["bonjour"]
    assert only_row().state is JobState.DONE


def test_it_is_handed_to_rq_after_the_commit(app, valkey):
    with transaction():
        note.later(key="note", word="bonjour")
        assert carried_ids(valkey) == []
    assert carried_ids(valkey) == [str(only_row().id)]


def promise_and_fail():
    with transaction():
        note.later(key="note", word="jamais")
        raise ZeroDivisionError


def test_a_rolled_back_promise_is_none(app, valkey):
    with pytest.raises(ZeroDivisionError):
        promise_and_fail()
    assert carried_ids(valkey) == []
    assert run_jobs() == 0


@on_both
def test_the_same_key_promises_nothing_more(app):
    promise()
    promise()
    assert run_jobs() == 1


def test_what_is_due_later_waits(app, at, valkey):
    promise(due_at=clock.now() + timedelta(hours=1))
    assert run_jobs() == 0
    assert carried_ids(valkey) == []
    at("2026-03-10 11:00:01")
    assert run_jobs() == 1


@on_both
def test_it_is_claimed_once_by_many_workers(app):
    row_id = make_outbox_row("tests.note", word="une fois").id
    done: list[bool] = []
    ready = threading.Barrier(6)

    def work() -> None:
        with app.app_context():
            ready.wait()
            done.append(jobs.perform(row_id))

    workers = [threading.Thread(target=contextvars.Context().run, args=(work,)) for _number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [False] * 5 + [True]
    assert ran == ["une fois"]


def test_a_failure_is_kept_and_tried_again_later_and_later(app, at):
    trouble.append(OSError("the printer is out of paper"))
    promise()
    run_jobs(strict=False)
    row = only_row()
    assert (row.state, row.attempts) == (JobState.WAITING, 1)
    assert "out of paper" in row.last_error
    assert row.due_at - clock.now() > timedelta(seconds=50)
    at("2026-03-10 10:02")
    run_jobs(strict=False)
    assert ran == ["bonjour"]
    assert only_row().last_error == ""


def test_after_the_last_try_it_has_failed_and_says_so(app, at):
    trouble.extend([OSError("no"), OSError("no"), OSError("never")])
    promise()
    for instant in ("2026-03-10 10:00:01", "2026-03-10 10:02", "2026-03-10 10:09"):
        at(instant)
        run_jobs(strict=False)
    row = only_row()
    assert (row.state, row.attempts) == (JobState.FAILED, 3)
    assert "never" in row.last_error
    assert ran == ["given up: bonjour"]


def test_a_failed_job_can_be_replayed(app, at):
    test_after_the_last_try_it_has_failed_and_says_so(app, at)
    with transaction():
        jobs.replay(only_row())
    run_jobs(strict=False)
    assert ran[-1] == "bonjour"
    assert only_row().state is JobState.DONE


def test_an_undeclared_job_is_kept_as_failed(app):
    make_outbox_row("tests.nobody_knows", key="x")
    run_jobs(strict=False)
    row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == "tests.nobody_knows")).one()
    assert row.state is JobState.FAILED
    assert "tests.nobody_knows" in row.last_error


@on_both
def test_the_claim_of_a_killed_worker_runs_out(app, at):
    row_id = make_outbox_row("tests.note", word="encore").id
    assert jobs._claim(row_id)
    assert not jobs.perform(row_id)
    at("2026-03-10 10:03")
    assert jobs.perform(row_id)
    assert ran == ["encore"]


def test_the_sweep_hands_over_what_valkey_forgot(app, at, valkey):
    promise()
    valkey.flushall()
    assert jobs.sweep() == 0
    at("2026-03-10 10:01:30")
    assert jobs.sweep() == 1
    assert carried_ids(valkey) == [str(only_row().id)]
    assert jobs.sweep() == 0


def test_what_was_handed_over_and_lost_waits_no_longer_than_a_claim(app, at, valkey, monkeypatch):
    promise()
    valkey.flushall()
    at("2026-03-10 10:00:30")
    assert jobs.sweep() == 0
    monkeypatch.setitem(app.config, "JOB_LEASE_SECONDS", 10)
    assert jobs.sweep() == 1


def test_the_sweep_hands_over_what_has_become_due(app, at, valkey):
    promise(due_at=clock.now() + timedelta(minutes=1))
    assert jobs.sweep() == 0
    at("2026-03-10 10:01:01")
    assert jobs.sweep() == 1


def test_the_sweep_takes_up_a_claim_that_ran_out_at_once(app, at, valkey):
    promise()
    row = only_row()
    assert jobs._claim(row.id)
    at("2026-03-10 10:02:01")
    valkey.flushall()
    assert jobs.sweep() == 1
    assert jobs.sweep() == 0


def test_without_valkey_nothing_is_lost(app, valkey, valkey_server):
    valkey_server.stop()
    try:
        promise()
        assert jobs.sweep() == 0
        assert only_row().state is JobState.WAITING
        assert [row_id for row_id in jobs.due() if row_id == only_row().id]
    finally:
        valkey_server.start()


def test_what_rq_calls_performs_the_row(app):
    row = make_outbox_row("tests.note", word="par RQ")
    jobs.carried(str(row.id))
    assert ran == ["par RQ"]
    jobs.carried(str(uuid4()))
    assert ran == ["par RQ"]


def test_a_job_is_stopped_before_its_claim_runs_out(app, valkey):
    promise()
    carried = jobs.queues(valkey)[0].jobs[0]
    assert carried.timeout < app.config["JOB_LEASE_SECONDS"]


def test_old_rows_are_forgotten_and_failures_kept(app, at):
    promise("fait")
    run_jobs()
    make_outbox_row("tests.nobody_knows", key="x")
    run_jobs(strict=False)
    at("2026-03-18 10:00")
    assert jobs.purge_outbox() == 1
    kept = db.session.scalars(sa.select(OutboxRow.job)).all()
    assert list(kept) == ["tests.nobody_knows"]


@job("tests.settle", "Noter ce qui est réglé")
def settle() -> None:
    """Note a setting as this process knows it."""
    ran.append(str(WORD.value()))


def test_a_job_knows_what_was_saved_when_it_was_promised(app):
    """The web process saved it a moment ago; the worker read the settings just before that."""
    assert WORD.value() == 1
    with transaction() as session:
        session.add(SettingValue(code=WORD.code, level="installation", holder="", value="2", changed_at=clock.now()))
        settle.later(key="settle")
    assert WORD.value() == 1
    run_jobs()
    assert ran == ["2"]
