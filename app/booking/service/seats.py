"""Claiming and giving back tables: with `early`, the only place that writes seatings, cells and arrival counts."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from app.booking import queries
from app.booking.events import PartyReseated
from app.booking.models import (
    ArrivalCount,
    FunnelStep,
    Rearrangement,
    RearrangementReason,
    Reservation,
    Seating,
    SeatingCell,
)
from app.booking.models import ReservationState as S
from app.booking.opening import QUARTER_MINUTES, Slot, quarter_of
from app.booking.queries import House
from app.booking.queries.seaters import Foreseen
from app.booking.queries.sittings import plan_faults
from app.booking.seating import (
    GUEST,
    Move,
    Override,
    Permit,
    Placement,
    Reason,
    Refusal,
    Room,
    StillUndecided,
    UnsoundPlan,
    feasible,
)
from app.booking.service.funnel import count_step
from app.booking.service.wishes import LeftOpen, PlanRefused, Wish
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import add_up, db, insert_all_or_none
from app.kernel.events import publish

ENGINE = system("seating")

log = structlog.get_logger()


def ask(
    house: House,
    establishment: Establishment,
    wish: Wish,
    *,
    permit: Permit = GUEST,
    leaving_out: UUID | None = None,
    foreseen: Foreseen | None = None,
) -> tuple[Slot | None, Placement | Refusal]:
    """Ask the engine under the day's lock, on the book as this transaction sees it.

    Raises LeftOpen, counted and logged, when it cannot tell in time.
    """
    day = queries.day_in_transaction(house, wish.service_date, leaving_out=leaving_out, foreseen=foreseen)
    with counting_open_questions(establishment, wish.service_date, wish.covers):
        return day.slot(wish.local_time), feasible(
            day, wish.local_time, wish.covers, area=wish.area, lock=wish.unit, permit=permit
        )


@contextmanager
def counting_open_questions(establishment: Establishment, service_date: date, covers: int) -> Iterator[None]:
    """Count and log a question that the engine leaves open, and raise LeftOpen: it never passes for a refusal."""
    try:
        yield
    except StillUndecided as undecided:
        log.warning("seating_undecided", day=service_date.isoformat(), covers=covers, why=str(undecided))
        count_step(establishment, FunnelStep.UNDECIDED)
        raise LeftOpen from undecided


def claim(reservation: Reservation, slot: Slot, placement: Placement, held_until: datetime | None) -> Refusal | None:
    """Write the rows that hold the tables and the arrival, and those of whoever moves; a refusal when the database
    knows better: the caller then takes everything back.

    Where a hold that ran out still stands in the way, it is let go and the rows are asked for again. Where others
    move, the whole plan is looked at again by code that shares none with the engine: PlanRefused when it does not hold.
    """
    if placement.moves:
        _free_expired_holds(reservation.establishment_id, clock.now())
        if not _make_way(reservation, placement.moves):
            return Refusal(Reason.NO_TABLE)
    refusal = _claim_rows(reservation, slot, placement, held_until)
    if refusal is not None and _free_expired_holds(reservation.establishment_id, clock.now()):
        refusal = _claim_rows(reservation, slot, placement, held_until)
    if placement.moves and refusal is None:
        moved = [reservation.id, *(UUID(move.id) for move in placement.moves)]
        check_plan(reservation.establishment, reservation.service_date, moved)
    return refusal


def check_plan(establishment: Establishment, service_date: date, moved: Collection[UUID]) -> None:
    """Look at the whole plan again, minute by minute, before it is committed; PlanRefused when something is wrong."""
    house = queries.house_of(establishment)
    wrong = plan_faults(house, service_date, clock.now(), moved=moved)
    if wrong:
        log.error("seating_plan_unsound", day=service_date.isoformat(), faults=wrong[:5])
        count_step(establishment, FunnelStep.UNSOUND)
        raise PlanRefused


def _make_way(newcomer: Reservation, moves: tuple[Move, ...]) -> bool:
    """Give their new tables to all who move, at once; tell whether nobody else stood there."""
    room = queries.house_of(newcomer.establishment).room
    tables = {UUID(move.id): [UUID(id) for id in _tables(room, move.target)] for move in moves}
    changes = give_new_tables(newcomer.establishment_id, tables)
    for change in changes:
        publish(PartyReseated(change.reservation, ENGINE, newcomer.reference, change.before, change.after))
    if changes:
        keep_rearrangement(newcomer.establishment, newcomer.service_date, changes, newcomer=newcomer)
    return bool(changes)


class TableChange(NamedTuple):
    """A reservation that sits elsewhere from now on: the codes of its tables, and their ids as they were."""

    reservation: Reservation
    before: str
    after: str
    left: tuple[str, ...]
    taken: tuple[str, ...]


def give_new_tables(establishment_id: UUID, tables: Mapping[UUID, list[UUID]]) -> list[TableChange]:
    """Give new tables to several reservations at once, for the time they have theirs; [] when one is another's.

    The caller then takes everything back. Expects reservations that have tables.
    """
    found = {each.id: each for each in db.session.scalars(sa.select(Reservation).where(Reservation.id.in_(tables)))}
    moved = [found[id] for id in tables]
    before = {each.id: (each.table_codes(), _ids_held(each)) for each in moved}
    spans = {each.id: (each.seatings[0].first_quarter, each.seatings[0].end_quarter) for each in moved}
    held_until = {each.id: each.held_until for each in moved}
    db.session.execute(sa.delete(SeatingCell).where(SeatingCell.reservation_id.in_(tables)))
    db.session.execute(sa.delete(Seating).where(Seating.reservation_id.in_(tables)))
    cells = [
        {"table_id": table, "quarter": quarter, "reservation_id": id}
        for id, held in tables.items()
        for table in held
        for quarter in range(*spans[id])
    ]
    if not insert_all_or_none(SeatingCell, sorted(cells, key=lambda cell: (cell["table_id"], cell["quarter"]))):
        return []
    db.session.execute(
        sa.insert(Seating),
        [
            {"reservation_id": id, "table_id": table, "establishment_id": establishment_id,
             "first_quarter": spans[id][0], "end_quarter": spans[id][1], "held_until": held_until[id]}
            for id, held in tables.items()
            for table in held
        ],
    )  # fmt: skip
    for each in moved:
        db.session.expire(each, ["seatings"])
    return [
        TableChange(each, codes, each.table_codes(), ids, _ids_held(each))
        for each in moved
        for codes, ids in [before[each.id]]
    ]


def keep_rearrangement(
    establishment: Establishment,
    service_date: date,
    changes: list[TableChange],
    *,
    newcomer: Reservation | None = None,
) -> Rearrangement:
    """Keep who left which tables for which, so that staff can read it and take it back."""
    kept = Rearrangement(
        establishment_id=establishment.id,
        establishment=establishment,
        service_date=service_date,
        reason=RearrangementReason.NEWCOMER if newcomer else RearrangementReason.OPTIMISED,
        newcomer_id=newcomer.id if newcomer else None,
        moves=[
            {"reservation": change.reservation.id.hex, "before": list(change.left), "after": list(change.taken)}
            for change in changes
        ],
        made_at=clock.now(),
    )
    db.session.flush()
    db.session.add(kept)
    return kept


def _ids_held(reservation: Reservation) -> tuple[str, ...]:
    return tuple(sorted(seating.table_id.hex for seating in reservation.seatings))


def _tables(room: Room, unit_id: str) -> tuple[str, ...]:
    unit = room.unit(unit_id)
    if unit is None:
        raise UnsoundPlan(unit_id)
    return unit.tables


def _claim_rows(
    reservation: Reservation, slot: Slot, placement: Placement, held_until: datetime | None
) -> Refusal | None:
    refusal = _count_arrival(reservation, slot, placement)
    if refusal is not None:
        return refusal
    if not _occupy(reservation, placement.unit.tables, placement.quarters, held_until):
        uncount_arrival(reservation.establishment_id, slot.quarter, reservation.covers)
        return Refusal(Reason.NO_TABLE)
    return None


def _occupy(reservation: Reservation, tables: Iterable[str], quarters: range, held_until: datetime | None) -> bool:
    """Write cells and seatings; nothing, and False, when one of the tables is another's."""
    if not take_cells(reservation, tables, quarters):
        _free_cells(reservation)
        return False
    db.session.execute(
        sa.insert(Seating),
        [
            {
                "reservation_id": reservation.id,
                "table_id": UUID(table_id),
                "establishment_id": reservation.establishment_id,
                "first_quarter": quarters.start,
                "end_quarter": quarters.stop,
                "held_until": held_until,
            }
            for table_id in sorted(tables)
        ],
    )
    return True


def take_cells(reservation: Reservation, tables: Iterable[str], quarters: range) -> bool:
    """Write the cells of some tables; False when one is another's: some may be written, the caller takes them back."""
    db.session.flush()
    return insert_all_or_none(
        SeatingCell,
        [
            {"table_id": UUID(table_id), "quarter": quarter, "reservation_id": reservation.id}
            for table_id in sorted(tables)
            for quarter in quarters
        ],
    )


def _count_arrival(reservation: Reservation, slot: Slot, placement: Placement) -> Refusal | None:
    shift = slot.shift
    paced = {"covers": shift.pacing_covers, "reservations": shift.pacing_reservations}
    is_paced = Override.PACING not in placement.overridden
    counted = add_up(
        ArrivalCount,
        {"establishment_id": reservation.establishment_id, "quarter": slot.quarter},
        within={name: most for name, most in paced.items() if most is not None and is_paced},
        covers=reservation.covers,
        reservations=1,
    )
    return None if counted else Refusal(Reason.PACING, shift.pacing_covers)


def reseat(reservation: Reservation, tables: Iterable[str], quarters: range) -> bool:
    """Give a party other tables, from these quarters on; its arrival stays counted. False when one is another's."""
    _free_cells(reservation)
    db.session.execute(sa.delete(Seating).where(Seating.reservation_id == reservation.id))
    seated = _occupy(reservation, tables, quarters, reservation.held_until)
    db.session.expire(reservation, ["seatings"])
    return seated


def sit_again(reservation: Reservation, tables: Iterable[str], quarters: range) -> bool:
    """Give a party back the tables it had, and count its arrival again, whatever the pace: it was promised before.

    False, and nothing written, when one is another's.
    """
    _free_expired_holds(reservation.establishment_id, clock.now())
    if not _occupy(reservation, tables, quarters, None):
        return False
    counted = {"establishment_id": reservation.establishment_id, "quarter": reservation.quarter}
    add_up(ArrivalCount, counted, within={}, covers=reservation.covers, reservations=1)
    return True


def take_again(reservation: Reservation, now: datetime) -> bool:
    """Take back what was left of a party's time at its tables, a quarter-hour at least. False when others sit there."""
    start = quarter_of(now)
    planned = reservation.quarter + -(-reservation.duration_minutes // QUARTER_MINUTES)
    mine = [seating.table_id.hex for seating in reservation.seatings]
    own = sa.and_(SeatingCell.reservation_id == reservation.id, SeatingCell.quarter >= start)
    db.session.execute(sa.delete(SeatingCell).where(own))
    if not take_cells(reservation, mine, range(start, max(planned, start + 1))):
        return False
    db.session.execute(
        sa.update(Seating).where(Seating.reservation_id == reservation.id).values(end_quarter=max(planned, start + 1))
    )
    db.session.expire(reservation, ["seatings"])
    return True


def give_back(reservation: Reservation, *, arrival: bool = True) -> None:
    """Free the tables of a reservation, and its arrival unless it did arrive."""
    _free_cells(reservation)
    freed = db.session.execute(sa.delete(Seating).where(Seating.reservation_id == reservation.id))
    db.session.expire(reservation, ["seatings"])
    if arrival and freed.rowcount:  # type: ignore[attr-defined]
        uncount_arrival(reservation.establishment_id, reservation.quarter, reservation.covers)


def _free_cells(reservation: Reservation) -> None:
    db.session.execute(sa.delete(SeatingCell).where(SeatingCell.reservation_id == reservation.id))


def give_back_rest(reservation: Reservation, now: datetime) -> None:
    """Free the quarter-hours that the guests who left no longer need; the seating stays as history."""
    quarter = quarter_of(now) + 1
    db.session.execute(
        sa.delete(SeatingCell).where(SeatingCell.reservation_id == reservation.id, SeatingCell.quarter >= quarter)
    )
    shortened = sa.case((Seating.first_quarter < quarter, quarter), else_=Seating.first_quarter + 1)
    db.session.execute(
        sa.update(Seating)
        .where(Seating.reservation_id == reservation.id, Seating.end_quarter > quarter)
        .values(end_quarter=shortened)
    )
    db.session.expire(reservation, ["seatings"])


def uncount_arrival(establishment_id: UUID, quarter: int, covers: int) -> None:
    """Take one party off the arrivals of a slot."""
    db.session.execute(
        sa.update(ArrivalCount)
        .where(ArrivalCount.establishment_id == establishment_id, ArrivalCount.quarter == quarter)
        .values(covers=ArrivalCount.covers - covers, reservations=ArrivalCount.reservations - 1)
    )


def recount_arrival(reservation: Reservation, covers: int) -> None:
    """Count a party that has come as so many, whatever the pace: they are here."""
    db.session.execute(
        sa.update(ArrivalCount)
        .where(
            ArrivalCount.establishment_id == reservation.establishment_id,
            ArrivalCount.quarter == reservation.quarter,
        )
        .values(covers=ArrivalCount.covers + covers - reservation.covers)
    )


def expire_hold(hold: Reservation) -> bool:
    """Let one hold go, if nobody else just did, or keeps it longer; tell whether it was done here."""
    expired = db.session.execute(
        sa.update(Reservation)
        .where(Reservation.id == hold.id, Reservation.state == S.HELD, Reservation.held_until == hold.held_until)
        .values(state=S.EXPIRED, held_until=None, visitor=None, network=None, changed_at=clock.now())
    )
    if not expired.rowcount:  # type: ignore[attr-defined]
        return False
    give_back(hold)
    db.session.expire(hold)
    return True


def _free_expired_holds(establishment_id: UUID, now: datetime) -> int:
    return sum(expire_hold(hold) for hold in queries.expired_holds(now, establishment_id))
