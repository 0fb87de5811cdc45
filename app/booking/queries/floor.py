"""Questions of the room while guests are in it: few, small, and always the same number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import OCCUPYING, Reservation, Seating, Table, natural_order
from app.booking.models import ReservationState as S
from app.booking.permissions import day_under_way
from app.booking.queries.lingering import LONGEST_QUARTERS, LONGEST_STAY_QUARTERS, lingers, quarters_kept
from app.booking.queries.reservations import visible_to
from app.booking.settings import LATE_ARRIVAL, LATE_TABLE, SOON
from app.booking.tonight import Party, Patience, Room
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db

COLUMNS = (
    Reservation.id, Reservation.first_name, Reservation.last_name, Reservation.origin, Reservation.covers,
    Reservation.state, Reservation.stage, Reservation.starts_at, Reservation.duration_minutes, Reservation.local_time,
    Reservation.special_requests, Reservation.arrived_at, Reservation.seated_at, Reservation.left_at,
    Reservation.guest_id,
)  # fmt: skip
SHOWN = (*OCCUPYING, S.FINISHED, S.NO_SHOW)


def parties_on(establishment_id: UUID, service_date: date, *, actor: Actor) -> list[Party]:
    """Give the parties of a service date that this actor may see, in the order they are expected: two queries."""
    rows = _rows_on(establishment_id, service_date, actor)
    held = _tables_of(establishment_id, service_date)
    return [Party(**row, tables=tuple(held.get(row["id"], ()))) for row in rows]


def _rows_on(establishment_id: UUID, service_date: date, actor: Actor) -> Sequence[sa.RowMapping]:
    seen = visible_to(actor).where(
        Reservation.establishment_id == establishment_id,
        Reservation.service_date == service_date,
        Reservation.state.in_(SHOWN),
    )
    rows = db.session.execute(seen.with_only_columns(*COLUMNS).order_by(Reservation.starts_at, Reservation.id))
    return rows.mappings().all()


def patience_of(establishment: Establishment) -> Patience:
    """Give from when on this house calls somebody late."""
    holder = str(establishment.id)
    minutes = (each.value(establishment=holder) for each in (LATE_ARRIVAL, LATE_TABLE, SOON))
    return Patience(*(timedelta(minutes=each) for each in minutes))


def late_tonight(establishment: Establishment, actor: Actor, *, with_tables: bool = False) -> list[tuple[Party, int]]:
    """Give who is late on the day under way, in coming or in leaving, with by how many minutes; the most first.

    Their tables are read when asked for only: whoever is late is late wherever they sit.
    """
    day, now = day_under_way(establishment), clock.now()
    if with_tables:
        parties = parties_on(establishment.id, day, actor=actor)
    else:
        parties = [Party(**row) for row in _rows_on(establishment.id, day, actor)]
    room = Room(parties, {}, now, now, patience_of(establishment))
    return [(party, room.lateness(party)) for party in room.late]


def _tables_of(establishment_id: UUID, service_date: date) -> dict[UUID, list[UUID]]:
    held: dict[UUID, list[UUID]] = defaultdict(list)
    query = (
        sa.select(Seating.reservation_id, Seating.table_id, Table.code)
        .join(Reservation, Reservation.id == Seating.reservation_id)
        .join(Table, Table.id == Seating.table_id)
        .where(Reservation.establishment_id == establishment_id, Reservation.service_date == service_date)
    )
    for reservation_id, table_id, _code in sorted(db.session.execute(query), key=lambda row: natural_order(row.code)):
        held[reservation_id].append(table_id)
    return held


def who_sits_at(
    establishment_id: UUID, tables: Iterable[str], quarters: range, *, leaving_out: UUID | None = None
) -> tuple[str, Reservation] | None:
    """Give one of these tables that is another's in these quarters, and whose it is.

    No stay is longer than a day: whoever sits there came within it, or within it before lingering as long as anybody.
    """
    kept = quarters_kept(clock.now())
    is_near = quarters.start < kept.stop
    stays_on = lingers(kept.start) if is_near else sa.false()
    since = min(quarters.start, kept.start - LONGEST_QUARTERS) if is_near else quarters.start
    query = (
        sa.select(Table.code, Reservation)
        .join(Seating, Seating.table_id == Table.id)
        .join(Reservation, Reservation.id == Seating.reservation_id)
        .where(
            Seating.establishment_id == establishment_id,
            Seating.first_quarter.between(since - LONGEST_STAY_QUARTERS, quarters.stop - 1),
            Seating.table_id.in_([UUID(table) for table in tables]),
            sa.or_(Seating.end_quarter > quarters.start, stays_on),
            sa.or_(Seating.held_until.is_(None), Seating.held_until > clock.now()),
            Seating.reservation_id != leaving_out,
        )
        .order_by(Table.position, Seating.first_quarter)
        .limit(1)
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def still_seated_at(reservation: Reservation) -> list[tuple[str, Reservation]]:
    """Give who of the same service date still sits at a table of this reservation, each once, with that table."""
    mine = sa.select(Seating.table_id).where(Seating.reservation_id == reservation.id)
    query = (
        sa.select(Table.code, Reservation)
        .join(Seating, Seating.table_id == Table.id)
        .join(Reservation, Reservation.id == Seating.reservation_id)
        .where(
            Table.id.in_(mine),
            Reservation.id != reservation.id,
            Reservation.service_date == reservation.service_date,
            Reservation.state == S.SEATED,
        )
        .order_by(Table.position)
    )
    found = {other.id: (code, other) for code, other in db.session.execute(query)}
    return list(found.values())


def last_before(tables: Collection[str], quarter: int) -> list[tuple[str, Reservation]]:
    """Give for each table the party that leaves it last before a quarter-hour, there or still to come."""
    query = (
        sa.select(Table.code, Reservation)
        .join(Seating, Seating.table_id == Table.id)
        .join(Reservation, Reservation.id == Seating.reservation_id)
        .where(
            Table.id.in_([UUID(table) for table in tables]),
            Seating.end_quarter <= quarter,
            Seating.end_quarter > quarter - 96,
            Reservation.state.in_(OCCUPYING),
        )
        .order_by(Seating.end_quarter)
    )
    latest = {code: (code, reservation) for code, reservation in db.session.execute(query)}
    return list(latest.values())
