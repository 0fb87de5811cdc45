"""What the booking slice does by itself: reminders, holds that ran out, and the clearing of what is over."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import redis
import sqlalchemy as sa

from app.booking import notices, queries, service
from app.booking.models import FunnelCount, FunnelStep, Reservation, SeatingCell, Table
from app.booking.models import ReservationState as S
from app.booking.opening import quarter_of
from app.booking.service.funnel import FUNNEL
from app.booking.settings import NO_SHOW_LETTER
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.broker import broker
from app.kernel.db import add_up, db, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_

BATCH = 500
CELLS_KEPT = timedelta(days=2)
WEEK_OF_QUARTERS = 7 * 96
HOLDS_KEPT = timedelta(days=7)
TIME_TO_WITHDRAW = timedelta(minutes=10)
STILL_NEWS = timedelta(days=2)

ABANDONED_BATCH = timedelta(minutes=10)


@job("booking.send_due_reminders", N_("Envoyer les rappels de la veille"), cron="*/5 * * * *")
def send_due_reminders() -> int:
    """Remind the guests of tomorrow. Each reservation is a transaction; what was reminded is due no more."""
    due = queries.reservations_due_a_reminder(clock.now())
    return sum(_remind(reservation_id) for reservation_id in due)


def _remind(reservation_id: UUID) -> bool:
    with transaction():
        reservation = db.session.get(
            Reservation, reservation_id, with_for_update={"of": Reservation}, populate_existing=True
        )
        due_at = reservation.reminder_due_at if reservation else None
        if reservation is None or due_at is None or due_at > clock.now():
            return False
        reservation.reminder_due_at = None
        if reservation.state is not S.CONFIRMED or reservation.has_started():
            return False
        return notices.remind(reservation)


@job("booking.regret_absence", N_("Écrire à qui n’est pas venu"))
def regret_absence(reservation_id: str) -> bool:
    """Write to a guest whose absence stood for ten minutes, where the house wants it.

    One noted again meanwhile has a later job of its own; one noted days after the meal is tidying, no news.
    """
    with transaction():
        reservation = Reservation.get(UUID(reservation_id))
        if reservation is None or reservation.state is not S.NO_SHOW:
            return False
        wanted = NO_SHOW_LETTER.value(establishment=str(reservation.establishment_id))
        stood = clock.now() - reservation.changed_at >= TIME_TO_WITHDRAW
        if not wanted or not stood or reservation.changed_at - reservation.starts_at > STILL_NEWS:
            return False
        return notices.regret_absence(reservation)


@job("booking.expire_holds", N_("Rendre les tables retenues trop longtemps"), cron="* * * * *")
def expire_holds() -> int:
    """Give back the tables of holds that ran out."""
    with transaction():
        return service.expire_holds()


@job("booking.forget_past_cells", N_("Oublier l’occupation des jours passés"), cron="10 4 * * *")
def forget_past_cells() -> int:
    """Forget the quarter-hours that are over: a table and a week at a time, found by the primary key."""
    limit = quarter_of(clock.now() - CELLS_KEPT)
    tables = list(db.session.scalars(sa.select(Table.id)))
    return sum(_forget_cells_of(table_id, limit) for table_id in tables)


def _forget_cells_of(table_id: UUID, limit: int) -> int:
    forgotten = 0
    while True:
        with transaction() as session:
            oldest = session.scalar(sa.select(sa.func.min(SeatingCell.quarter)).where(SeatingCell.table_id == table_id))
            if oldest is None or oldest >= limit:
                return forgotten
            past = sa.delete(SeatingCell).where(
                SeatingCell.table_id == table_id,
                SeatingCell.quarter < min(limit, oldest + WEEK_OF_QUARTERS),
            )
            forgotten += session.execute(past).rowcount  # type: ignore[attr-defined]


@job("booking.forget_old_holds", N_("Oublier les tables retenues puis abandonnées"), cron="20 4 * * *")
def forget_old_holds() -> int:
    """Delete holds that ran out more than a week ago: they were never a promise to anybody."""
    before = clock.now() - HOLDS_KEPT
    establishments = list(db.session.scalars(sa.select(Establishment.id)))
    return sum(_forget_holds_of(establishment_id, before) for establishment_id in establishments)


def _forget_holds_of(establishment_id: UUID, before: datetime) -> int:
    old = sa.select(Reservation.id).where(
        Reservation.establishment_id == establishment_id,
        Reservation.state == S.EXPIRED,
        Reservation.created_at < before,
    )
    forgotten = 0
    while True:
        with transaction() as session:
            batch = list(session.scalars(old.limit(BATCH)))
            if not batch:
                return forgotten
            session.execute(sa.delete(Reservation).where(Reservation.id.in_(batch)))
            forgotten += len(batch)


# --- steps of bookings, counted in Valkey -----------------------------------------------------------------------


@job("booking.collect_funnel", N_("Relever le compte des étapes de réservation"), cron="*/5 * * * *")
def collect_funnel() -> int:
    """Move the counts gathered in Valkey to their rows.

    A batch is claimed by renaming it, which one process wins; one left behind by a process that died is claimed
    again later. It is deleted after the commit, so that no count is lost.
    """
    left_behind: list[str] = broker().attempt(_left_behind, otherwise=[])
    batches = [FUNNEL, *left_behind]
    return sum(_collect(batch) for batch in batches)


def _collect(batch: str) -> int:
    claimed = f"{FUNNEL}:{int(clock.now().timestamp())}:{uuid4().hex}"
    counts: dict[bytes, bytes] = broker().attempt(lambda client: _claimed(client, batch, claimed), otherwise={})
    if not counts:
        return 0
    with transaction():
        _add(counts.items())
    broker().attempt(lambda client: client.delete(claimed), otherwise=0)
    return len(counts)


def _left_behind(client: "redis.Redis") -> list[str]:
    before = (clock.now() - ABANDONED_BATCH).timestamp()
    names = [name.decode() for name in client.scan_iter(match=f"{FUNNEL}:*", count=100)]
    return [name for name in names if int(name.split(":")[2]) < before]


def _claimed(client: "redis.Redis", batch: str, claimed: str) -> dict[bytes, bytes]:
    try:
        client.rename(batch, claimed)
    except redis.ResponseError:  # nobody looked, or another process was first
        return {}
    counts: dict[bytes, bytes] = client.hgetall(claimed)  # type: ignore[assignment]
    return counts


def _add(counts: Iterable[tuple[bytes, bytes]]) -> None:
    known = set(db.session.scalars(sa.select(Establishment.id)))
    for field, count in counts:
        establishment_id, day, step = field.decode().split("|")
        if UUID(establishment_id) not in known:
            continue
        key = {
            "establishment_id": UUID(establishment_id),
            "day": date.fromisoformat(day),
            "step": FunnelStep(step),
        }
        add_up(FunnelCount, key, count=int(count))
