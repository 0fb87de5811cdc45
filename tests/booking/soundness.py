"""The guarantee, asked of the database in its own words: no table twice, and every count equal to what it counts."""

from collections import Counter

import sqlalchemy as sa

from app.booking.models import OCCUPYING, ArrivalCount, Reservation, ReservationState, Seating, SeatingCell
from app.kernel.db import db

ARRIVING = (*OCCUPYING, ReservationState.FINISHED)


def unsound() -> list[str]:
    """Everything that is wrong with the room's rows; [] when the guarantee stands."""
    db.session.rollback()
    return [*_twice(), *_wrong_cells(), *_wrong_seats(), *_wrong_counts()]


def _twice() -> list[str]:
    """Two parties at one table at one time, found by joining the seatings with themselves."""
    one, other = sa.orm.aliased(Seating), sa.orm.aliased(Seating)
    met = sa.select(one.table_id, one.first_quarter).join(
        other,
        sa.and_(
            one.table_id == other.table_id,
            one.reservation_id < other.reservation_id,
            one.first_quarter < other.end_quarter,
            other.first_quarter < one.end_quarter,
        ),
    )
    return [f"table {table} is given twice at {quarter}" for table, quarter in db.session.execute(met)]


def _wrong_cells() -> list[str]:
    kept = set(db.session.execute(sa.select(SeatingCell.table_id, SeatingCell.quarter, SeatingCell.reservation_id)))
    rows = db.session.execute(
        sa.select(
            Seating.table_id, Seating.first_quarter, Seating.end_quarter, Seating.reservation_id, Reservation.state
        ).join(Reservation, Reservation.id == Seating.reservation_id)
    ).all()
    spans = {
        (table, quarter, reservation)
        for table, first, end, reservation, _state in rows
        for quarter in range(first, end)
    }
    left = {row[3] for row in rows if row[4] is ReservationState.FINISHED}  # what guests gave back early
    problems = [f"cell {cell} belongs to no seating" for cell in kept - spans]
    return problems + [f"cell {cell} is missing" for cell in spans - kept if cell[2] not in left]


def _wrong_seats() -> list[str]:
    seated = set(db.session.scalars(sa.select(Seating.reservation_id)))
    problems = []
    for id_, state in db.session.execute(sa.select(Reservation.id, Reservation.state)):
        if state in OCCUPYING and id_ not in seated:
            problems.append(f"{state} reservation {id_} has no table")
        if state not in ARRIVING and id_ in seated:
            problems.append(f"{state} reservation {id_} still has a table")
    return problems


def _wrong_counts() -> list[str]:
    expected: Counter[tuple[object, int, str]] = Counter()
    for house, quarter, covers in db.session.execute(
        sa.select(Reservation.establishment_id, Reservation.quarter, Reservation.covers).where(
            Reservation.state.in_(ARRIVING)
        )
    ):
        expected[house, quarter, "covers"] += covers
        expected[house, quarter, "reservations"] += 1
    counted: Counter[tuple[object, int, str]] = Counter()
    for row in db.session.execute(
        sa.select(ArrivalCount.establishment_id, ArrivalCount.quarter, ArrivalCount.covers, ArrivalCount.reservations)
    ):
        counted[row[0], row[1], "covers"] += row[2]
        counted[row[0], row[1], "reservations"] += row[3]
    wrong = {key for key in {*expected, *counted} if expected[key] != counted[key]}
    return [f"{key[2]} at {key[1]}: {counted[key]} counted, {expected[key]} arriving" for key in wrong]
