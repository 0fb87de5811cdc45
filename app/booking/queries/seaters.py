"""Who decides where a party sits on a day of the database: for readers, for the writer, with an answer found before.

Each tries best fit on the book first; only when that finds nothing, and the shift's policy lets others be moved, is the
day's seating read and the engine asked.
"""

from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import NamedTuple
from uuid import UUID

import structlog

from app.booking.opening import quarter_of
from app.booking.queries.houses import House
from app.booking.queries.manners import Manners, guards_of, manners_on
from app.booking.queries.sittings import SeatedDay, seated_day
from app.booking.seating import (
    Arranger,
    DayBook,
    PolicyName,
    Request,
    Room,
    Seated,
    Survey,
    Undecided,
    Unseated,
    best_fit,
)
from app.booking.seating.cases import Limits
from app.booking.seating.seater import Decision, Seater

WHILE_READING = Limits(programmes=100, seconds=0.4)
WHILE_WRITING = Limits(programmes=200, seconds=1.0)
AT_LENGTH = Limits(programmes=20_000, seconds=40.0)

log = structlog.get_logger()


class Foreseen(NamedTuple):
    """A decision reached at length, outside any transaction, about a day as it was then."""

    day: SeatedDay
    request: Request
    decision: Decision

    def holds(self, day: SeatedDay, request: Request) -> bool:
        """Whether nothing it rests on has changed."""
        return (self.day, self.request) == (day, request)


class WritingSeater:
    """Decides on the day as this transaction sees it, without one reservation.

    `decided` is what the engine said last; `foreseen` what it said before, which counts while nothing has changed.
    """

    def __init__(
        self,
        house: House,
        service_date: date,
        book: DayBook,
        now: datetime,
        *,
        leaving_out: UUID | None = None,
        foreseen: Foreseen | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.house, self.service_date, self.book, self.now = house, service_date, book, now
        self.leaving_out, self.foreseen = leaving_out, foreseen
        self.limits = limits or WHILE_WRITING
        self.decided: Foreseen | None = None
        self._arrangers: dict[PolicyName, Arranger] = {}

    def decide(self, request: Request) -> Decision:
        """Whether the party can be seated, and who moves for it."""
        unit = best_fit(self.house.room, self.book, request)
        if unit is not None:
            return Seated(unit)
        policy = self.manners.policy_at(request.quarters.start)
        if not policy.may_move:
            return Unseated()
        if self.foreseen is not None and self.foreseen.holds(self.day, request):
            return self.foreseen.decision
        if policy.name not in self._arrangers:
            arranger = self._arrangers[policy.name] = self.day.arranger(policy)
            arranger.limits = self.limits
        decision = self._arrangers[policy.name].decide(request)
        self.decided = Foreseen(self.day, request, decision)
        return decision

    def has_free_unit(self, request: Request) -> bool:
        """Whether the party can be seated without moving anybody."""
        return best_fit(self.house.room, self.book, request) is not None

    @cached_property
    def manners(self) -> Manners:
        """Give how parties are seated that day."""
        return manners_on(self.house, self.service_date)

    @cached_property
    def day(self) -> SeatedDay:
        """Give who sits where."""
        return seated_day(self.house, self.service_date, self.now, leaving_out=self.leaving_out)


class KeptSeater:
    """Decides for readers: what best fit refuses is asked of a survey, made once for each policy.

    It lives in a book that several threads read, so that a survey is asked by one at a time.
    """

    def __init__(self, house: House, service_date: date, book: DayBook, now: datetime) -> None:
        self.house, self.service_date, self.book, self.made_at = house, service_date, book, now
        self.guards, self.manners = guards_of(house.establishment_id), manners_on(house, service_date)
        self._day: SeatedDay | None = None
        self._surveys: dict[PolicyName, Survey] = {}
        self._turn = Lock()

    def holds(self, house: House, now: datetime) -> bool:
        """Whether it may still answer: same settings, and nobody came near their arrival, on the quarter, meanwhile."""
        return (
            self.house.version == house.version
            and self.guards == guards_of(house.establishment_id)
            and quarter_of(now) == quarter_of(self.made_at)
        )

    def decide(self, request: Request) -> Decision:
        """Whether the party can be seated, if need be by moving others."""
        unit = best_fit(self.house.room, self.book, request)
        if unit is not None:
            return Seated(unit)
        policy = self.manners.policy_at(request.quarters.start)
        if not policy.may_move:
            return Unseated()
        with self._turn:
            if self._day is None:
                self._day = seated_day(self.house, self.service_date, self.made_at)
            if policy.name not in self._surveys:
                arranger = self._day.arranger(policy)
                arranger.limits = WHILE_READING
                self._surveys[policy.name] = Survey(arranger)
            return self._surveys[policy.name].decide(request)

    def has_free_unit(self, request: Request) -> bool:
        """Whether the party can be seated without moving anybody."""
        return best_fit(self.house.room, self.book, request) is not None


class Hopeful:
    """Shows as possible what could not be decided in the time that a page has.

    It is for what is shown, never for what is written: who asks for such a time is answered by the writer, who looks
    again, and says so when it does not know either.
    """

    def __init__(self, room: Room, seater: Seater) -> None:
        self.room, self.seater = room, seater

    def decide(self, request: Request) -> Decision:
        """Whether the party can be seated, or might be."""
        decision = self.seater.decide(request)
        if not isinstance(decision, Undecided):
            return decision
        log.info("seating_left_open", quarter=request.quarters.start, covers=request.covers, why=decision.why)
        return Seated(self.room.units_for(request.covers, request.area, request.lock)[0])

    def has_free_unit(self, request: Request) -> bool:
        """Whether the party can be seated without moving anybody."""
        return self.seater.has_free_unit(request)
