"""Guests who did not come: noted, and their tables are free; taken back, and theirs again while they can be."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.booking import queries
from app.booking.events import AbsenceWithdrawn, PartyMissed
from app.booking.models import Reservation
from app.booking.opening import Slot, quarter_of
from app.booking.queries import House
from app.booking.queries.floor import who_sits_at
from app.booking.seating import FORCE, Override, Placement
from app.booking.service import seats
from app.booking.service.evening import has_come
from app.booking.service.placing import taken_in_words
from app.booking.service.rows import lock_reservation, seat_or_refuse, touch
from app.booking.service.wishes import TimeTaken, Wish
from app.booking.states import LIFECYCLE
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken


def note_missed_party(reservation: Reservation, *, actor: Actor) -> None:
    """Note that nobody came; the table is free again. Raises RuleBroken while the hour has not passed."""
    if not has_come("miss", reservation):
        raise RuleBroken(_("L’heure prévue n’est pas encore passée."))
    lock_reservation(reservation)
    LIFECYCLE.apply("miss", reservation, actor)
    reservation.seats_left = _seats_of(reservation)
    seats.give_back(reservation)
    reservation.changed_at = clock.now()
    reservation.reminder_due_at = None
    publish(PartyMissed(reservation, actor))
    touch(reservation)


def withdraw_absence(reservation: Reservation, *, actor: Actor) -> str:
    """Take an absence back: the promise stands again, at the tables they had, joined for the evening or not.

    Where those are free no more, it stands at the table that was chosen, else at the best still free; gives why, ""
    when they have their tables. Raises RuleBroken when nothing else is left for them: it then says why too.
    """
    lock_reservation(reservation)
    LIFECYCLE.apply("withdraw", reservation, actor)
    house = queries.house_of(reservation.establishment)
    before = (reservation.seats_left or {}).get("codes", "")
    why = _sit_where_they_sat(reservation, house)
    if why is not None:
        _sit_elsewhere(reservation, house, why)
    reservation.seats_left = None
    db.session.expire(reservation, ["seatings"])
    after = reservation.table_codes()
    reservation.changed_at = clock.now()
    publish(AbsenceWithdrawn(reservation, actor, before or after, after))
    touch(reservation)
    return why or ""


def _seats_of(reservation: Reservation) -> dict[str, Any] | None:
    held = reservation.seatings
    return {
        "tables": sorted(seating.table_id.hex for seating in held),
        "codes": reservation.table_codes(),
        "first_quarter": min(seating.first_quarter for seating in held),
        "end_quarter": max(seating.end_quarter for seating in held),
    } if held else None  # fmt: skip


def _sit_where_they_sat(reservation: Reservation, house: House) -> str | None:
    """Give a party the very tables it left, for its time or what is left of it; else say who has them, or "".

    Absences noted before what they left was kept have nothing to come back to.
    """
    left = reservation.seats_left
    if left is None:
        return ""
    tables, why = left["tables"], _("La table %(tables)s n’est plus libre.", tables=left["codes"])
    if not {*tables} <= {table.id for table in house.room.tables}:
        return why
    for quarters in _spans(left["first_quarter"], left["end_quarter"]):
        is_closed = queries.is_closed(house, reservation.service_date, tables, quarters)
        if is_closed and Override.CLOSE_OUT.value not in reservation.overridden:
            continue
        if seats.sit_again(reservation, tables, quarters):
            return None
        taken = who_sits_at(house.establishment_id, tables, quarters, leaving_out=reservation.id)
        why = taken_in_words(taken) if taken else why
    return why


def _spans(first: int, end: int) -> Iterator[range]:
    """Give when they may sit there: the whole of their time, else what is left of it once others have gone."""
    yield range(first, end)
    now = quarter_of(clock.now())
    for start in (now, now + 1):
        if first < start < end:
            yield range(start, end)


def _sit_elsewhere(reservation: Reservation, house: House, why: str) -> None:
    wish = Wish(reservation.service_date, reservation.local_time, reservation.covers, reservation.area_wish)
    try:
        slot, placement = _at_the_chosen(reservation, house, wish) or seat_or_refuse(reservation, house, wish, FORCE)
    except TimeTaken as refused:
        raise RuleBroken(f"{why} {refused.message}".strip()) from refused
    refusal = seats.claim(reservation, slot, placement, None)
    if refusal is not None:
        raise TimeTaken(refusal, house)
    fit, aside = {Override.FIT.value}, {override.value for override in placement.overridden}
    reservation.overridden = sorted({*reservation.overridden} - fit | aside & fit)


def _at_the_chosen(reservation: Reservation, house: House, wish: Wish) -> tuple[Slot, Placement] | None:
    """Give the table that was chosen for a party, while it is free; when it is not, it is no longer theirs."""
    if reservation.locked_unit is None:
        return None
    try:
        return seat_or_refuse(reservation, house, replace(wish, unit=reservation.locked_unit), FORCE)
    except TimeTaken:
        reservation.locked_unit = None
        return None
