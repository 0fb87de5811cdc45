"""Years behind an installation: bulk rows as its own acts would have left them, written without acting them."""

import itertools
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.load.installations import Installation, example

ZONE = ZoneInfo("Europe/Paris")
CLONES = 7
PEOPLE = 50_000
SITTINGS = (time(12, 30), time(19), time(20, 30))
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
BATCH = 20_000


def fill(installation: Installation, past: int, coming: int, *, clones: int = CLONES) -> None:
    """Spread past reservations over every house, coming ones over the houses beside the one that is measured."""
    for number in range(clones):
        installation.import_house(example("grande-brasserie"), slug=f"maison-{number}", name=f"Maison {number}")
    houses = [
        (_read_id(row[0]), [_read_id(table[0]) for table in _tables_of(installation, row[0])])
        for row in installation.read("SELECT id FROM establishments ORDER BY position")
    ]
    today = datetime.now(ZONE).date()
    writer = Writer(installation)
    people = [_new_id() for _n in range(min(PEOPLE, past))]
    writer.put("people", ({
        "id": id_, "first_name": "Camille", "last_name": f"Hôte {number}", "email": f"hote{number}@example.org",
        "email_normalised": f"hote{number}@example.org", "phone": None, "language": "fr", "created_at": _instant(today),
        "search_text": f"camille hote {number}",
    } for number, id_ in enumerate(people)))  # fmt: skip
    turns = itertools.cycle(people)
    _reserve(writer, houses, past, today - timedelta(days=3 * 365), today - timedelta(days=8), "finished", turns)
    _reserve(writer, houses[1:], coming, today + timedelta(days=1), today + timedelta(days=89), "confirmed", turns)
    installation.settle()


def _reserve(
    writer: "Writer",
    houses: list[tuple[UUID, list[UUID]]],
    count: int,
    first: date,
    last: date,
    state: str,
    people: Any,
) -> None:
    """Write reservations, each at a table and an hour of its own, with all that goes with them."""
    kept: dict[str, list[dict[str, Any]]] = {
        "reservations": [],
        "seatings": [],
        "seating_cells": [],
        "audit_entries": [],
    }
    counts: dict[tuple[UUID, int], list[int]] = {}
    number = writer.last_entry()
    for (house, table, day, at), guest in zip(_places(houses, count, first, last), people, strict=False):
        starts_at = datetime.combine(day, at, ZONE).astimezone(UTC)
        id_, quarter = _new_id(), int(starts_at.timestamp()) // 900
        kept["reservations"].append(_reservation(id_, house, guest, day, at, starts_at, quarter, state))
        kept["seatings"].append({
            "reservation_id": id_, "table_id": table, "establishment_id": house, "first_quarter": quarter,
            "end_quarter": quarter + 6, "held_until": None,
        })  # fmt: skip
        if state == "confirmed":
            kept["seating_cells"] += [
                {"table_id": table, "quarter": quarter + step, "reservation_id": id_} for step in range(6)
            ]
        tally = counts.setdefault((house, quarter), [0, 0])
        tally[0], tally[1] = tally[0] + 2, tally[1] + 1
        number += 1
        kept["audit_entries"].append(_entry(number, id_, starts_at))
        if len(kept["reservations"]) == BATCH:
            writer.put_all(kept)
    writer.put_all(kept)
    counted = writer.counted()
    writer.put("arrival_counts", (
        {"establishment_id": house, "quarter": quarter, "covers": covers, "reservations": reservations}
        for (house, quarter), (covers, reservations) in counts.items() if (house, quarter) not in counted
    ))  # fmt: skip
    writer.count_more((*counts[place], *place) for place in counts.keys() & counted)
    writer.head(number)


def _places(
    houses: list[tuple[UUID, list[UUID]]], count: int, first: date, last: date
) -> Iterator[tuple[UUID, UUID, date, time]]:
    """Distinct places, no two of which meet: a lunch and two dinners at every table of every house, day after day."""
    days = [first + timedelta(days=offset) for offset in range((last - first).days)]
    every = (
        (house, table, day, at)
        for at in SITTINGS
        for turn in range(max(len(tables) for _house, tables in houses))
        for day in days
        for house, tables in houses
        for table in tables[turn : turn + 1]
    )
    found = list(itertools.islice(every, count))
    if len(found) < count:
        raise ValueError(f"these houses seat {len(found)} parties in {len(days)} days, not {count}")
    return iter(found)


def _reservation(
    id_: UUID, house: UUID, guest: UUID, day: date, at: time, starts_at: datetime, quarter: int, state: str
) -> dict[str, Any]:
    return {
        "id": id_, "establishment_id": house, "reference": "".join(secrets.choice(LETTERS) for _n in range(10)),
        "service_date": day, "local_time": at, "starts_at": starts_at, "quarter": quarter, "duration_minutes": 90,
        "covers": 2, "area_wish": None, "locked_unit": None, "state": state, "origin": "online", "guest_id": guest,
        "first_name": "Camille", "last_name": "Hôte", "email": "hote@example.org", "phone": "+33612345678",
        "special_requests": "", "search_text": "camille hote", "search_contact": "hote@example.org", "language": "fr",
        "consent_at": starts_at, "held_until": None, "visitor": None, "network": None, "overridden": "[]",
        "sequence": 0, "reminder_due_at": None, "created_at": starts_at, "changed_at": starts_at,
        "cancelled_at": None, "cancellation_reason": "",
    }  # fmt: skip


def _entry(number: int, id_: UUID, at: datetime) -> dict[str, Any]:
    return {
        "number": number, "at": at, "fact": "booking.reservation_made", "subject_kind": "Reservation",
        "subject_id": str(id_), "actor_kind": "anonymous", "actor_id": "", "actor_label": "Client en ligne",
        "details": "{}", "source": "page", "request_id": "", "address": "", "salt": "0" * 32, "digest": "0" * 64,
        "previous_hash": "0" * 64, "hash": "0" * 64,
    }  # fmt: skip


class Writer:
    """Bulk rows in the form each database keeps them."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation

    def put_all(self, kept: dict[str, list[dict[str, Any]]]) -> None:
        for table, rows in kept.items():
            self.put(table, iter(rows))
            rows.clear()

    def put(self, table: str, rows: Iterator[dict[str, Any]]) -> None:
        first = next(rows, None)
        if first is None:
            return
        names, every = list(first), itertools.chain([first], rows)
        with self.installation.connection() as connection:
            if self.installation.kind == "postgres":
                copy = f"COPY {table} ({', '.join(names)}) FROM STDIN"
                with connection.cursor() as cursor, cursor.copy(copy) as writing:
                    for row in every:
                        writing.write_row(list(row.values()))
            else:
                places = ", ".join("?" * len(names))
                insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - our own names
                connection.executemany(insert, (_lite(row) for row in every))

    def counted(self) -> set[tuple[UUID, int]]:
        """The slots at which the demonstration's own past has arrivals."""
        rows = self.installation.read("SELECT establishment_id, quarter FROM arrival_counts")
        return {(_read_id(house), quarter) for house, quarter in rows}

    def count_more(self, rows: Iterable[tuple[int, int, UUID, int]]) -> None:
        added = "covers = covers + ?, reservations = reservations + ?"
        where = "establishment_id = ? AND quarter = ?"
        keep = list if self.installation.kind == "postgres" else lambda row: [_lite_value(value) for value in row]
        self.installation.write(f"UPDATE arrival_counts SET {added} WHERE {where}", [tuple(keep(row)) for row in rows])  # noqa: S608

    def last_entry(self) -> int:
        return int(self.installation.read("SELECT number FROM audit_head WHERE id = 1")[0][0])

    def head(self, number: int) -> None:
        self.installation.write("UPDATE audit_head SET number = ? WHERE id = 1", [(number,)])


def _lite(row: dict[str, Any]) -> list[Any]:
    return [_lite_value(value) for value in row.values()]


def _lite_value(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="microseconds")
    return value


def _tables_of(installation: Installation, house: Any) -> list[tuple[Any, ...]]:
    return installation.read(f"SELECT id FROM tables WHERE establishment_id = '{house}' ORDER BY position")  # noqa: S608


def _read_id(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


_sequence = itertools.count(1)


def _new_id() -> UUID:
    """Ids of long ago, growing as those of real acts do."""
    return UUID(int=(0x018000000000 << 80 | 0x7 << 76 | 0b10 << 62) + next(_sequence))


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
