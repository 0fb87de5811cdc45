"""A scenario played through the service and the database: the same lines in, the same answers out, and nothing kept.

What `scenario.drive` answers by the engine alone is answered here by the verbs that guests and staff use. Each room
opens a house of its own, on a far day in UTC; everything happens in one transaction that is never committed, each line
in a savepoint, so that what is refused leaves no trace.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter
from uuid import UUID

import sqlalchemy as sa

from app.booking import queries, service
from app.booking.exchange import Address, BookingSettings, EstablishmentFile, FileRefused
from app.booking.exchange.syntax import read
from app.booking.exchange.values import Value
from app.booking.models import Rearrangement, Reservation
from app.booking.opening import Slot, slots_on
from app.booking.queries import rooms
from app.booking.scenario import Answer, Line, op_of, read_day, read_grid, read_id, read_wish, room_missing
from app.booking.seating import Day, Override, Permit, Placement, PolicyName, Reason, feasible
from app.booking.service import Details, LeftOpen, TimeTaken, Wish
from app.booking.service.room import apply_establishment_file
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db, new_id, transaction

PLAYER = system("booking replay")
AHEAD = timedelta(days=30)
ANY_TIME: Permit = frozenset({Override.NOTICE, Override.ADVANCE, Override.ONLINE_LIMIT})
SOMEBODY = Details("", "", "", "")


class _Played(Exception):
    """Takes everything back in the end."""


class _House:
    """A house opened for one room of a scenario; `promised` are its reservations by the scenario's ids."""

    def __init__(self, pure: Day, policy: PolicyName) -> None:
        self.service_date = clock.now().date() + AHEAD
        self.place: Establishment = apply_establishment_file(_file_of(pure, policy), actor=PLAYER, force=True)
        self.house = queries.house_of(self.place)
        self.minutes = {slot.minutes: slot for slot in slots_on(self.house.opening, self.service_date)}
        self.codes = rooms.codes_of(self.place)
        self.units = {frozenset(unit.tables): self.codes[unit.id] for unit in self.house.room.units}
        self.promised: dict[str, UUID] = {}

    def reservation(self, id: str) -> Reservation:
        return db.session.get_one(Reservation, self.promised[id], populate_existing=True)

    def wish(self, start: int, covers: int, area: str | None, lock: str | None) -> Wish | None:
        ids = {code: id for id, code in self.codes.items()}
        slot = self.minutes.get(start)
        unit = None if lock is None else ids.get(lock, lock)
        return slot and Wish(self.service_date, slot.local_time, covers, area, unit)

    def plan(self) -> dict[str, str]:
        return {id: self._unit(each.table_id.hex for each in self.reservation(id).seatings) for id in self.promised}

    def moves_since(self, known: int) -> list[dict[str, str]]:
        ids = {own.hex: id for id, own in self.promised.items()}
        return [
            {"id": ids[move["reservation"]], "from": self._unit(move["before"]), "to": self._unit(move["after"])}
            for kept in self.rearrangements()[known:]
            for move in kept.moves
        ]

    def rearrangements(self) -> list[Rearrangement]:
        query = sa.select(Rearrangement).where(Rearrangement.establishment_id == self.place.id)
        return list(db.session.scalars(query.order_by(Rearrangement.id)))

    def _unit(self, tables: Iterable[str]) -> str:
        return self.units[frozenset(tables)]


def replay(lines: Iterable[Line], policy: PolicyName) -> list[str]:
    """Answer every line; the database is as before afterwards."""
    answers: list[str] = []
    with suppress(_Played), transaction():
        answers.extend(_answers(lines, policy))
        raise _Played
    return answers


def _answers(lines: Iterable[Line], policy: PolicyName) -> Iterator[str]:
    house: _House | None = None
    for line in lines:
        if line.strip():
            try:
                message = Value(read(line.rstrip()), "", [])
                if op_of(message) == "room":
                    house = _House(read_day(message), policy)
                    answer: Answer = {"ok": True}
                elif house is None:
                    raise room_missing(message)
                else:
                    answer = PLAYS[op_of(message)](house, message)
            except FileRefused as refused:
                answer = {"error": str(refused)}
            except LeftOpen:
                answer = {"answer": "undecided"}
            yield json.dumps(answer, ensure_ascii=False)


def _book(house: _House, message: Value) -> Answer:
    id = read_id(message)
    if id in house.promised:
        message.refuse("Cette réservation existe déjà.")
        raise FileRefused(message.problems)

    def book(wish: Wish) -> None:
        made = service.reserve(house.place, wish, SOMEBODY, actor=PLAYER, permit=ANY_TIME)
        house.promised[id] = made.id

    return _placed(house, message, book)


def _modify(house: _House, message: Value) -> Answer:
    id = read_id(message)
    if id not in house.promised:
        return {"answer": "unknown"}

    def modify(wish: Wish) -> None:
        service.move_reservation(house.reservation(id), wish, actor=PLAYER, permit=ANY_TIME)
        house.promised[id] = house.promised.pop(id)

    return _placed(house, message, modify)


def _placed(house: _House, message: Value, act: Callable[[Wish], None]) -> Answer:
    wish, known = house.wish(*read_wish(message)), len(house.rearrangements())
    why: Reason | None = None if wish else Reason.NOT_OFFERED
    if wish:
        try:
            with db.session.begin_nested():
                act(wish)
        except TimeTaken as refusal:
            why = refusal.reason
    moves = [] if why else sorted(house.moves_since(known), key=itemgetter("id"))
    return {"answer": "refused" if why else "accepted", "plan": house.plan(), "moves": moves, "why": why}


def _cancel(house: _House, message: Value) -> Answer:
    id = read_id(message)
    if id not in house.promised:
        return {"answer": "unknown"}
    service.cancel_reservation(house.reservation(id), actor=PLAYER, reason="")
    del house.promised[id]
    return {"answer": "ok"}


def _grid(house: _House, message: Value) -> Answer:
    parties, area = read_grid(message)
    day = queries.day_in_transaction(house.house, house.service_date)
    grid = {
        str(minutes): [_is_free(day, slot, covers, area) for covers in parties]
        for minutes, slot in house.minutes.items()
    }
    return {"grid": grid}


def _is_free(day: Day, slot: Slot, covers: int, area: str | None) -> int:
    return int(isinstance(feasible(day, slot, covers, area=area, permit=ANY_TIME), Placement))


PLAYS: dict[str, Callable[[_House, Value], Answer]] = {
    "book": _book,
    "modify": _modify,
    "cancel": _cancel,
    "grid": _grid,
}


def _file_of(pure: Day, policy: PolicyName) -> EstablishmentFile:
    shifts = tuple(replace(shift, weekdays=frozenset(range(1, 8))) for shift in pure.opening.shifts)
    return EstablishmentFile(
        slug=f"scenario-{new_id().hex}",
        name="Scénario",
        address=Address("", "", "", "FR"),
        phone=None,
        email=None,
        areas=tuple(dict.fromkeys(table.area for table in pure.room.tables)),
        tables=pure.room.tables,
        combinations=pure.room.combinations,
        durations=pure.room.durations,
        turnover_minutes=pure.room.turnover_minutes,
        opening=replace(pure.opening, shifts=shifts),
        booking=BookingSettings(0, 365, 999, "", policy=policy.value),
    )
