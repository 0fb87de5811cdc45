"""The schedule: which job runs when, in local time, by one leader among any number of scheduler processes."""

import os
import secrets
import socket
import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from croniter import croniter
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock, jobs
from app.kernel.db import Base, db, insert_missing, transaction

LEASE = timedelta(seconds=30)
log = structlog.get_logger()


class Schedule(Base):
    """When a job runs next. The line comes from the job's declaration; staff may switch it off."""

    __tablename__ = "schedules"

    job: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    cron: Mapped[str] = mapped_column(sa.String(60))
    enabled: Mapped[bool] = mapped_column(default=True)
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]


class Lease(Base):
    """A role that one process holds at a time, until it stops renewing."""

    __tablename__ = "leases"

    role: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(120))
    expires_at: Mapped[datetime]


def next_run(cron: str, after: datetime) -> datetime:
    """Give the next instant of a cron line read on a French wall clock.

    A time that daylight saving skips runs at the first moment after it; one that comes twice runs the first time.
    """
    zone = ZoneInfo(clock.USUAL_ZONE)
    local = after.astimezone(zone).replace(tzinfo=None)
    wall: datetime = croniter(cron, local).get_next(datetime)
    instant = wall.replace(tzinfo=zone).astimezone(clock.now().tzinfo)
    while instant <= after:
        wall = croniter(cron, wall).get_next(datetime)
        instant = wall.replace(tzinfo=zone).astimezone(clock.now().tzinfo)
    return instant


def reconcile() -> None:
    """Make the rows say what the jobs declare: new lines, changed lines, lines gone."""
    now = clock.now()
    declared = {name: job.cron for name, job in jobs.declared_jobs().items() if job.cron}
    with transaction() as session:
        for name, cron in declared.items():
            insert_missing(Schedule, job=name, cron=cron, enabled=True, next_at=next_run(cron, now))
        for row in session.scalars(sa.select(Schedule)):
            if row.job not in declared:
                session.delete(row)
            elif row.cron != declared[row.job]:
                row.cron, row.next_at = declared[row.job], next_run(declared[row.job], now)


def take_lease(role: str, holder: str) -> bool:
    """Take or renew a role; False while another process holds it."""
    now = clock.now()
    with transaction() as session:
        insert_missing(Lease, role=role, holder=holder, expires_at=now + LEASE)
        renewed = session.execute(
            sa.update(Lease)
            .where(Lease.role == role, sa.or_(Lease.holder == holder, Lease.expires_at < now))
            .values(holder=holder, expires_at=now + LEASE)
        )
    return bool(renewed.rowcount)  # type: ignore[attr-defined]


def release_lease(role: str, holder: str) -> None:
    """Give a role up, so that the next process takes it at once."""
    with transaction() as session:
        session.execute(sa.delete(Lease).where(Lease.role == role, Lease.holder == holder))


def promise_due() -> int:
    """Promise every scheduled job that is due, once per period; give how many. Missed periods run once."""
    now = clock.now()
    due = sa.select(Schedule).where(Schedule.enabled, Schedule.next_at <= now)
    if db.session.scalars(due.limit(1)).first() is None:
        db.session.rollback()
        return 0
    with transaction() as session:
        rows = list(session.scalars(due.with_for_update()))
        for row in rows:
            jobs.declared_jobs()[row.job].later(key=f"{row.job}@{row.next_at.isoformat()}")
            row.last_at, row.next_at = row.next_at, next_run(row.cron, now)
    return len(rows)


def run(stopping: threading.Event, holder: str = "") -> None:
    """Lead when no other does: promise due jobs and sweep the outbox, until told to stop.

    Whoever starts a scheduler again in the place of one that died gives it the same `holder`: it leads at once.
    """
    holder = holder or f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    pause = current_app.config["SWEEP_SECONDS"]
    reconciled = False
    while not stopping.is_set():
        try:
            if take_lease("scheduler", holder):
                if not reconciled:
                    reconcile()
                    reconciled = True
                promise_due()
                jobs.sweep()
        except sa.exc.OperationalError as error:
            log.warning("scheduler_waits_for_database", error=type(error).__name__)
        finally:
            db.session.remove()
        stopping.wait(pause)
    try:
        release_lease("scheduler", holder)
    except sa.exc.OperationalError as error:
        log.warning("scheduler_keeps_its_lease", error=type(error).__name__)
