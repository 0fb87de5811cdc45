"""The engine of seating by itself: how long an answer takes, and how many covers each policy takes more than best fit."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from app.booking.opening import DurationBand
from app.booking.seating import (
    BEST_FIT,
    EXACT,
    GUARDED,
    Arranger,
    Combination,
    Policy,
    Request,
    Room,
    Seated,
    Survey,
    Table,
    Undecided,
)
from tests.load.streams import KINDS, scenario

LOADS = (0.6, 0.8, 1.0, 1.2, 1.4)


class Played(NamedTuple):
    """A stream that was played: what is in the book at the end, and what each answer and the day's grid took.

    Milliseconds of the processor, which neighbours on the machine disturb little, and of the clock.
    """

    covers: int
    answers: list["Span"]
    undecided: int
    grid: "Span"


class Span(NamedTuple):
    """How long something took, in milliseconds."""

    cpu: float
    wall: float


class Stopwatch:
    """Reads both clocks from the moment it is made."""

    def __init__(self) -> None:
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def read(self) -> Span:
        """What has passed."""
        return Span((time.process_time() - self.cpu) * 1000, (time.perf_counter() - self.wall) * 1000)


def play(name: str, seed: int, load: float, policy: Policy) -> Played:
    """Play one stream through the engine; an answer is timed with its writing, and its checks."""
    played = scenario(name, seed, load)
    room = room_of(played["room"])
    arranger = Arranger(room, 0, policy=policy)
    answers, undecided = [], 0
    for event in played["events"]:
        watch = Stopwatch()
        undecided += _answer(arranger, room, event)
        if event["op"] != "cancel":
            answers.append(watch.read())
    covers = sum(sitting.covers for sitting in arranger.sittings.values())
    return Played(covers, answers, undecided, _grid(arranger, room, played["room"]))


def room_of(words: dict[str, Any]) -> Room:
    """The furniture of a scenario."""
    return Room(
        tuple(Table(**table) for table in words["tables"]),
        tuple(Combination(**each | {"tables": tuple(each["tables"])}) for each in words["combinations"]),
        tuple(DurationBand(**band) for band in words["durations"]),
        words["turnover_minutes"],
    )


def _answer(arranger: Arranger, room: Room, event: dict[str, Any]) -> bool:
    """Answer one line; whether it stayed undecided."""
    id = event["id"]
    is_known = id in arranger.sittings
    if event["op"] == "cancel":
        if is_known:
            arranger.remove(id)
        return False
    if event["op"] == "modify" and not is_known:
        return False
    former = arranger.remove(id) if is_known else None
    request = _request(room, event["start"] // 15, event["party"], event["area"], event["lock"])
    decision = arranger.decide(request)
    if isinstance(decision, Seated):
        arranger.seat(id, request, decision)
    elif former is not None:
        arranger.restore(former)
    return isinstance(decision, Undecided)


def _request(room: Room, start: int, covers: int, area: str | None = None, lock: str | None = None) -> Request:
    stay = next(band.minutes for band in room.durations if band.up_to is None or covers <= band.up_to) // 15
    return Request(range(start, start + stay + room.turnover_quarters), covers, area, lock)


def _grid(arranger: Arranger, room: Room, words: dict[str, Any]) -> Span:
    """What every quarter-hour and 1 to 12 covers take, in one survey."""
    watch = Stopwatch()
    survey = Survey(arranger)
    for service in words["services"]:
        for start in range(service["first"] // 15, service["last"] // 15 + 1):
            for covers in range(1, 13):
                survey.decide(_request(room, start, covers))
    return watch.read()


def figures(names: list[str], seeds: int) -> Iterator[str]:
    """Lines to print: latencies by kind and policy, then paired gains by load."""
    play("bistro", 1, 1.4, EXACT)  # loads the solver, which nobody should find in a figure
    for name in names or list(KINDS):
        played = {
            policy.name: [[play(name, seed, load, policy) for seed in range(seeds)] for load in LOADS]
            for policy in (BEST_FIT, GUARDED, EXACT)
        }
        for policy, streams in played.items():
            yield f"  {name:10} {policy:9} " + _latencies([each for load in streams for each in load])
        for policy in (GUARDED, EXACT):
            for load, ours, theirs in zip(LOADS, played[policy.name], played[BEST_FIT.name], strict=True):
                gains = [100 * (one.covers / other.covers - 1) for one, other in zip(ours, theirs, strict=True)]
                yield f"  {name:10} {policy.name:9} at {load:.0%}: " + _interval(gains)


def _latencies(streams: list[Played]) -> str:
    undecided = sum(stream.undecided for stream in streams)
    count = sum(len(stream.answers) for stream in streams)
    cpu, wall = (
        _line(
            [span[clock] for stream in streams for span in stream.answers], [stream.grid[clock] for stream in streams]
        )
        for clock in (0, 1)
    )
    return f"{count} answers, {undecided} undecided; ms of CPU: {cpu}; of the clock: {wall}"


def _line(answers: list[float], grids: list[float]) -> str:
    return (
        f"p50 {_at(answers, 0.5):.3f}, p95 {_at(answers, 0.95):.2f}, p99 {_at(answers, 0.99):.1f}, "
        f"worst {max(answers):.0f}; grid p50 {_at(grids, 0.5):.0f}, worst {max(grids):.0f}"
    )


def _at(figures: list[float], share: float) -> float:
    return sorted(figures)[min(len(figures) - 1, int(len(figures) * share))]


def _interval(gains: list[float]) -> str:
    spread = 1.96 * statistics.stdev(gains) / len(gains) ** 0.5 if len(gains) > 1 else 0.0
    return f"{statistics.mean(gains):+.1f} % covers against best fit (95 %: ± {spread:.1f}, {len(gains)} pairs)"


def measure(say: Callable[[str], None], kinds: str, seeds: int) -> None:
    """Print the figures of some kinds of house."""
    for line in figures([name for name in kinds.split(",") if name], seeds):
        say(line)
