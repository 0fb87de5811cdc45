"""Questions about tables that were changed for others, and about a better disposition of a coming shift."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Rearrangement, Reservation, Seating, ServiceDay, Table
from app.booking.opening import Shift, slots_on
from app.booking.queries.houses import House
from app.booking.queries.sittings import seated_day
from app.booking.seating import Tidied, optimise
from app.kernel import clock
from app.kernel.db import db


def rearrangements_on(establishment_id: UUID, service_date: date) -> list[Rearrangement]:
    """Give the changes of tables of a service date that were not taken back, the latest first."""
    query = sa.select(Rearrangement).where(
        Rearrangement.establishment_id == establishment_id,
        Rearrangement.service_date == service_date,
        Rearrangement.undone_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Rearrangement.made_at.desc(), Rearrangement.id)))


def reservations_with_ids(ids: Iterable[UUID]) -> dict[UUID, Reservation]:
    """Give reservations by their ids."""
    found = db.session.scalars(sa.select(Reservation).where(Reservation.id.in_(list(ids))))
    return {reservation.id: reservation for reservation in found}


def stranger_at(tables: Collection[UUID], quarters: range, known: Collection[UUID]) -> tuple[str, Reservation] | None:
    """Give one of these tables that somebody else has in these quarters, and whose it is."""
    query = (
        sa.select(Table.code, Reservation)
        .join(Seating, Seating.table_id == Table.id)
        .join(Reservation, Reservation.id == Seating.reservation_id)
        .where(
            Table.id.in_(tables),
            Seating.first_quarter < quarters.stop,
            Seating.end_quarter > quarters.start,
            sa.or_(Seating.held_until.is_(None), Seating.held_until > clock.now()),
            Seating.reservation_id.not_in(known),
        )
        .order_by(Table.position, Seating.first_quarter)
        .limit(1)
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


class ShiftProposal(NamedTuple):
    """What could be better at one shift of a day."""

    shift: Shift
    proposal: Tidied
    version: int
    """How often the reservations of the day had changed when it was found."""

    def seal(self, version: int) -> str:
        """Give what tells this proposal, on the day as it was at a version, from any other."""
        return hashlib.sha256(repr((version, self.shift.id, self.proposal.moves)).encode()).hexdigest()[:32]


def proposals_on(
    house: House, service_date: date, *, shift_id: str | None = None, evens_areas: bool = False
) -> list[ShiftProposal]:
    """Look for a better disposition of each shift of a service date, or of one; who comes at another time stays."""
    day = seated_day(house, service_date, clock.now(), by_staff=True)
    version = day_version(house.establishment_id, service_date)
    found = []
    for shift, arriving in _spans(house, service_date):
        if shift_id in (None, shift.id):
            known = [
                sitting if sitting.quarters.start in arriving else replace(sitting, is_fixed=True)
                for sitting in day.sittings
            ]
            found.append(ShiftProposal(shift, optimise(day.room, day.base, known, evens_areas=evens_areas), version))
    return found


def day_version(establishment_id: UUID, service_date: date) -> int:
    """Give how often the reservations of a service date have changed."""
    key = ServiceDay.establishment_id == establishment_id, ServiceDay.service_date == service_date
    return db.session.scalar(sa.select(ServiceDay.version).where(*key)) or 0


def _spans(house: House, service_date: date) -> list[tuple[Shift, range]]:
    """Give each shift of a service date with the quarters at which its parties arrive."""
    spans: dict[str, tuple[Shift, range]] = {}
    for slot in slots_on(house.opening, service_date):
        _shift, span = spans.get(slot.shift.id, (slot.shift, range(slot.quarter, slot.quarter)))
        spans[slot.shift.id] = slot.shift, range(span.start, slot.quarter + house.slot_quarters)
    return list(spans.values())
