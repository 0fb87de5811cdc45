"""Playing a day's demand again: who asked, in the order in which they asked, on the floor one likes.

Pure: knows neither Flask nor the database. Both floors, the one in use and the one tried, are played by the same
question (`feasible`) under the same policy, so that what differs is the floor alone. Who withdraws gives the table back
at that instant.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush

from app.booking.opening import Opening, base_quarter
from app.booking.seating import (
    BEST_FIT,
    Arranger,
    Day,
    DayBook,
    Override,
    Permit,
    Placement,
    Policy,
    Reason,
    Refusal,
    Request,
    Room,
    Rules,
    Seated,
    Table,
    feasible,
)

ASIDE: Permit = frozenset({Override.ONLINE_LIMIT, Override.NOTICE, Override.ADVANCE, Override.PAST})
"""The rules that no floor changes; pacing stays, for it belongs to the kitchen."""
LACKING = frozenset({Reason.NO_TABLE, Reason.AREA, Reason.PACING, Reason.PARTY_TOO_LARGE})
"""The refusals another floor might have spared."""
FOR_A_TABLE = LACKING - {Reason.PACING}
"""Those for want of a table; the rest is the kitchen's pace."""
SAME_SEARCH = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Ask:
    """A party that wanted a table: when it asked, for when, how many; until when, if it withdrew.

    Without a time it takes the first that is free. `was_refused` tells a search from a reservation.
    """

    at: datetime
    local_time: time | None
    covers: int
    area: str | None = None
    withdrawn_at: datetime | None = None
    was_refused: bool = False


@dataclass
class Outcome:
    """What a floor received of a demand, in covers, and what it refused, by reason; for want of a table, by party too.

    `found` are covers refused at the time that this floor receives.
    """

    parties: int = 0
    covers: int = 0
    refused_covers: int = 0
    why: Counter[str] = field(default_factory=Counter)
    sizes: Counter[int] = field(default_factory=Counter)
    found: int = 0

    @property
    def for_want_of_a_table(self) -> int:
        """Count the covers refused for want of a table."""
        return sum(self.sizes.values())

    def add(self, other: "Outcome") -> None:
        """Add another day's."""
        self.parties += other.parties
        self.covers += other.covers
        self.refused_covers += other.refused_covers
        self.why.update(other.why)
        self.sizes.update(other.sizes)
        self.found += other.found


def without_repeats(asks: Iterable[Ask]) -> list[Ask]:
    """Count once the same refused search made again within half an hour: it is one person trying again."""
    last: dict[tuple[time | None, int], datetime] = {}
    kept = []
    for ask in sorted(asks, key=lambda ask: ask.at):
        key = (ask.local_time, ask.covers)
        if not ask.was_refused:
            kept.append(ask)
            continue
        if key not in last or ask.at - last[key] > SAME_SEARCH:
            kept.append(ask)
        last[key] = ask.at
    return kept


def play(opening: Opening, room: Room, service_date: date, asks: Sequence[Ask], policy: Policy = BEST_FIT) -> Outcome:
    """Play one day on one floor; what is withdrawn is neither received nor refused."""
    outcome = Outcome()
    for ask, answer in answered(opening, room, service_date, asks, policy):
        if ask.withdrawn_at is None:
            _count(outcome, answer, ask)
    return outcome


def answered(
    opening: Opening, room: Room, service_date: date, asks: Sequence[Ask], policy: Policy = BEST_FIT
) -> Iterator[tuple[Ask, Placement | Refusal]]:
    """Answer one ask of a day after the other, each of them seated where the answer says."""
    arranger = Arranger(room, base_quarter(service_date), policy=policy)
    book = DayBook.empty_on(service_date)
    leaving: list[tuple[datetime, int, int, int]] = []
    for order, ask in enumerate(asks):
        while leaving and leaving[0][0] <= ask.at:
            _at, gone, quarter, covers = heappop(leaving)
            arranger.remove(str(gone))
            book = book.counting(quarter, -covers, -1)
        answer = _seat(Day(opening, service_date, room, book, Rules(), ask.at, arranger), ask)
        if isinstance(answer, Placement):
            request = Request(answer.quarters, ask.covers, ask.area)
            arranger.seat(str(order), request, Seated(answer.unit, answer.moves))
            book = book.counting(answer.quarters.start, ask.covers)
            if ask.withdrawn_at is not None:
                heappush(leaving, (ask.withdrawn_at, order, answer.quarters.start, ask.covers))
        yield ask, answer


def _seat(day: Day, ask: Ask) -> Placement | Refusal:
    if ask.local_time is not None:
        return feasible(day, ask.local_time, ask.covers, area=ask.area, permit=ASIDE)
    answers = [Refusal(Reason.CLOSED)]
    for slot in day.slots:
        answer = feasible(day, slot, ask.covers, area=ask.area, permit=ASIDE)
        if isinstance(answer, Placement):
            return answer
        answers.append(answer)
    return answers[-1]


def _count(outcome: Outcome, answer: Placement | Refusal, ask: Ask) -> None:
    if isinstance(answer, Placement):
        outcome.parties += 1
        outcome.covers += ask.covers
        outcome.found += ask.covers * ask.was_refused
        return
    outcome.refused_covers += ask.covers
    outcome.why[answer.reason.value] += ask.covers
    if answer.reason in FOR_A_TABLE:
        outcome.sizes[ask.covers] += ask.covers


def changed(room: Room, removed: Iterable[str], added: Iterable[Table]) -> Room:
    """Give the room without some tables, and with others; a combination goes with any of its tables."""
    gone = set(removed)
    return Room(
        (*(table for table in room.tables if table.id not in gone), *added),
        tuple(each for each in room.combinations if not gone & set(each.tables)),
        room.durations,
        room.turnover_minutes,
    )
