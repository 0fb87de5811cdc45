"""How many covers will come: what is on hand, and what the same weekdays still gained from that distance.

The classical additive pick-up of revenue management (L'Heureux 1986, in Weatherford and Kimes, "A comparison of
forecasting methods for hotel revenue management", International Journal of Forecasting 19, 2003): a date `n` nights
ahead is expected to gain what the last same weekdays gained over their last `n` nights. The interval is that of one
more draw from those gains (Student), so it widens by itself where evenings differ. Pure: knows neither Flask nor the
database; what it claims is checked by playing the past again (`trials`), never on days it had seen.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

AHEAD = 14
"""Days that are forecast, and nights at most between a forecast and its day."""
NIGHTS = 28
"""How far back a date's book is kept, in nights."""
LIKE, LOOKED_BACK = 8, timedelta(days=70)
"""How many same weekdays teach, and how old the oldest may be."""
FEWEST, FEWEST_OTHERS = 4, 10
"""Below so many same weekdays, the last days of any weekday teach instead; below so many of those, nothing does."""
PROMISED = 0.8
STUDENT = (3.078, 1.886, 1.638, 1.533, 1.476, 1.44, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.35, 1.345)
"""Quantiles at 0.9 by degrees of freedom, from 1: an interval of 80 %."""

TESTED = 56
"""Nights from which the past is forecast again: eight weeks."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Promise:
    """Covers promised for a day: when, until when (None: for good), and whether they came or are awaited."""

    day: date
    covers: int
    made: date
    undone: date | None
    counts: bool


@dataclass(frozen=True)
class Book:
    """Per open day: the covers on hand some nights before (`on_hand[day][nights]`), and those that finally counted."""

    on_hand: Mapping[date, tuple[int, ...]]
    final: Mapping[date, int]

    def at(self, day: date, nights: int) -> int:
        """Give the covers on hand so many nights before; from the day itself on, those that count."""
        return self.final[day] if nights < 0 else self.on_hand[day][min(nights, NIGHTS)]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of a day, seen from a night: the covers, an interval of 80 %, what was on hand."""

    day: date
    on_hand: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A forecast of a day that is over: from how many nights before, what came, and what a plain mean had said."""

    nights: int
    forecast: Forecast
    came: int
    plain: float


@dataclass(frozen=True)
class Accuracy:
    """How trials fared: mean error in covers and in percent, that of the plain mean, days within the interval."""

    trials: int
    error: float
    relative: float | None
    plain_error: float
    within: float


def book_of(promises: Iterable[Promise], open_days: Iterable[date]) -> Book:
    """Make the book of some open days; a promise for another day opens it."""
    moves: dict[date, list[int]] = {day: [0] * (NIGHTS + 2) for day in open_days}
    final = dict.fromkeys(moves, 0)
    for promise in promises:
        ahead = (promise.day - promise.made).days
        gone = -1 if promise.undone is None else (promise.day - promise.undone).days
        steps = moves.setdefault(promise.day, [0] * (NIGHTS + 2))
        steps[0 if gone < 0 else min(gone + 1, NIGHTS + 1)] += promise.covers
        steps[min(max(ahead, -1) + 1, NIGHTS + 1)] -= promise.covers
        final[promise.day] = final.get(promise.day, 0) + promise.covers * promise.counts
    return Book({day: _added_up(steps) for day, steps in moves.items()}, final)


def _added_up(steps: list[int]) -> tuple[int, ...]:
    """Turn what changes from one night to the next into what stands. Beyond `NIGHTS` nothing is known."""
    standing, known = 0, []
    for step in steps[: NIGHTS + 1]:
        standing += step
        known.append(max(0, standing))
    return tuple(known)


def forecast(book: Book, night: date, day: date) -> Forecast | None:
    """Forecast a day from the night of an earlier date; None for a closed day, or when too little is known."""
    nights = (day - night).days
    if day not in book.on_hand or not 1 <= nights <= NIGHTS:
        return None
    gains = _gains(book, night, day, nights)
    if not gains:
        return None
    on_hand, mean = book.at(day, nights), sum(gains) / len(gains)
    spread = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1))
    margin = STUDENT[min(len(gains) - 1, len(STUDENT)) - 1] * spread * math.sqrt(1 + 1 / len(gains))
    expected = max(0.0, on_hand + mean)
    return Forecast(day, on_hand, expected, max(0.0, expected - margin), expected + margin)


def _gains(book: Book, night: date, day: date, nights: int) -> list[int]:
    """Give what the last same weekdays gained from this distance on; else the last open days, whatever they were."""
    over = _open_days(book, night, LOOKED_BACK.days)
    alike = [past for past in over if past.weekday() == day.weekday()][:LIKE]
    taught = alike if len(alike) >= FEWEST else over[: 2 * LIKE]
    if len(taught) < (FEWEST if taught is alike else FEWEST_OTHERS):
        return []
    return [book.final[past] - book.at(past, nights) for past in taught]


def _open_days(book: Book, night: date, days: int) -> list[date]:
    """Give the open days up to a night, the last one first."""
    back = (night - offset * ONE_DAY for offset in range(days))
    return [day for day in back if day in book.final]


def usual(book: Book, night: date, day: date, nights: int) -> float | None:
    """Give what the last same weekdays had on hand from this distance; None when too few are known."""
    alike = [past for past in _open_days(book, night, LOOKED_BACK.days) if past.weekday() == day.weekday()][:LIKE]
    return sum(book.at(past, nights) for past in alike) / len(alike) if len(alike) >= FEWEST else None


def trials(book: Book, night: date) -> list[Trial]:
    """Forecast the past again, from each of the last eight weeks' nights, knowing only what was known then."""
    played = []
    for back in range(1, TESTED + 1):
        seen_from = night - back * ONE_DAY
        for nights in range(1, min(AHEAD, back) + 1):
            day = seen_from + nights * ONE_DAY
            made, plain = forecast(book, seen_from, day), usual(book, seen_from, day, -1)
            if made is not None and plain is not None:
                played.append(Trial(nights, made, book.final[day], plain))
    return played


def accuracy(played: list[Trial]) -> Accuracy | None:
    """Say how trials fared; None without any. Days on which nobody came have no error in percent."""
    if not played:
        return None
    errors = [abs(trial.forecast.expected - trial.came) for trial in played]
    relative = [error / trial.came for error, trial in zip(errors, played, strict=True) if trial.came]
    return Accuracy(
        len(played),
        sum(errors) / len(played),
        sum(relative) / len(relative) if relative else None,
        sum(abs(trial.plain - trial.came) for trial in played) / len(played),
        sum(trial.forecast.low <= trial.came <= trial.forecast.high for trial in played) / len(played),
    )
