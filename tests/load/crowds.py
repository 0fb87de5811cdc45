"""Many visitors at once: a hundred who think, a steady stream, and two hundred for the last ten tables."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import quantiles

from tests.load.acts import FREE
from tests.load.installations import Installation, example
from tests.load.visitors import WHO, Guest

RACED = "20:15"
TABLES = 10


@dataclass
class Passage:
    """What a crowd met: how long each request took, and every answer's status."""

    took: list[float]
    statuses: Counter[int]
    problems: list[str]

    def told(self) -> str:
        cuts = quantiles(self.took, n=100)
        met = ", ".join(f"{status} × {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{len(self.took)} requests; median {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, "
            f"p99 {cuts[98] * 1000:.0f} ms; {met}; {len(self.problems)} errors {self.problems[:3]}"
        )


def stroll(guest: Guest, dice: random.Random, today: date) -> Counter[int]:
    """One act of an ordinary visitor: nine look, one books."""
    day = str(today + timedelta(days=dice.randint(2, 80)))
    covers = str(dice.choice((2, 2, 2, 4, 5)))
    looked = [guest.get(dice.choice(("/", "/reserver", f"/reserver?covers={covers}")))]
    page = guest.get(f"/reserver?date={day}&covers={covers}")
    looked.append(page)
    free = FREE.findall(page.text)
    if free and dice.random() < 0.1:
        at, number = dice.choice(free), dice.randrange(10**9)
        held = guest.post("/reserver", page, date=day, covers=covers, time=at)
        looked.append(held)
        if held.status == 303:
            details = guest.get(held.location)
            made = guest.post(
                "/reserver", details, date=day, covers=covers, time=at, **WHO, email=f"foule{number}@example.org"
            )
            looked += [details, made]
    return Counter(answer.status for answer in looked)


def passage(visits: list[Callable[[Guest], Counter[int]]], url: str) -> Passage:
    """Let every visitor come in a thread of their own."""
    met = Passage([], Counter(), [])
    lock = threading.Lock()

    def come(visit: Callable[[Guest], Counter[int]]) -> None:
        guest = Guest(url)
        try:
            statuses = visit(guest)
        except Exception as error:  # noqa: BLE001 - whatever a visitor meets is what the measure is about
            statuses = Counter()
            with lock:
                met.problems.append(f"{type(error).__name__}: {error}")
        guest.close()
        with lock:
            met.took += guest.took
            met.statuses += statuses

    with ThreadPoolExecutor(len(visits)) as pool:
        list(pool.map(come, visits))
    met.problems += [f"status {status}" for status in met.statuses if status >= 500]
    return met


def thinking_users(installation: Installation, users: int = 100, seconds: float = 60) -> Passage:
    """A hundred users who think for one to three seconds between two acts."""
    today, end = date.today(), time.monotonic() + seconds  # noqa: DTZ011 - the machine's own day

    def use(guest: Guest, number: int) -> Counter[int]:
        dice, met = random.Random(number), Counter()
        time.sleep(dice.uniform(0, 3))
        while time.monotonic() < end:
            met += stroll(guest, dice, today)
            time.sleep(dice.uniform(1, 3))
        return met

    return passage([lambda guest, number=number: use(guest, number) for number in range(users)], installation.url)


def steady_stream(installation: Installation, a_minute: int = 1000, seconds: float = 60) -> Passage:
    """Requests at an even pace, whoever is still waiting for an answer."""
    start, lanes = time.monotonic(), 20
    total = int(a_minute * seconds / 60)
    paths = ("/reserver", "/", "/reserver?covers=2&date={day}", "/reservations", "/reserver?covers=4&date={day}")

    def lane(guest: Guest, first: int) -> Counter[int]:
        met, dice = Counter(), random.Random(first)
        for number in range(first, total, lanes):
            time.sleep(max(0.0, start + number * 60 / a_minute - time.monotonic()))
            day = date.today() + timedelta(days=dice.randint(2, 80))  # noqa: DTZ011
            met[guest.get(paths[number % len(paths)].format(day=day)).status] += 1
        return met

    return passage([lambda guest, first=first: lane(guest, first) for first in range(lanes)], installation.url)


# --- the race -------------------------------------------------------------------------------------------------


def open_race_house(installation: Installation) -> str:
    """A house with exactly ten tables for two, and no pacing."""
    described = example("chez-margot")
    described["room"]["tables"] = [
        {"id": str(number), "area": "salle", "min_covers": 1, "max_covers": 2} for number in range(1, TABLES + 1)
    ]
    described["room"]["combinations"] = []
    described["closures"], described["exceptional"] = [], []
    described["shifts"] = [
        {"name": "Dîner", "weekdays": [1, 2, 3, 4, 5, 6, 7], "first": "18:00", "last": "22:30", "pacing_covers": None,
         "pacing_reservations": None, "durations": None}
    ]  # fmt: skip
    return installation.import_house(described, slug="course", name="La Course")


def race(installation: Installation, slug: str, clients: int = 200) -> tuple[Counter[str], Passage]:
    """Everybody wants a table for two at 20:15: half hold it first, half send everything at once."""
    under, day = f"/e/{slug}", str(date.today() + timedelta(days=5))  # noqa: DTZ011
    ready = threading.Barrier(clients)
    ends: Counter[str] = Counter()
    lock = threading.Lock()
    wish = {"date": day, "time": RACED, "covers": "2"}

    def run(guest: Guest, number: int) -> Counter[int]:
        page = guest.get(f"{under}/reserver?date={day}&covers=2")
        who = {**WHO, "email": f"coureur{number}@example.org"}
        ready.wait(timeout=120)
        answer = guest.post(f"{under}/reserver", page, **wish, **(who if number % 2 else {}))
        if answer.status == 303 and not number % 2:
            details = guest.get(answer.location)
            answer = guest.post(f"{under}/reserver", details, **wish, **who)
        with lock:
            ends[_end(answer.status, answer.text)] += 1
        return Counter([answer.status])

    met = passage([lambda guest, number=number: run(guest, number) for number in range(clients)], installation.url)
    return ends, met


def _end(status: int, text: str) -> str:
    if status == 303:
        return "confirmed"
    other_times = re.search(r'class="alternatives"|name="instead"', text)
    return "offered another time" if status == 409 and other_times else f"{status} without an offer"


def confirmed(installation: Installation, slug: str) -> int:
    """How many tables the database says are promised at the raced hour."""
    rows = installation.read(
        "SELECT COUNT(*) FROM reservations r JOIN establishments e ON e.id = r.establishment_id "  # noqa: S608 - our own
        f"WHERE e.slug = '{slug}' AND r.state = 'confirmed' AND CAST(r.local_time AS VARCHAR) LIKE '{RACED}%'"
    )
    return int(rows[0][0])


def met_twice(installation: Installation) -> int:
    """Seatings that share a table and a moment: none, ever."""
    rows = installation.read(
        "SELECT COUNT(*) FROM seatings a JOIN seatings b ON a.table_id = b.table_id "
        "AND a.reservation_id < b.reservation_id AND a.first_quarter < b.end_quarter AND b.first_quarter < a.end_quarter"
    )
    return int(rows[0][0])
