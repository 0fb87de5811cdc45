"""What would make a yes of a refusal: each lever alone, the cheapest first, tried before it is named.

Data only: who shows them finds the words. A lever changes nothing; whoever pulls it asks `feasible` again.
"""

import time as clock
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import time

from app.booking.opening import Slot
from app.booking.seating.arranger import Arranger
from app.booking.seating.day import Day
from app.booking.seating.feasible import arriving_at, feasible
from app.booking.seating.plan import Sitting
from app.booking.seating.room import Room
from app.booking.seating.verdict import GUEST, Override, Permit, Placement, StillUndecided


@dataclass(frozen=True, slots=True)
class AnotherTime:
    """The party comes at another time of the day."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A reservation gives up the table that was chosen for it."""

    sitting: str
    unit: str


@dataclass(frozen=True, slots=True)
class HigherPace:
    """The kitchen takes so many covers, and so many reservations, more at that time."""

    covers: int
    reservations: int


@dataclass(frozen=True, slots=True)
class AnyArea:
    """The party gives up the area it wished for."""

    area: str


@dataclass(frozen=True, slots=True)
class AnyUnit:
    """The party gives up the table it wished for."""

    unit: str


@dataclass(frozen=True, slots=True)
class LargerTable:
    """One more is allowed at a table: `covers` instead of one less."""

    table: str
    covers: int


Lever = AnotherTime | Unlocked | HigherPace | AnyArea | AnyUnit | LargerTable


@dataclass(frozen=True, slots=True)
class Wish:
    """What was refused: the words of `feasible`."""

    at: time | Slot
    covers: int
    area: str | None = None
    lock: str | None = None
    permit: Permit = GUEST

    def can_be_met(self, day: Day) -> bool:
        """Whether the day says yes; a question that stays undecided is none."""
        try:
            answer = feasible(day, self.at, self.covers, area=self.area, lock=self.lock, permit=self.permit)
        except StillUndecided:
            return False
        return isinstance(answer, Placement)


def levers(
    day: Day,
    wish: Wish,
    *,
    arranger: Arranger | None = None,
    may_unlock: Container[str] | None = None,
    seconds: float = 0.25,
) -> tuple[Lever, ...]:
    """The levers that make a yes of the wish, at most one of each kind, and the nearest time before and after.

    `arranger` holds the day's sittings; without it no lock is lifted and nobody moves for a larger table. `may_unlock`
    names those whose table may be taken back (None: who has a lock and is not fixed). After `seconds` none is tried.
    """
    search = _Search(day, wish, arranger, may_unlock, clock.monotonic() + seconds)
    return () if wish.can_be_met(day) else tuple(search.found())


class _Search:
    def __init__(
        self, day: Day, wish: Wish, arranger: Arranger | None, may_unlock: Container[str] | None, deadline: float
    ) -> None:
        self.day, self.wish, self.arranger = day, wish, arranger
        self.may_unlock, self.deadline = may_unlock, deadline

    def found(self) -> Iterator[Lever]:
        """Every lever that serves, the cheapest first."""
        yield from self._times()
        slot = self.day.slot(self.wish.at)
        if slot is not None:
            yield from self._locks(slot)
            yield from self._pace(slot)
            yield from self._wishes()
            yield from self._tables()

    def _serves(self, day: Day | None = None, **wish: object) -> bool:
        if clock.monotonic() > self.deadline:
            return False
        return replace(self.wish, **wish).can_be_met(day or self.day)  # type: ignore[arg-type]

    def _times(self) -> Iterator[Lever]:
        at = self.wish.at
        minutes = at.hour * 60 + at.minute if isinstance(at, time) else at.minutes
        before = [slot for slot in reversed(self.day.slots) if slot.minutes < minutes]
        after = [slot for slot in self.day.slots if slot.minutes > minutes]
        for slots in (before, after):
            slot = next((slot for slot in slots if self._serves(at=slot)), None)
            if slot is not None:
                yield AnotherTime(slot)

    def _locks(self, slot: Slot) -> Iterator[Lever]:
        """The first reservation that frees enough by giving up its table; those of the same hours first."""
        arranger = self.arranger
        if arranger is None or not arranger.policy.may_move:
            return
        locked = [sitting for sitting in arranger.sittings.values() if self._is_locked(arranger.floor.room, sitting)]
        locked.sort(key=lambda sitting: (slot.quarter not in sitting.quarters, sitting.quarters.start, sitting.id))
        for sitting in locked:
            without = {**arranger.sittings, sitting.id: replace(sitting, lock=None, is_fixed=False)}
            if self._serves(replace(self.day, seater=_arranger_like(arranger, arranger.floor.room, without))):
                yield Unlocked(sitting.id, sitting.unit)
                return

    def _is_locked(self, room: Room, sitting: Sitting) -> bool:
        """Whether its table may be taken back, and it could have sat there without having been given it."""
        if self.may_unlock is None:
            is_meant = sitting.lock is not None and not sitting.is_fixed
        else:
            is_meant = sitting.id in self.may_unlock
        unit = room.unit(sitting.unit)
        return is_meant and unit is not None and unit.fits(sitting.covers) and unit.serves(sitting.area)

    def _pace(self, slot: Slot) -> Iterator[Lever]:
        covers, reservations = arriving_at(self.day, slot)
        shift, one_more = slot.shift, self.wish
        more = HigherPace(
            0 if shift.pacing_covers is None else max(0, covers + one_more.covers - shift.pacing_covers),
            0 if shift.pacing_reservations is None else max(0, reservations + 1 - shift.pacing_reservations),
        )
        if more != HigherPace(0, 0) and self._serves(permit=self.wish.permit | {Override.PACING}):
            yield more

    def _wishes(self) -> Iterator[Lever]:
        if self.wish.area is not None and self._serves(area=None):
            yield AnyArea(self.wish.area)
        if self.wish.lock is not None and self._serves(lock=None):
            yield AnyUnit(self.wish.lock)

    def _tables(self) -> Iterator[Lever]:
        """The first table that would do if it took one more: one that is free before one that must be freed."""
        room, covers = self.day.room, self.wish.covers
        small = [unit.id for unit in room.units if len(unit.tables) == 1 and unit.max_covers + 1 == covers]
        for arranger in (None, self.arranger):
            for id in small:
                larger = _with_one_more(room, id)
                seater = arranger and _arranger_like(
                    arranger, _with_one_more(arranger.floor.room, id), arranger.sittings
                )
                if self._serves(replace(self.day, room=larger, seater=seater)):
                    yield LargerTable(id, covers)
                    return


def _with_one_more(room: Room, id: str) -> Room:
    tables = (replace(each, max_covers=each.max_covers + 1) if each.id == id else each for each in room.tables)
    return replace(room, tables=tuple(tables))


def _arranger_like(arranger: Arranger, room: Room, sittings: dict[str, Sitting]) -> Arranger:
    return Arranger(room, arranger.base, sittings.values(), arranger.policy, len(arranger.plan.taken))
