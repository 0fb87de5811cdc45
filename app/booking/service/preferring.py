"""The table or the area a known guest likes: tried first where it is free, and never a reason to refuse."""

from collections.abc import Iterator

from app.booking.models import GuestProfile, Reservation
from app.booking.queries import House, book_in_transaction
from app.booking.queries.guests import profile_of
from app.booking.queries.rooms import codes_of
from app.booking.seating import Request, Unit, best_fit
from app.booking.service import seats
from app.kernel.db import db


def prefer_seats(reservation: Reservation, house: House) -> bool:
    """Give a party that was just seated the table its guest likes, or one in the area they like, if it is free.

    Nobody is moved and no tables are joined for it; a table or an area that was asked for outweighs what is liked. It
    pins nothing: the engine may still move the party. Tells whether it sits elsewhere now.
    """
    profile = profile_of(reservation.guest_id) if reservation.guest_id else None
    if profile is None or reservation.locked_unit is not None or not reservation.seatings:
        return False
    unit = _liked(reservation, house, profile)
    if unit is None or _holds(reservation, unit):
        return False
    quarters = _quarters(reservation)
    with db.session.begin_nested() as attempt:
        is_given = seats.reseat(reservation, unit.tables, quarters)
        if not is_given:
            attempt.rollback()
    db.session.expire(reservation, ["seatings"])
    return is_given


def _liked(reservation: Reservation, house: House, profile: GuestProfile) -> Unit | None:
    book = book_in_transaction(house, reservation.service_date, leaving_out=reservation.id)
    for request in _wishes(reservation, house, profile):
        unit = best_fit(house.room, book, request)
        if unit is not None and len(unit.tables) == 1:
            return unit
    return None


def _wishes(reservation: Reservation, house: House, profile: GuestProfile) -> Iterator[Request]:
    """Say what to try, in order; nothing for the area when the party sits there already."""
    quarters, covers, asked = _quarters(reservation), reservation.covers, reservation.area_wish
    if profile.table_code:
        units = {code: id for id, code in codes_of(reservation.establishment).items()}
        yield Request(quarters, covers, asked, units.get(profile.table_code, profile.table_code))
    held = {seating.table_id.hex for seating in reservation.seatings}
    sits_in = {table.area for table in house.room.tables if table.id in held}
    if profile.area and asked in (None, profile.area) and sits_in != {profile.area}:
        yield Request(quarters, covers, profile.area)


def _quarters(reservation: Reservation) -> range:
    first = reservation.seatings[0]
    return range(first.first_quarter, first.end_quarter)


def _holds(reservation: Reservation, unit: Unit) -> bool:
    return {seating.table_id.hex for seating in reservation.seatings} == set(unit.tables)
