"""Jobs: what was promised to be done later, kept as rows, handed to RQ after the commit, done once.

A row of the outbox is the promise; RQ only carries its id to a worker. A worker claims the row for a while, does the
work, and marks it. A killed worker's claim runs out and the sweep hands the row over again; so does it with whatever
Valkey forgot. Each row carries a natural key, so that the same promise is never made twice. Two queues carry them: a
worker takes from the second, where what goes in bulk waits, only while the first is empty.
"""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import rq
import sqlalchemy as sa
import structlog
from flask import Flask, current_app

from app.kernel import clock, outbox, settings
from app.kernel.broker import broker
from app.kernel.db import after_commit, db, insert_missing, new_id, put_aside, transaction
from app.kernel.languages import N_, _
from app.kernel.outbox import JobState, OutboxRow

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 360, 1440))

log = structlog.get_logger()


@dataclass(eq=False)
class Job:
    """A declared job: a function of ids that is safe to run twice."""

    name: str
    function: Callable[..., object]
    source_label: str
    cron: str | None
    backoff: tuple[timedelta, ...]
    given_up: list[Callable[..., None]] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Say what the job does, in the reader's language."""
        return _(self.source_label)

    def later(self, *, key: str, due_at: datetime | None = None, in_bulk: bool = False, **arguments: Any) -> None:
        """Promise a run with these ids; the same natural key promises nothing more. One of a crowd goes `in_bulk`."""
        now = clock.now()
        row_id, due_at = new_id(), due_at or now
        is_for_now = due_at <= now and not in_bulk
        inserted = insert_missing(
            OutboxRow,
            id=row_id,
            job=self.name,
            arguments=_plain(arguments),
            natural_key=key,
            state=JobState.WAITING,
            in_bulk=in_bulk,
            due_at=due_at,
            handed_over_at=now if is_for_now else None,
            attempts=0,
            last_error="",
            created_at=now,
        )
        if inserted and is_for_now:
            _hand_over_together(row_id)

    def when_given_up(self, act: Callable[..., None]) -> Callable[..., None]:
        """Do something, in the closing transaction, when the last attempt has failed."""
        self.given_up.append(act)
        return act

    def __call__(self, **arguments: Any) -> object:
        """Run the job here and now."""
        return self.function(**arguments)


_jobs: dict[str, Job] = {}


def job(
    name: str, label: str, *, cron: str | None = None, backoff: tuple[timedelta, ...] = BACKOFF
) -> Callable[[Callable[..., object]], Job]:
    """Declare a job. `cron` is read in the installation's local time; `backoff` spaces the retries."""

    def declare(function: Callable[..., object]) -> Job:
        _jobs[name] = Job(name, function, label, cron, backoff)
        return _jobs[name]

    return declare


def declared_jobs() -> dict[str, Job]:
    """Give every declared job by its name."""
    return _jobs


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}


# --- carrying -------------------------------------------------------------------------------------------------


def queues(connection: Any) -> tuple[rq.Queue, rq.Queue]:
    """Give the queues that carry the ids of outbox rows: what is promised for now, then what goes in bulk."""
    return rq.Queue("guichet", connection=connection), rq.Queue("guichet-bulk", connection=connection)


def hand_over(row_ids: list[UUID], *, in_bulk: bool = False) -> bool:
    """Give rows to RQ; when Valkey is down nothing is lost, the sweep hands them over later."""

    def enqueue(client: Any) -> bool:
        seconds = time_allowed(current_app)
        queues(client)[in_bulk].enqueue_many(
            [
                rq.Queue.prepare_data(
                    "app.kernel.jobs.carried", (str(row_id),), timeout=seconds, result_ttl=0, failure_ttl=3600
                )
                for row_id in row_ids
            ]
        )
        return True

    return broker().attempt(enqueue, otherwise=False)


def _hand_over_together(row_id: UUID) -> None:
    """Hand over after the commit, in one go with whatever else this transaction promises for now."""
    promised: list[UUID] = put_aside().setdefault("handed_over", [])
    if not promised:
        after_commit(partial(hand_over, promised))
    promised.append(row_id)


def carried(row_id: str) -> None:
    """Do what an outbox row promises (the function RQ calls in a worker)."""
    perform(UUID(row_id))


def perform(row_id: UUID) -> bool:
    """Claim a row, run its job, mark it; tell whether it was run here. Safe to call twice, or twice at once."""
    if not _claim(row_id):
        return False
    row = db.session.get_one(OutboxRow, row_id)
    declared = _jobs.get(row.job)
    log.info("job_started", job=row.job, row=str(row_id), attempt=row.attempts)
    db.session.rollback()
    settings.forget_kept()  # whoever saved one and promised a job wants it done so
    try:
        if declared is None:
            raise LookupError(f"no job named {row.job} is declared")  # noqa: TRY301 - kept on the row as any other
        declared(**row.arguments)
    except Exception as error:  # noqa: BLE001 - whatever a job raises is kept on its row and shown
        _mark_failure(row_id, declared, error)
    else:
        with transaction():
            row = db.session.get_one(OutboxRow, row_id)
            row.state, row.finished_at, row.last_error = JobState.DONE, clock.now(), ""
    return True


def _claim(row_id: UUID) -> bool:
    now = clock.now()
    lease = timedelta(seconds=current_app.config["JOB_LEASE_SECONDS"])
    with transaction() as session:
        claimed = session.execute(
            sa.update(OutboxRow)
            .where(OutboxRow.id == row_id, outbox.claimable(now))
            .values(state=JobState.RUNNING, claimed_until=now + lease, attempts=OutboxRow.attempts + 1)
        )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def _mark_failure(row_id: UUID, declared: Job | None, error: Exception) -> None:
    db.session.rollback()
    with transaction():
        row = db.session.get_one(OutboxRow, row_id)
        row.last_error = "".join(traceback.format_exception_only(error)).strip()[:2000]
        backoff = declared.backoff if declared else ()
        if row.attempts <= len(backoff):
            row.state, row.handed_over_at = JobState.WAITING, None
            row.due_at = clock.now() + backoff[row.attempts - 1]
        else:
            row.state, row.finished_at = JobState.FAILED, clock.now()
            for act in declared.given_up if declared else ():
                act(**row.arguments)
    log.error(
        "job_failed",
        job=row.job,
        row=str(row_id),
        attempt=row.attempts,
        state=row.state.value,
        error=type(error).__name__,
    )


def due(limit: int = 500) -> list[UUID]:
    """Give what a worker without Valkey does next: all that is due, then the share of what goes in bulk."""
    in_bulk = outbox.next_of_bulk()
    if in_bulk:
        outbox.note_hand_over(in_bulk)
    return outbox.due_at_once(limit) + in_bulk


def sweep(limit: int = 500) -> int:
    """Hand over every row that is due and that nobody carries, in bulk no more than the pace allows; give how many."""
    return _sweep(outbox.left_behind(limit), in_bulk=False) + _sweep(outbox.next_of_bulk(), in_bulk=True)


def _sweep(row_ids: list[UUID], *, in_bulk: bool) -> int:
    if not row_ids or not hand_over(row_ids, in_bulk=in_bulk):
        db.session.rollback()
        return 0
    outbox.note_hand_over(row_ids)
    return len(row_ids)


def time_allowed(app: Flask) -> int:
    """Give how many seconds a job may take: less than its claim, so that it is never done twice at once."""
    return max(1, int(app.config["JOB_LEASE_SECONDS"] * 0.9))


def replay(row: OutboxRow) -> None:
    """Promise a failed row again, from its first attempt."""
    row.state, row.attempts, row.due_at, row.finished_at = JobState.WAITING, 0, clock.now(), None
    row.handed_over_at = clock.now()
    _hand_over_together(row.id)


@job("kernel.purge_outbox", N_("Oublier les travaux faits depuis plus d’une semaine"), cron="40 3 * * *")
def purge_outbox() -> int:
    """Forget what was done more than a week ago; failures stay until somebody looks at them."""
    with transaction() as session:
        done = sa.delete(OutboxRow).where(
            OutboxRow.state == JobState.DONE, OutboxRow.finished_at < clock.now() - timedelta(days=7)
        )
        return int(session.execute(done).rowcount)  # type: ignore[attr-defined]
