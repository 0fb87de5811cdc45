"""What one act costs: CPU of the web processes over many requests of a warm installation."""

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median

from tests.load.installations import Installation
from tests.load.visitors import Guest

ROUNDS = 5
FREE = re.compile(r'name="time" value="(\d\d:\d\d)" required(?: checked)?>')
Act = Callable[[Guest], None]


def must(answer, *expected: int):
    if answer.status not in (expected or (200,)):
        raise AssertionError(f"{answer.status}: {re.sub(r'<[^>]+>', ' ', answer.text)[:800]}")
    return answer


def booking_page(guest: Guest) -> None:
    must(guest.get("/reserver"))


def months(day: date) -> Iterator[str]:
    """The two months after this one, by turns: whole months, every day of which is counted."""
    later = [(day.replace(day=1) + timedelta(days=32 * ahead)).strftime("%Y-%m") for ahead in (1, 2)]
    return itertools.cycle(later)


def month_page(today: date) -> Act:
    turns = months(today)

    def look(guest: Guest) -> None:
        must(guest.get(f"/reserver?covers=2&mois={next(turns)}"))

    return look


def day_page(today: date) -> Act:
    days = itertools.cycle([today + timedelta(days=ahead) for ahead in range(2, 60)])

    def look(guest: Guest) -> None:
        must(guest.get(f"/reserver?covers=2&date={next(days)}"), 200, 422)

    return look


class Booker:
    """Books table after table, always at a time that the page says is free."""

    def __init__(self, installation: Installation, today: date) -> None:
        self.installation, self.today, self.number = installation, today, 0
        self.places = self._free_places()

    def _free_places(self) -> Iterator[tuple[str, str]]:
        looker = Guest(self.installation.url)
        for ahead in itertools.cycle(range(3, 85)):
            day = str(self.today + timedelta(days=ahead))
            times = FREE.findall(looker.get(f"/reserver?date={day}&covers=2").text)
            for time in times[:: max(1, len(times) // 2)][:2]:
                yield day, time

    def gather(self, count: int) -> list[tuple[str, str]]:
        """Find free places before the measure begins."""
        return [next(self.places) for _n in range(count)]

    def book(self, guest: Guest, place: tuple[str, str]) -> bool:
        self.number += 1
        answer = guest.book(*place, "2", f"guest{self.number}@example.org")
        return answer.status == 200


def cost_of(installation: Installation, act: Act, times: int) -> float:
    """Milliseconds of web CPU for one act."""
    guest = Guest(installation.url)
    before = installation.web_seconds()
    for _n in range(times):
        act(guest)
    spent = installation.web_seconds() - before
    guest.close()
    return spent / times * 1000


def cost_as(installation: Installation, guest: Guest, path: str, times: int = 60) -> float:
    """Milliseconds of web CPU for one look by somebody who is logged in; the first ones warm every process."""
    for _n in range(16):
        must(guest.get(path))
    before = installation.web_seconds()
    for _n in range(times):
        must(guest.get(path))
    return (installation.web_seconds() - before) / times * 1000


def cost_of_bookings(installation: Installation, booker: Booker, times: int) -> tuple[float, float]:
    """Milliseconds of web CPU, and of the database server's, for one whole confirmed booking."""
    places = booker.gather(times)
    web, database = installation.web_seconds(), installation.database_seconds()
    booked = 0
    for place in places:
        guest = Guest(installation.url)
        booked += booker.book(guest, place)
        guest.close()
    if booked < times * 0.9:
        raise AssertionError(f"only {booked} of {times} bookings were confirmed")
    return (
        (installation.web_seconds() - web) / booked * 1000,
        (installation.database_seconds() - database) / booked * 1000,
    )


def warm(installation: Installation, today: date) -> None:
    """Let every process and thread compile its templates and read its caches."""
    for _n in range(12):
        for act in (booking_page, month_page(today), day_page(today)):
            cost_of(installation, act, 20)


def figures(installation: Installation, today: date) -> dict[str, float]:
    """The three acts of the issue, each the median of several rounds."""
    warm(installation, today)
    booker = Booker(installation, today)
    cost_of_bookings(installation, booker, 20)
    bookings = [cost_of_bookings(installation, booker, 25) for _round in range(ROUNDS)]
    return {
        "booking page": median(cost_of(installation, booking_page, 200) for _round in range(ROUNDS)),
        "a month of availability": median(cost_of(installation, month_page(today), 200) for _round in range(ROUNDS)),
        "one day's times": median(cost_of(installation, day_page(today), 200) for _round in range(ROUNDS)),
        "a whole confirmed booking": median(web for web, _database in bookings),
        "  (PostgreSQL's own part)": median(database for _web, database in bookings),
    }
