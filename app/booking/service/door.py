"""A party at the door: a table now, or how long it waits and why.

The door has hours of its own: every quarter-hour from the present one on, of the shift that is nearest; all other
rules of the house hold, closed tables included; times closed to bookings are not closed to the door.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from app.booking import permissions as may
from app.booking import queries
from app.booking.events import WalkInKept, WalkInSeated
from app.booking.models import Reservation, ReservationOrigin
from app.booking.models import ReservationState as S
from app.booking.opening import (
    QUARTER_MINUTES,
    ExceptionalDay,
    Opening,
    Shift,
    Slot,
    closed_tables,
    shifts_on,
)
from app.booking.queries import House
from app.booking.queries.floor import last_before, who_sits_at
from app.booking.queries.seaters import Hopeful, WritingSeater
from app.booking.refusals import explained
from app.booking.seating import FORCE, STAFF, Day, Override, Permit, Placement, Reason, Refusal, feasible
from app.booking.service import seats
from app.booking.service.brief import BriefStay, brief_stay
from app.booking.service.funnel import log_refused_search
from app.booking.service.placing import joined, taken_in_words
from app.booking.service.rows import fill_details, new_reservation, touch, write_promise
from app.booking.service.wishes import Details, TimeTaken, Wish
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require

LOOKED_AHEAD = timedelta(hours=3)
BEFORE_FIRST = AFTER_LAST = timedelta(hours=1)
AT_THE_DOOR: Permit = STAFF | {Override.PAST}
FORCED: Permit = FORCE


@dataclass(frozen=True)
class DoorAnswer:
    """What a party at the door is told: a table now, a table at `slot`, or why there is none tonight.

    `after` names, table by table, the party whose leaving is waited for; `brief` is a table free now, but not for long.
    """

    covers: int
    asked_at: datetime
    slot: Slot | None = None
    placement: Placement | None = None
    refusal: Refusal | None = None
    after: tuple[tuple[str, Reservation], ...] = ()
    brief: BriefStay | None = None

    @property
    def is_now(self) -> bool:
        """Whether the party can sit down at once."""
        return self.slot is not None and self.slot.instant <= self.asked_at

    @property
    def wait_minutes(self) -> int:
        """Give the minutes to wait, by fives: nobody promises a minute at a door."""
        if self.slot is None:
            return 0
        minutes = (self.slot.instant - self.asked_at).total_seconds() / 60
        return max(0, -(-int(minutes) // 5) * 5)


def answer_at_door(establishment: Establishment, covers: int) -> DoorAnswer:
    """Say whether so many can sit now; else from when, after whom; else why not."""
    house, now = queries.house_of(establishment), clock.now()
    return _answer(_door_day(house, establishment, now, is_shown=True), covers, now)


def _answer(day: Day | None, covers: int, now: datetime) -> DoorAnswer:
    if day is None:
        return DoorAnswer(covers, now, refusal=Refusal(Reason.CLOSED))
    refused: Refusal | None = None
    brief: BriefStay | None = None
    for slot in day.slots:
        found = feasible(day, slot, covers, permit=AT_THE_DOOR)
        if isinstance(found, Placement):
            waits = slot.instant > now
            after = tuple(last_before(found.unit.tables, slot.quarter)) if waits else ()
            return DoorAnswer(covers, now, slot, found, refused, after, brief)
        if refused is None:
            refused, brief = found, brief_stay(day, covers) if found.reason is Reason.NO_TABLE else None
    return DoorAnswer(covers, now, refusal=refused, brief=brief)


def seat_walk_in(
    establishment: Establishment,
    covers: int,
    *,
    actor: Actor,
    tables: Collection[UUID] = (),
    name: str = "",
    force: bool = False,
    until: time | None = None,
) -> Reservation:
    """Seat a party at once, at the best table or at those named. `force` sets pacing and size aside, by name.

    With `until`, they agreed to give back by then a table that is not free for a whole meal.

    Raises TimeTaken when the house has no table now, RuleBroken naming who sits there, NotAllowed without the right.
    """
    for needed in (may.WELCOME, may.FORCE) if force else (may.WELCOME,):
        require(actor, needed, establishment)
    now = clock.now()
    today = may.day_under_way(establishment)
    house = queries.house_of(establishment, version=queries.lock_day(establishment.id, today))
    day = _door_day(house, establishment, now)
    if day is None or not day.slots:
        raise TimeTaken(Refusal(Reason.CLOSED), house)
    slot = day.slots[0]
    seat = partial(_briefly, until=until) if until else partial(_chosen, tables=tables) if tables else _best
    with seats.counting_open_questions(establishment, today, covers):
        placement = seat(day, house, covers, force=force)
    party = _new_party(establishment, slot._replace(service_date=today), placement, name, covers)
    refusal = seats.claim(party, slot, placement, None)
    if refusal is not None:
        raise TimeTaken(refusal, house)
    db.session.expire(party, ["seatings"])
    publish(WalkInSeated(party, actor, covers, party.table_codes(), tuple(party.overridden)))
    touch(party)
    return party


def keep_walk_in(
    establishment: Establishment, covers: int, *, actor: Actor, quoted: time, name: str = ""
) -> Reservation:
    """Keep the table quoted for a party that waits in the house: it is here, and first to be seated there.

    Raises RuleBroken when the room has changed since and the quote no longer holds, TimeTaken when somebody is quicker,
    NotAllowed without the right.
    """
    require(actor, may.WELCOME, establishment)
    now, today = clock.now(), may.day_under_way(establishment)
    house = queries.house_of(establishment, version=queries.lock_day(establishment.id, today))
    with seats.counting_open_questions(establishment, today, covers):
        answer = _answer(_door_day(house, establishment, now), covers, now)
    slot, placement = answer.slot, answer.placement
    if slot is None or placement is None or slot.local_time > quoted or answer.is_now:
        raise _room_changed()
    party = _new_party(establishment, slot._replace(service_date=today), placement, name, covers, seated=False)
    refusal = seats.claim(party, slot, placement, None)
    if refusal is not None:
        raise TimeTaken(refusal, house)
    db.session.expire(party, ["seatings"])
    publish(WalkInKept(party, actor, covers, party.table_codes()))
    touch(party)
    return party


def note_lost_walk_in(establishment: Establishment, covers: int, *, actor: Actor) -> None:
    """Write down a party at the door that did not wait, with why it could not sit at once; nobody's name.

    Raises NotAllowed without the right.
    """
    require(actor, may.WELCOME, establishment)
    answer = answer_at_door(establishment, covers)
    reason = answer.refusal.reason if answer.refusal else Reason.NO_TABLE
    log_refused_search(
        establishment,
        service_date=may.day_under_way(establishment),
        local_time=clock.local(clock.now(), establishment.timezone).time().replace(second=0, microsecond=0),
        covers=covers,
        reason=reason.value,
    )


def _best(day: Day, house: House, covers: int, *, force: bool) -> Placement:
    found = feasible(day, day.slots[0], covers, permit=FORCED if force else AT_THE_DOOR)
    if isinstance(found, Refusal):
        raise TimeTaken(found, house)
    return found


def _briefly(day: Day, _house: House, covers: int, *, force: bool, until: time) -> Placement:  # noqa: ARG001 - as the others
    found = brief_stay(day, covers)
    if found is None or found.until != until:
        raise _room_changed()
    return found.placement


def _room_changed() -> RuleBroken:
    return RuleBroken(_("La salle a changé entre-temps : voici ce qu’elle permet maintenant."))


def _chosen(day: Day, house: House, covers: int, *, tables: Collection[UUID], force: bool) -> Placement:
    slot = day.slots[0]
    unit = joined(house, frozenset(table.hex for table in tables))
    if not unit.fits(covers) and not force:
        raise TimeTaken(Refusal(Reason.UNIT_UNFIT), house)
    stay = day.room.stay_quarters(covers, slot.shift)
    quarters = range(slot.quarter, slot.quarter + stay + day.room.turnover_quarters)
    wanted = day.book.mask_of(quarters)
    overridden: tuple[Override, ...] = (Override.PACING, Override.FIT) if force and not unit.fits(covers) else ()
    if not day.book.has_free(unit, wanted):
        taken = who_sits_at(house.establishment_id, unit.tables, quarters)
        if taken is not None:
            raise RuleBroken(taken_in_words(taken))
        if not any(book.has_free(unit, wanted) for _reason, _room, book in day.otherwise):
            raise RuleBroken(explained(Refusal(Reason.UNIT_TAKEN), house))
        if not force:
            raise TimeTaken(Refusal(Reason.TABLE_CLOSED), house)
        overridden += (Override.CLOSE_OUT,)
    return Placement(unit, quarters, stay, overridden)


def _new_party(
    establishment: Establishment, slot: Slot, placement: Placement, name: str, covers: int, *, seated: bool = True
) -> Reservation:
    party = new_reservation(establishment, ReservationOrigin.WALK_IN)
    kept = tuple(rule for rule in placement.overridden if rule in (Override.PACING, Override.FIT, Override.CLOSE_OUT))
    write_promise(party, slot, placement._replace(overridden=kept), Wish(slot.service_date, slot.local_time, covers))
    fill_details(party, Details("", name, "", ""), keep_person=True)
    party.state, party.arrived_at = (S.SEATED if seated else S.ARRIVED), clock.now()
    party.seated_at = clock.now() if seated else None
    db.session.add(party)
    return party


# --- the hours of the door ------------------------------------------------------------------------------------


def _door_day(house: House, establishment: Establishment, now: datetime, *, is_shown: bool = False) -> Day | None:
    """Give the day under way with the door's own hours, to be written or only shown; None while the house is closed."""
    service_date = may.day_under_way(establishment)
    local = clock.local(now, establishment.timezone).replace(tzinfo=None)
    shift = _shift_at(house.opening, service_date, local)
    if shift is None:
        return None
    first = local.replace(minute=local.minute // QUARTER_MINUTES * QUARTER_MINUTES, second=0, microsecond=0)
    hours = replace(shift, first=first.time(), last=(first + LOOKED_AHEAD).time())
    opening = Opening(house.opening.zone, QUARTER_MINUTES, (), (), (ExceptionalDay(first.date(), (hours,)),))
    book = queries.book_in_transaction(house, service_date)
    closed = closed_tables(house.opening, service_date, book.base)
    unclosed = ((Reason.TABLE_CLOSED, house.room, book),) if closed else ()
    left = book.closing(closed)
    day = Day(opening, first.date(), house.room, left, house.rules, now, otherwise=unclosed)
    if not house.may_move:
        return day
    seater = WritingSeater(house, service_date, left, now)
    return replace(day, seater=Hopeful(house.room, seater) if is_shown else seater)


def _shift_at(opening: Opening, service_date: date, local: datetime) -> Shift | None:
    midnight = datetime.combine(service_date, time())
    minutes = (local - midnight).total_seconds() / 60
    before, after = BEFORE_FIRST.total_seconds() / 60, AFTER_LAST.total_seconds() / 60
    shifts = shifts_on(opening, service_date)
    near = [shift for shift in shifts if shift.minutes[0] - before <= minutes <= shift.minutes[-1] + after]
    return min(near, key=lambda shift: max(shift.minutes[0] - minutes, minutes - shift.minutes[-1], 0), default=None)
