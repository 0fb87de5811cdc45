"""The outbox: promises as rows, and which of them are carried next.

What is one of a crowd (`in_bulk`: a digest, the letter of an announcement to everybody) goes behind all else and at a
bounded pace: ten thousand letters neither flood a mail server nor keep the confirmation of a guest waiting.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified, db, transaction
from app.kernel.languages import N_
from app.kernel.settings import setting

HANDED_OVER_FOR = timedelta(seconds=60)
A_MINUTE = timedelta(minutes=1)

BULK_PER_MINUTE = setting(
    "outbox.bulk_per_minute",
    N_("Messages en nombre envoyés par minute"),
    120,
    page="security",
    hint=N_("Résumés, annonces à toute l’équipe, rappels. Le reste part aussitôt, et jamais derrière eux."),
    check=lambda count: 1 <= count <= 100_000,
)


class JobState(Choice):
    """How far a promise has come."""

    WAITING = "waiting", N_("En attente")
    RUNNING = "running", N_("En cours")
    DONE = "done", N_("Fait")
    FAILED = "failed", N_("Échec")


class OutboxRow(Identified, Base):
    """A promise to run one job with these ids, once, not before `due_at`; `in_bulk` it waits for its turn."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index(None, "state", "due_at"),
        sa.Index(
            "ix_outbox_in_bulk",
            "handed_over_at",
            sqlite_where=sa.text("in_bulk = 1"),
            postgresql_where=sa.text("in_bulk"),
        ),
    )

    job: Mapped[str] = mapped_column(sa.String(80))
    arguments: Mapped[dict[str, Any]]
    natural_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    in_bulk: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    due_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]


def claimable(now: datetime) -> sa.ColumnElement[bool]:
    """Select what is due and that nobody works on: what waits, and what a worker that died had claimed."""
    return sa.or_(
        sa.and_(OutboxRow.state == JobState.WAITING, OutboxRow.due_at <= now),
        sa.and_(OutboxRow.state == JobState.RUNNING, OutboxRow.claimed_until < now),
    )


def due_at_once(limit: int) -> list[UUID]:
    """Give the rows that are due now and wait for no turn, whoever carries them."""
    return _first(sa.and_(claimable(clock.now()), ~OutboxRow.in_bulk), limit)


def left_behind(limit: int) -> list[UUID]:
    """Give the rows that are due now, wait for no turn, and that nobody carries."""
    now = clock.now()
    return _first(sa.and_(claimable(now), ~OutboxRow.in_bulk, _nobody_carries(now)), limit)


def next_of_bulk() -> list[UUID]:
    """Give the rows in bulk whose turn has come: no more than the pace leaves for this moment."""
    now = clock.now()
    a_minute = BULK_PER_MINUTE.value()
    lately = sa.select(sa.func.count()).where(OutboxRow.in_bulk, OutboxRow.handed_over_at > now - A_MINUTE)
    at_once = ceil(a_minute * current_app.config["SWEEP_SECONDS"] / 60)
    turns = min(at_once, a_minute - (db.session.scalar(lately) or 0))
    if turns <= 0:
        return []
    return _first(sa.and_(claimable(now), OutboxRow.in_bulk, _nobody_carries(now)), turns)


def note_hand_over(row_ids: Iterable[UUID]) -> None:
    """Keep when rows were given to whoever carries them."""
    with transaction() as session:
        session.execute(sa.update(OutboxRow).where(OutboxRow.id.in_(list(row_ids))).values(handed_over_at=clock.now()))


def _nobody_carries(now: datetime) -> sa.ColumnElement[bool]:
    handed, lease = OutboxRow.handed_over_at, timedelta(seconds=current_app.config["JOB_LEASE_SECONDS"])
    return sa.or_(handed.is_(None), handed < now - min(HANDED_OVER_FOR, lease), handed < OutboxRow.claimed_until)


def _first(wanted: sa.ColumnElement[bool], limit: int) -> list[UUID]:
    return list(db.session.scalars(sa.select(OutboxRow.id).where(wanted).order_by(OutboxRow.due_at).limit(limit)))
