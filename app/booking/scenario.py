"""Driving the engine from outside: JSON lines in, one JSON answer per line, in order.

The protocol stands in docs/formats.md. A scenario has no calendar: its minutes are those of one day in UTC, its
`services` are shifts, its `party` covers. Keys it does not know are passed over. A line that cannot be understood is
answered `{"error": …}` and changes nothing; blank lines get no answer.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from app.booking.exchange import FileRefused
from app.booking.exchange.hours import read_durations
from app.booking.exchange.room import read_areas, read_combinations, read_tables
from app.booking.exchange.syntax import read
from app.booking.exchange.values import Value
from app.booking.opening import DAY_MINUTES, Opening, Shift
from app.booking.opening.problems import N_, overlap_problems, shift_problems, slot_problems
from app.booking.seating import (
    BEST_FIT,
    Arranger,
    Day,
    DayBook,
    Placement,
    Policy,
    Reason,
    Refusal,
    Request,
    Room,
    Rules,
    Seated,
    Sitting,
    StillUndecided,
    Survey,
    feasible,
)

THE_DAY = date(2024, 1, 1)
MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
MOST = 10**9
NO_RULES = Rules(max_covers_online=MOST)
LATEST = 2 * DAY_MINUTES - 1
ID = 200

Answer = dict[str, object]


class _Evening:
    """The day being played: `day` counts who arrives, `arranger` knows who sits where."""

    def __init__(self, day: Day, policy: Policy) -> None:
        self.arranger = Arranger(day.room, day.book.base, policy=policy)
        self.day = replace(day, seater=self.arranger)

    def leave(self, id: str) -> Sitting:
        """Take a party out; gives what `come_back` needs."""
        sitting = self.arranger.remove(id)
        self._count(sitting, -1)
        return sitting

    def come_back(self, sitting: Sitting) -> None:
        """Seat somebody again where they were."""
        self.arranger.restore(sitting)
        self._count(sitting, 1)

    def come(self, id: str, placement: Placement, request: Request) -> None:
        """Write what was promised, moves included."""
        self.arranger.seat(id, request, Seated(placement.unit, placement.moves))
        self._count(self.arranger.sittings[id], 1)

    def _count(self, sitting: Sitting, sign: int) -> None:
        book = self.day.book.counting(sitting.quarters.start, sign * sitting.covers, sign)
        self.day = replace(self.day, book=book)


Line = str | bytes
"""What is asked, with its end of line or without. Bytes are UTF-8, whatever the locale of whoever sends them."""


def drive(lines: Iterable[Line], policy: Policy = BEST_FIT) -> Iterator[str]:
    """Answer each line as it comes. A `room` line begins again with an empty book."""
    evening: _Evening | None = None
    for line in lines:
        if line.strip():
            try:
                message = Value(read(line.rstrip()), "", [])
                if op_of(message) == "room":
                    evening = _Evening(read_day(message), policy)
                    answer: Answer = {"ok": True}
                else:
                    answer = _play(evening, message)
            except FileRefused as refused:
                answer = {"error": str(refused)}
            except StillUndecided:
                answer = {"answer": "undecided"}
            yield json.dumps(answer, ensure_ascii=False)


def _play(evening: _Evening | None, message: Value) -> Answer:
    if evening is None:
        raise room_missing(message)
    return ANSWERS[op_of(message)](evening, message)


def _book(evening: _Evening, message: Value) -> Answer:
    id = read_id(message)
    if id in evening.arranger.sittings:
        message.refuse(N_("Cette réservation existe déjà."))
    return _seat(evening, id, message)


def _modify(evening: _Evening, message: Value) -> Answer:
    """Seat the whole new booking as if the old one were not there; refused, the old one stays as it was."""
    id = read_id(message)
    return _seat(evening, id, message) if id in evening.arranger.sittings else {"answer": "unknown"}


def _cancel(evening: _Evening, message: Value) -> Answer:
    id = read_id(message)
    if id not in evening.arranger.sittings:
        return {"answer": "unknown"}
    evening.leave(id)
    return {"answer": "ok"}


def _grid(evening: _Evening, message: Value) -> Answer:
    parties, area = read_grid(message)
    day = replace(evening.day, seater=Survey(evening.arranger))
    return {
        "grid": {
            str(slot.minutes): [
                int(isinstance(feasible(day, slot, covers, area=area), Placement)) for covers in parties
            ]
            for slot in day.slots
        }
    }


ANSWERS: dict[str, Callable[[_Evening, Value], Answer]] = {
    "book": _book,
    "modify": _modify,
    "cancel": _cancel,
    "grid": _grid,
}


def _seat(evening: _Evening, id: str, message: Value) -> Answer:
    start, covers, area, lock = read_wish(message)
    former = evening.leave(id) if id in evening.arranger.sittings else None
    try:
        verdict = _ask(evening.day, start, covers, area, lock)
    except StillUndecided:
        if former is not None:
            evening.come_back(former)
        raise
    if isinstance(verdict, Placement):
        evening.come(id, verdict, Request(verdict.quarters, covers, area, lock))
    elif former is not None:
        evening.come_back(former)
    moves = sorted(verdict.moves, key=lambda move: move.id) if isinstance(verdict, Placement) else []
    return {
        "answer": "accepted" if isinstance(verdict, Placement) else "refused",
        "plan": {seated: sitting.unit for seated, sitting in evening.arranger.sittings.items()},
        "moves": [{"id": move.id, "from": move.source, "to": move.target} for move in moves],
        "why": verdict.reason if isinstance(verdict, Refusal) else None,
    }


def _ask(day: Day, start: int, covers: int, area: str | None, lock: str | None) -> Placement | Refusal:
    slot = next((slot for slot in day.slots if slot.minutes == start), None)
    return feasible(day, slot, covers, area=area, lock=lock) if slot else Refusal(Reason.NOT_OFFERED)


# --- reading, for whoever plays scenarios -------------------------------------------------------------------------


def questions_of(file: bytes) -> list[bytes]:
    """The questions of a file, one a line: as they stand there, or those of one whole scenario (docs/formats.md).

    What is neither stands as it is: whoever answers the lines says what is wrong with each.
    """
    try:
        scenario = read(file)
    except FileRefused:
        scenario = None
    if not isinstance(scenario, Mapping) or not isinstance(scenario.get("events"), list):
        return file.split(b"\n")
    return [_line({"op": "room", "room": scenario.get("room")}), *map(_line, scenario["events"])]


def _line(question: object) -> bytes:
    return json.dumps(question).encode()


def op_of(message: Value) -> str:
    """Which operation a line asks for."""
    op = message.members("op", closed=False)["op"]
    known = ("room", *ANSWERS)
    if op.raw not in known:
        op.refuse(N_("Une de ces opérations est attendue : %(names)s."), names=", ".join(known))
    stop_if_bad(message)
    return str(op.raw)


def room_missing(message: Value) -> FileRefused:
    """Say that a room has to come first."""
    message.refuse(N_("Une ligne « room » est attendue d’abord."))
    return FileRefused(message.problems)


def read_wish(message: Value) -> tuple[int, int, str | None, str | None]:
    """The minute, the covers, and the area and the unit wished for, of a booking."""
    members = message.members("start", "party", optional=("area", "lock"), closed=False)
    start, covers = members["start"].whole(-MOST, MOST), members["party"].whole(-MOST, MOST)
    area, lock = read_word(members["area"]), read_word(members["lock"])
    stop_if_bad(message)
    return start, covers, area, lock


def read_grid(message: Value) -> tuple[list[int], str | None]:
    """The sizes and the area that a grid is asked for."""
    members = message.members("parties", optional=("area",), closed=False)
    parties = [party.whole(-MOST, MOST) for party in members["parties"].items(100)]
    area = read_word(members["area"])
    stop_if_bad(message)
    return parties, area


def read_id(message: Value) -> str:
    """The id a line speaks of."""
    id = message.members("id", closed=False)["id"]
    is_number = isinstance(id.raw, int) and not isinstance(id.raw, bool)
    read = str(id.raw) if is_number else id.text(ID)
    stop_if_bad(message)
    return read


def read_word(value: Value) -> str | None:
    """A word that may be left out."""
    return value.text(ID) if value.is_given else None


def read_day(message: Value) -> Day:
    """The empty day of a room, its tables read as in an establishment's file."""
    needed = ("slot_minutes", "turnover_minutes", "durations", "areas", "tables", "services")
    members = message.members("room", closed=False)["room"].members(
        *needed, optional=("combinations", "pacing"), closed=False
    )
    tables, _places, _kept = read_tables(members["tables"], read_areas(members["areas"]))
    combinations = read_combinations(members["combinations"], tables)
    durations = read_durations(members["durations"])
    turnover = members["turnover_minutes"].whole(0, DAY_MINUTES, step=15)
    step = members["slot_minutes"]
    slot_minutes = step.whole(1, DAY_MINUTES)
    if not step.is_bad:
        message.problems.extend(slot_problems(slot_minutes, step.place))
    shifts = _read_services(members["services"], members["pacing"])
    stop_if_bad(message)
    return Day(
        opening=Opening("UTC", slot_minutes, shifts),
        service_date=THE_DAY,
        room=Room(tables, combinations, durations, turnover),
        book=DayBook.empty_on(THE_DAY),
        rules=NO_RULES,
        now=MIDNIGHT,
    )


def _read_services(value: Value, pacing: Value) -> tuple[Shift, ...]:
    """Services as shifts: minutes after midnight, each with the pacing of its name, if any."""
    shifts = []
    for item in value.items(20, least=1):
        service = item.members("name", "first", "last", closed=False)
        name = service["name"].text(ID)
        first, last = service["first"].whole(0, DAY_MINUTES - 1), service["last"].whole(0, LATEST)
        if not item.is_bad and not first <= last < first + DAY_MINUTES:
            service["last"].refuse(N_("Le dernier horaire doit suivre le premier, de moins d’un jour."))
        cap = pacing.members(optional=(name,), closed=False)[name].whole_or_none(1, MOST) if pacing.is_given else None
        shift = Shift(item.place, name, frozenset({THE_DAY.isoweekday()}), _clock(first), _clock(last), cap)
        shifts.append(shift)
        if not item.is_bad:
            item.problems.extend(shift_problems(shift, item.place))
    if not value.is_bad:
        value.problems.extend(overlap_problems([(shift.id, shift) for shift in shifts]))
    return tuple(shifts)


def _clock(minutes: int) -> time:
    return time(*divmod(minutes % DAY_MINUTES, 60))


def stop_if_bad(message: Value) -> None:
    """FileRefused when something is wrong with the line."""
    if message.problems:
        raise FileRefused(message.problems)
