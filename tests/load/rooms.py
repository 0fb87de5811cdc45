"""A full house: forty tables, a hundred and twenty reservations, ten screens of the team, fifty guests who book."""

import json
import random
import re
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time

from app.booking import service
from app.booking.permissions import day_under_way
from app.booking.seating import FORCE
from app.booking.service import Details, Wish
from app.directory.queries import establishment_by_slug
from app.kernel.access import system
from app.kernel.db import transaction
from tests.load.acts import FREE, cost_as, must
from tests.load.crowds import Passage, passage
from tests.load.installations import Installation, example
from tests.load.people import at_browser, beside
from tests.load.visitors import Guest

TABLES, SCREENS, GUESTS = 40, 10, 50
SITTINGS = ("12:00", "15:00", "19:30")
POLLED_EVERY = 3
ROOM, TIMELINE = "/admin/service", "/admin/service/frise"
SEATS = (2, 2, 2, 4, 4, 6)


def open_evening(installation: Installation) -> list[str]:
    """Give the demonstration forty tables, and three parties a day at each; gives what names tomorrow's parties."""
    described = example("chez-margot")
    described["room"]["tables"] = [
        {"id": str(number), "area": "salle", "min_covers": 1, "max_covers": SEATS[number % len(SEATS)]}
        for number in range(1, TABLES + 1)
    ]
    described["room"] |= {"combinations": [], "drawings": [], "areas": ["salle"]}
    described |= {"closures": [], "exceptional": [], "close_outs": []}
    described["shifts"] = [
        {"name": "Jour", "weekdays": [1, 2, 3, 4, 5, 6, 7], "first": "11:00", "last": "22:30", "pacing_covers": None,
         "pacing_reservations": None, "durations": None}
    ]  # fmt: skip
    path = installation.house.data_dir / "room.json"
    path.write_text(json.dumps(described), encoding="utf-8")
    installation.run("establishment", "import", str(path), "--force")
    return _fill(installation)


def _fill(installation: Installation) -> list[str]:
    made: list[str] = []
    with beside(installation):
        house = establishment_by_slug("chez-margot")
        if house is None:
            raise LookupError("chez-margot")
        today = day_under_way(house)
        for day in (today, today + timedelta(days=1)):
            for at in SITTINGS:
                for number in range(TABLES):
                    wish = Wish(day, wall_time.fromisoformat(at), 2 if number % 3 else 1)
                    reservation_id = _promise(house.slug, wish, number)
                    if reservation_id and day > today:
                        made.append(reservation_id)
    return made


def _promise(slug: str, wish: Wish, number: int) -> str:
    """Promise a table, in the past too; nothing when the demonstration's own parties hold what was left."""
    house, guest = establishment_by_slug(slug), Details("Noé", f"Salle {number}", "", f"+336399800{number:02}")
    try:
        with transaction():
            return str(service.reserve(house, wish, guest, actor=system("load"), permit=FORCE).id)
    except service.TimeTaken:
        return ""


def looks(installation: Installation, evening: list[str]) -> dict[str, tuple[float, int]]:
    """What the team's pages and a drag cost, with their targets."""
    host = at_browser(installation, "host")
    tomorrow = str(date.today() + timedelta(days=1))  # noqa: DTZ011 - the machine's own day
    return {
        "the room": (cost_as(installation, host, ROOM), 60),
        "the room's live part": (cost_as(installation, host, f"{ROOM}/_salle"), 60),
        "the timeline": (cost_as(installation, host, f"{TIMELINE}?date={tomorrow}"), 100),
        "a drag": (_cost_of_drags(installation, host, tomorrow, evening), 100),
    }


def _cost_of_drags(installation: Installation, host: Guest, day: str, evening: list[str], times: int = 40) -> float:
    """Half of them go elsewhere and back, half are refused: each is an answer."""
    token = _token(host)
    before = installation.web_seconds()
    for number in range(times):
        at = ("21:45", "19:30")[number // 2 % 2]
        form = {"csrf_token": token, "date": day, "time": at, "unit": "", "seen": ""}
        reservation = evening[-1 - number // 4]
        answer = host.ask("POST", f"{TIMELINE}/{reservation}/deplacement", form, **{"HX-Request-Type": "partial"})
        must(answer, 200, 409)
    return (installation.web_seconds() - before) / times * 1000


def _token(host: Guest) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', must(host.get(ROOM)).text)
    if found is None:
        raise LookupError("csrf_token")
    return found[1]


def full_house(installation: Installation, seconds: float) -> Passage:
    """Ten screens that ask again every three seconds while fifty guests book, each as soon as they have chosen."""
    sessions = [at_browser(installation, "host").cookies for _screen in range(SCREENS)]
    end = time.monotonic() + seconds

    def watch(guest: Guest, number: int) -> Counter[int]:
        guest.cookies = dict(sessions[number])
        met, tag = Counter({must(guest.get(ROOM)).status: 1}), ""
        time.sleep(POLLED_EVERY * number / SCREENS)
        while time.monotonic() < end:
            answer = guest.ask("GET", f"{ROOM}/_salle", **({"If-None-Match": tag} if tag else {}))
            met[answer.status] += 1
            tag = answer.etag
            time.sleep(POLLED_EVERY)
        return met

    def book(guest: Guest, number: int) -> Counter[int]:
        dice = random.Random(number)
        time.sleep(dice.uniform(0, seconds / 2))
        day = str(datetime.now(UTC).date() + timedelta(days=dice.randint(2, 60)))
        free = FREE.findall(must(guest.get(f"/reserver?date={day}&covers=2")).text)
        answer = guest.book(day, dice.choice(free), "2", f"salle{number}@example.org") if free else None
        return Counter([answer.status if answer else 200])

    visits = [lambda guest, number=number: watch(guest, number) for number in range(SCREENS)]
    visits += [lambda guest, number=number: book(guest, number) for number in range(GUESTS)]
    return passage(visits, installation.url)
