"""The one question: whether this party can come at this time, and where it would sit.

Listing, writing, moving and re-seating all ask it here, so that they cannot disagree (booking.md, notes 1 and 28).
The answer holds for the book it was given: the writer asks again inside its transaction, and the database's unique key
on (table, quarter) has the last word.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time

from app.booking.opening import QUARTER_MINUTES, Slot, close_out_of
from app.booking.seating.day import Day
from app.booking.seating.engine import Request, best_fit
from app.booking.seating.plan import Move
from app.booking.seating.room import Room, Unit
from app.booking.seating.seater import Seated, Seater, Undecided
from app.booking.seating.verdict import GUEST, Override, Permit, Placement, Reason, Refusal, StillUndecided

NOTHING_FREE = (Reason.NO_TABLE, Reason.AREA, Reason.UNIT_TAKEN)


def feasible(
    day: Day,
    at: time | Slot,
    covers: int,
    *,
    area: str | None = None,
    lock: str | None = None,
    permit: Permit = GUEST,
) -> Placement | Refusal:
    """Seat `covers` people at a wall time (or slot) of the day, or say why not.

    `area` is a wish that must be met, `lock` names the one unit wanted. `permit` sets rules of the house aside:
    notice, advance, online limit, pacing, and, for a unit that `lock` names, its size and area (FIT without a lock
    changes nothing). It never opens a closed hour nor a table that is taken. Who has no permit books online: quotas,
    kept tables and pauses bind nobody else. StillUndecided when the day's seater could not tell in the time it has.
    """
    if permit == GUEST and day.online is not None:
        day = day.online
    slot = day.slot(at)
    if slot is None:
        return Refusal(_why_no_slot(day))
    forced = lock is not None and Override.FIT in permit
    refusal = _size_refusal(day.room, covers, forced=forced)
    if refusal:
        return refusal
    overridden: tuple[Override, ...] = ()
    for override, refusal in _broken_rules(day, slot, covers, is_online=permit == GUEST):
        if override not in permit:
            return refusal
        overridden += (override,)
    stay = day.room.stay_quarters(covers, slot.shift)
    quarters = range(slot.quarter, slot.quarter + stay + day.room.turnover_quarters)
    request = Request(quarters, covers, area, lock)
    moves: tuple[Move, ...] = ()
    if day.seater is None or forced:
        found = _seat(day, request, forced=forced)
    else:
        found, moves = _rearrange(day.room, day.seater, request)
    if isinstance(found, Refusal):
        found = _without_the_rule(day, request, found, permit, forced=forced)
        if isinstance(found, Refusal):
            return found
        overridden += (Override.CLOSE_OUT,)
    if forced and not (found.fits(covers) and found.serves(area)):
        overridden += (Override.FIT,)
    return Placement(found, quarters, stay, overridden, moves)


def _why_no_slot(day: Day) -> Reason:
    last = day.slots[-1].instant if day.slots else None
    if day.service_date < day.today if last is None else last < day.now:
        return Reason.PAST
    if day.is_too_far:
        return Reason.TOO_FAR
    return Reason.CLOSED if last is None else Reason.NOT_OFFERED


def _size_refusal(room: Room, covers: int, *, forced: bool) -> Refusal | None:
    if covers < 1:
        return Refusal(Reason.PARTY_TOO_SMALL, max(1, room.smallest_party))
    if forced or not room.units:
        return None
    if covers < room.smallest_party:
        return Refusal(Reason.PARTY_TOO_SMALL, room.smallest_party)
    if covers > room.largest_party:
        return Refusal(Reason.PARTY_TOO_LARGE, room.largest_party)
    return None


def _broken_rules(day: Day, slot: Slot, covers: int, *, is_online: bool) -> Iterator[tuple[Override, Refusal]]:
    """The rules of the house a party breaks, each with what sets it aside."""
    rules = day.rules
    if covers > rules.max_covers_online:
        yield Override.ONLINE_LIMIT, Refusal(Reason.PARTY_TOO_LARGE, rules.max_covers_online)
    if slot.instant < day.now:
        yield Override.PAST, Refusal(Reason.PAST)
    elif slot.instant < day.earliest:
        yield Override.NOTICE, Refusal(Reason.TOO_SOON, rules.min_notice_minutes)
    if day.is_too_far:
        yield Override.ADVANCE, Refusal(Reason.TOO_FAR, rules.max_advance_days)
    if close_out_of(day.opening, slot) is not None:
        yield Override.CLOSE_OUT, Refusal(Reason.CLOSED_OUT)
    if is_online and rules.pauses(slot.instant):
        yield Override.ONLINE_LIMIT, Refusal(Reason.PAUSED)
    if is_online and _is_over_quota(day, slot, covers):
        yield Override.ONLINE_LIMIT, Refusal(Reason.ONLINE_QUOTA, slot.shift.online_covers)
    limit = _pacing_limit(day, slot, covers)
    if limit is not None:
        yield Override.PACING, Refusal(Reason.PACING, limit)


def _is_over_quota(day: Day, slot: Slot, covers: int) -> bool:
    """Whether one more party would exceed what its shift gives online, from its first arrival to its last."""
    most = slot.shift.online_covers
    if most is None:
        return False
    quarters = [each.quarter for each in day.slots if each.shift is slot.shift]
    until = quarters[-1] + day.opening.slot_minutes // QUARTER_MINUTES
    booked = sum(taken for quarter, taken in day.book.online.items() if quarters[0] <= quarter < until)
    return booked + covers > most


def _pacing_limit(day: Day, slot: Slot, covers: int) -> int | None:
    """The cap that one more party would exceed."""
    shift = slot.shift
    if shift.pacing_covers is None and shift.pacing_reservations is None:
        return None
    arriving_covers, arriving_reservations = arriving_at(day, slot)
    if shift.pacing_covers is not None and arriving_covers + covers > shift.pacing_covers:
        return shift.pacing_covers
    if shift.pacing_reservations is not None and arriving_reservations + 1 > shift.pacing_reservations:
        return shift.pacing_reservations
    return None


def arriving_at(day: Day, slot: Slot) -> tuple[int, int]:
    """The covers and the reservations that arrive from this slot until the next one, half-open."""
    until = slot.quarter + day.opening.slot_minutes // QUARTER_MINUTES
    return day.book.arriving(range(slot.quarter, until))


def _seat(day: Day, request: Request, *, forced: bool) -> Unit | Refusal:
    room, book = day.room, day.book
    if request.lock is not None:
        unit = room.unit(request.lock) if forced else next(iter(room.units_for(*request[1:])), None)
        if unit is None:
            return Refusal(Reason.UNIT_UNFIT)
        return unit if book.has_free(unit, book.mask_of(request.quarters)) else Refusal(Reason.UNIT_TAKEN)
    unit = best_fit(room, book, request)
    if unit:
        return unit
    elsewhere = request.area is not None and best_fit(room, book, request._replace(area=None))
    return Refusal(Reason.AREA if elsewhere else Reason.NO_TABLE)


def _without_the_rule(day: Day, request: Request, refusal: Refusal, permit: Permit, *, forced: bool) -> Unit | Refusal:
    """Name the rule that alone stands in the way, if one does; give the closed table to who asks for it and may."""
    for reason, room, book in day.otherwise if refusal.reason in NOTHING_FREE else ():
        found = _seat(replace(day, room=room, book=book), request, forced=forced)
        if isinstance(found, Unit):
            may_open = reason is Reason.TABLE_CLOSED and Override.CLOSE_OUT in permit and request.lock is not None
            return found if may_open else Refusal(reason)
    return refusal


def _rearrange(room: Room, seater: Seater, request: Request) -> tuple[Unit | Refusal, tuple[Move, ...]]:
    if request.lock is not None and not room.units_for(request.covers, request.area, request.lock):
        return Refusal(Reason.UNIT_UNFIT), ()
    decision = seater.decide(request)
    if isinstance(decision, Undecided):
        raise StillUndecided(decision.why)
    if isinstance(decision, Seated):
        return decision.unit, decision.moves
    if request.lock is not None:
        return Refusal(Reason.UNIT_TAKEN), ()
    elsewhere = request.area is not None and seater.has_free_unit(request._replace(area=None))
    return Refusal(Reason.AREA if elsewhere else Reason.NO_TABLE), ()
