"""The worker: carries the jobs RQ hands over, one at a time, in its own process.

RQ would fork for each job; here a job runs in the worker itself, for a claim that runs out protects against a worker
that dies. While Valkey is away the worker reads the outbox by itself, so that promises are kept all the same.
"""

import logging
import threading
from uuid import UUID

import redis
import sqlalchemy as sa
import structlog
from flask import Flask
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout
from rq.job import Job
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty

from app.kernel import jobs
from app.kernel.broker import NO_RETRY, Broker
from app.kernel.db import db
from app.kernel.processes import give_memory_back

LISTEN_SECONDS = 1
HUNG_SECONDS = 5
BETWEEN_TRIES = 1.0
AWAY = (redis.RedisError, OSError)
log = structlog.get_logger()


class Carrier(SimpleWorker):
    """RQ's worker without a fork per job; each job has an application context, hence a session, of its own."""

    dequeue_timeout = LISTEN_SECONDS
    connection_timeout = HUNG_SECONDS

    def __init__(self, app: Flask, connection: redis.Redis) -> None:
        """Listen to the queues, in their order."""
        super().__init__([*jobs.queues(connection)], connection=connection, worker_ttl=60, maintenance_interval=30)
        self.app = app

    def carry_until(self, stopping: threading.Event) -> None:
        """Carry jobs until told to stop; the one in hand is finished. Raises when Valkey is away."""
        self.register_birth()  # type: ignore[no-untyped-call]
        worked = False
        while not stopping.is_set():
            self.heartbeat()
            if self.should_run_maintenance_tasks:
                self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
            try:
                found = self.queue_class.dequeue_any(self.queues, LISTEN_SECONDS, self.connection)
            except DequeueTimeout:
                if worked:
                    give_memory_back()
                    worked = False
                continue
            if found is not None:
                self.execute_job(*found)
                worked = True
        self.register_death()  # type: ignore[no-untyped-call]

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do one job."""
        with self.app.app_context():
            super().execute_job(job, queue)


def run(app: Flask, stopping: threading.Event) -> None:
    """Carry jobs until told to stop, with Valkey or, while it is away, without."""
    for name in ("rq", "rq.worker", "rq.job"):
        logging.getLogger(name).setLevel(logging.WARNING)
    found: Broker = app.extensions["guichet_broker"]
    while not stopping.is_set():
        with redis.Redis.from_url(
            found.url, socket_connect_timeout=1, socket_timeout=HUNG_SECONDS, retry=NO_RETRY
        ) as connection:
            try:
                Carrier(app, connection).carry_until(stopping)
            except AWAY as error:
                log.warning("worker_without_valkey", error=type(error).__name__)
                _carry_without(app, found, stopping)


def _carry_without(app: Flask, found: Broker, stopping: threading.Event) -> None:
    """Do what is due straight from the database, every few seconds, until Valkey answers again."""
    tries = max(1, round(app.config["SWEEP_SECONDS"] / BETWEEN_TRIES))
    while True:
        perform_due(app, stopping)
        for _try in range(tries):
            if stopping.wait(BETWEEN_TRIES) or found.is_up():
                return


def perform_due(app: Flask, stopping: threading.Event) -> int:
    """Perform the rows that are due, as RQ would have; give how many were done here."""
    done = 0
    try:
        with app.app_context():
            due = jobs.due()
            db.session.rollback()
        for row_id in due:
            if stopping.is_set():
                break
            done += _perform(app, row_id)
    except sa.exc.DBAPIError as error:
        log.warning("worker_without_database", error=type(error).__name__)
    return done


def _perform(app: Flask, row_id: UUID) -> bool:
    limit = UnixSignalDeathPenalty(jobs.time_allowed(app), JobTimeoutException)  # type: ignore[no-untyped-call]
    with app.app_context(), limit:
        return jobs.perform(row_id)
