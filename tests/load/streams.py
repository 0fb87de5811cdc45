"""Seeded streams of requests (`seating-scenario/1`), for four kinds of house at any load. The same seed, the same stream.

A load of 100 % asks for as many cover-minutes as fill every seat from the first seating to the last departure.
"""

import random
from dataclasses import dataclass
from typing import Any

DURATIONS = [{"up_to": 2, "minutes": 90}, {"up_to": 4, "minutes": 105}, {"up_to": 6, "minutes": 120},
             {"up_to": None, "minutes": 150}]  # fmt: skip
LONG = [{"up_to": 4, "minutes": 120}, {"up_to": 8, "minutes": 150}, {"up_to": None, "minutes": 180}]
LUNCH = {"name": "lunch", "first": 720, "last": 840}
DINNER = {"name": "dinner", "first": 1140, "last": 1320}


@dataclass(frozen=True)
class Kind:
    """A kind of house: its tables by (area, fewest, most, how many), and the sizes of the parties that come."""

    tables: tuple[tuple[str, int, int, int], ...]
    pairs: int
    """How many combinations of two neighbours; a third of them may take the next table too."""
    sizes: dict[int, int]
    durations: list[dict[str, Any]]
    turnover: int = 0


KINDS = {
    "bistro": Kind(
        (("indoor", 1, 2, 6), ("indoor", 2, 4, 5), ("indoor", 4, 6, 1)), 4,
        {1: 4, 2: 46, 3: 14, 4: 22, 5: 6, 6: 6, 8: 2}, DURATIONS,
    ),
    "terrace": Kind(
        (("indoor", 1, 2, 6), ("indoor", 2, 4, 5), ("indoor", 4, 6, 2), ("terrace", 1, 2, 5), ("terrace", 2, 4, 5),
         ("terrace", 3, 6, 1)), 7,
        {1: 3, 2: 42, 3: 15, 4: 24, 5: 6, 6: 6, 7: 2, 8: 2}, DURATIONS,
    ),
    "brasserie": Kind(
        (("indoor", 1, 2, 12), ("indoor", 2, 4, 12), ("indoor", 4, 6, 5), ("indoor", 6, 8, 2), ("terrace", 1, 2, 5),
         ("terrace", 2, 4, 4)), 12,
        {1: 3, 2: 38, 3: 14, 4: 24, 5: 7, 6: 7, 7: 2, 8: 3, 10: 2}, DURATIONS, 15,
    ),
    "banquet": Kind(
        (("indoor", 1, 2, 14), ("indoor", 2, 4, 24), ("indoor", 4, 6, 14), ("indoor", 6, 8, 10), ("indoor", 8, 10, 4),
         ("terrace", 2, 4, 8), ("terrace", 4, 6, 6)), 20,
        {2: 26, 3: 12, 4: 24, 5: 8, 6: 10, 7: 4, 8: 7, 9: 2, 10: 4, 12: 3}, LONG, 15,
    ),
}  # fmt: skip


def room_of(name: str, seed: int) -> dict[str, Any]:
    """The furniture of a house, its combinations drawn from the seed."""
    kind, dice = KINDS[name], random.Random(f"{name} {seed} room")
    tables = [
        {"id": f"{area[0]}{most}-{number}", "area": area, "min_covers": least, "max_covers": most}
        for area, least, most, count in kind.tables
        for number in range(count)
    ]
    combinations: dict[str, dict[str, Any]] = {}
    for start in sorted(dice.sample(range(0, len(tables) - 2, 2), kind.pairs)):
        for count in (2, 3) if dice.random() < 0.33 else (2,):
            members = tables[start : start + count]
            id = "+".join(each["id"] for each in members)
            combinations[id] = {
                "id": id, "tables": [each["id"] for each in members],
                "min_covers": max(each["max_covers"] for each in members) + 1,
                "max_covers": sum(each["max_covers"] for each in members),
            }  # fmt: skip
    return {
        "slot_minutes": 15, "turnover_minutes": kind.turnover, "durations": kind.durations,
        "areas": sorted({each["area"] for each in tables}), "tables": tables,
        "combinations": list(combinations.values()), "services": [LUNCH, DINNER], "pacing": None,
    }  # fmt: skip


def scenario(name: str, seed: int, load: float) -> dict[str, Any]:
    """A whole stream: bookings, some changes, some cancellations, until the load is asked for."""
    room, dice = room_of(name, seed), random.Random(f"{name} {seed} {load}")
    stays = {covers: _stay(room, covers) for covers in KINDS[name].sizes}
    seats = sum(table["max_covers"] for table in room["tables"])
    longest = max(stays.values())
    minutes = sum(service["last"] - service["first"] + longest for service in room["services"])
    asked, left = 0.0, load * seats * minutes
    events: list[dict[str, Any]] = []
    live: list[str] = []
    while asked < left:
        draw = dice.random()
        event: dict[str, Any] = {"seq": len(events)}
        if draw < 0.06 and live:
            event |= {"op": "cancel", "id": live.pop(dice.randrange(len(live)))}
        elif draw < 0.12 and live:
            event |= {"op": "modify", "id": dice.choice(live)} | _wish(name, room, dice)
        else:
            event |= {"op": "book", "id": f"r{len(events)}"} | _wish(name, room, dice)
            live.append(event["id"])
            asked += event["party"] * stays[event["party"]]
        events.append(event)
    return {
        "format": "seating-scenario/1", "id": f"{name}-{seed}-{load:.0%}", "type": name, "seed": seed,
        "intensity": load, "room": room, "events": events,
    }  # fmt: skip


def _stay(room: dict[str, Any], covers: int) -> int:
    return next(
        each["minutes"] for each in room["durations"] if each["up_to"] is None or covers <= each["up_to"]
    ) + int(room["turnover_minutes"])


def _wish(name: str, room: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A party, around a preferred hour; some want an area, a few a table."""
    sizes = KINDS[name].sizes
    covers = dice.choices(list(sizes), list(sizes.values()))[0]
    service = dice.choices(room["services"], [4, 6])[0]
    middle = (service["first"] + service["last"]) / 2
    start = round(dice.gauss(middle, 50) / 15) * 15
    wish: dict[str, Any] = {
        "start": min(max(start, service["first"]), service["last"]), "party": covers, "area": None, "lock": None,
    }  # fmt: skip
    draw = dice.random()
    fitting = [each for each in room["tables"] if each["min_covers"] <= covers <= each["max_covers"]]
    if draw < 0.03 and fitting:
        wish["lock"] = dice.choice(fitting)["id"]
    elif draw < 0.2 and len(room["areas"]) > 1:
        wish["area"] = dice.choice(room["areas"])
    return wish
