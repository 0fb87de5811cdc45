"""A busy house: guests who book in it without pause, and what was promised to each of them."""

import http.client
import itertools
import re
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes
from urllib.parse import urlencode, urlsplit

from app.application import create_app
from app.config import read_configuration
from tests.booking.soundness import unsound
from tests.harness.live import LiveHouse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
DAY = re.compile(r'href="/reserver\?date=([\d-]+)&amp;covers=2"')
FREE_TIME = re.compile(r'name="time" value="([\d:]+)" required(?! disabled)')
LIMITS = ("limits.public_writes", "limits.public_searches", "booking.holds_per_address")
GONE = (OSError, http.client.HTTPException)
PATIENT = 60
GUEST = "guest-"
"""How the addresses of those who book here begin: the demonstration has guests and a team of its own, who are written to as well."""


class Visitor:
    """A browser without a screen: it keeps its cookies and tries nothing twice."""

    def __init__(self, house: LiveHouse) -> None:
        self.place = urlsplit(house.url).netloc
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Give the status, where it leads, and the text."""
        connection = http.client.HTTPConnection(self.place, timeout=PATIENT)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(connection):
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text

    def book(self, day: str, at: str, email: str) -> bool:
        """Reserve a table for two; True once the house has said that it is promised."""
        wish = {"date": day, "time": at, "covers": "2"}
        _status, _where, page = self.ask("GET", f"/reserver?date={day}&covers=2")
        status, where, page = self.ask("POST", "/reserver", {"csrf_token": TOKEN.findall(page)[-1], **wish})
        if status != 303:
            return False
        _status, _where, page = self.ask("GET", where)
        who = {"first_name": "Alice", "last_name": "Durand", "phone": "0612345678", "consent": "y", "email": email}
        status, where, page = self.ask("POST", "/reserver", {"csrf_token": TOKEN.findall(page)[-1], **wish, **who})
        return status == 303 and where.endswith("/confirmation")


@dataclass
class Evening:
    """What happened: the addresses of those who were promised a table, and how long each reader waited."""

    house: LiveHouse
    promised: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    misread: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wishes = self.free_times()
        self.numbers = itertools.count(1)
        self.over = threading.Event()
        self.threads: list[threading.Thread] = []

    def free_times(self) -> list[tuple[str, str]]:
        """Some hundred times, one after the other on different days, so that no guest takes another's."""
        visitor = Visitor(self.house)
        days = sorted(set(DAY.findall(visitor.ask("GET", "/reserver?covers=2")[2])))
        for month in sorted({day[:7] for day in days}):
            year, number = int(month[:4]), int(month[5:])
            following = f"{year + number // 12}-{number % 12 + 1:02}"
            days += DAY.findall(visitor.ask("GET", f"/reserver?covers=2&mois={following}")[2])
        times = [
            [(day, at) for at in FREE_TIME.findall(visitor.ask("GET", f"/reserver?date={day}&covers=2")[2])]
            for day in sorted(set(days))[1:]
        ]
        return [wish for turn in itertools.zip_longest(*times) for wish in turn if wish]

    def one_books(self) -> bool:
        """Let one guest book; what went wrong on the way is kept."""
        number = next(self.numbers)
        email = f"{GUEST}{number}@example.org"
        day, at = self.wishes[number % len(self.wishes)]
        try:
            promised = Visitor(self.house).book(day, at, email)
        except (*GONE, IndexError) as error:
            self.failed.append(f"{email}: {error!r}")
            return False
        (self.promised if promised else self.failed).append(email)
        return promised

    def one_reads(self) -> None:
        """Let one visitor open a page, and note how long it took."""
        started = time.monotonic()
        try:
            status = Visitor(self.house).ask("GET", f"/reserver?date={self.wishes[0][0]}&covers=2")[0]
        except GONE as error:
            self.misread.append(repr(error))
            return
        self.waited.append(time.monotonic() - started)
        if status != 200:
            self.misread.append(f"status {status}")

    def books(self, count: int) -> None:
        """Let so many guests book, two at a time."""
        with ThreadPoolExecutor(2) as guests:
            list(guests.map(lambda _guest: self.one_books(), range(count)))

    def keep(self, *acts: Callable[[], object]) -> None:
        """Have these acts done again and again until `finish`."""

        def go_on(act: Callable[[], object]) -> None:
            while not self.over.is_set():
                act()

        self.threads = [threading.Thread(target=go_on, args=(act,), daemon=True) for act in acts]
        for thread in self.threads:
            thread.start()

    def finish(self) -> None:
        """Let everybody finish what they do."""
        self.over.set()
        for thread in self.threads:
            thread.join(PATIENT * 3)
            assert not thread.is_alive(), "somebody waits for ever"

    def expect_letters(self, doubled: int = 0, patience: float = 150) -> None:
        """Each guest who was promised a table gets one letter; at most so many have it twice, their worker killed as it left."""
        missing = eventually_empty(lambda: sorted(set(self.promised) - set(self.letters())), patience)
        assert not missing, f"{len(missing)} of {len(self.promised)} letters never came: {missing[:5]}"
        mails = [mail for mail in self.mails() if mail[0] in self.promised]
        written = Counter(address for address, _id in set(mails))
        assert set(written.values()) <= {1}, f"two letters: {written.most_common(3)}"
        twice = {mail: count for mail, count in Counter(mails).items() if count > 1}
        assert sum(count - 1 for count in twice.values()) <= doubled, twice

    def letters(self) -> Counter[str]:
        """How many letters each address got, in the capture box."""
        return Counter(address for address, _id in self.mails())

    def mails(self) -> list[tuple[str, str]]:
        """What stands in the capture box: the address, and the id by which a letter that comes again is the same."""
        found = [message_from_bytes(path.read_bytes()) for path in (self.house.data_dir / "mailbox").glob("*.eml")]
        return [(str(each["To"]).rpartition("<")[2].strip("<>"), str(each["Message-ID"])) for each in found]

    def expect_order(self) -> None:
        """The trail is whole, and no table was given twice."""
        verified = self.house.flask("audit", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        app = create_app(read_configuration(self.house.environ))
        with app.app_context():
            assert unsound() == []


def eventually_empty(ask, patience: float) -> list[str]:
    """Wait until nothing is left; give what is left after all."""
    end = time.monotonic() + patience
    while (left := ask()) and time.monotonic() < end:
        threading.Event().wait(0.2)
    return left


def open_house(make_house, **environ: str) -> LiveHouse:
    """A house of its own that takes any number of guests from one address, and is quick to notice what was dropped."""
    usual = {"JOB_LEASE_SECONDS": "10", "SWEEP_SECONDS": "1", "LOG_LEVEL": "WARNING"}
    has_stripe = "STRIPE_SECRET_KEY" in environ  # it is prepared in another way: no month of payments
    house = make_house(is_prepared=not has_stripe, **{**usual, **environ})
    if has_stripe:
        done = house.flask("prepare")
        assert done.returncode == 0, done.stderr
    write(
        house,
        "INSERT INTO setting_values VALUES (?, 'installation', '', '100000', '2026-01-01 00:00:00')",
        [(code,) for code in LIMITS],
    )
    return house.start()


def write(house: LiveHouse, statement: str, rows: list[tuple[object, ...]]) -> None:
    """Write into the house's database from outside, as the hand of an operator."""
    with closing(sqlite3.connect(house.data_dir / "guichet.sqlite3", timeout=20)) as connection, connection:
        connection.executemany(statement, rows)


def read(house: LiveHouse, question: str, *values: object) -> list[tuple[object, ...]]:
    """Ask the house's database from outside."""
    with closing(sqlite3.connect(house.data_dir / "guichet.sqlite3", timeout=20)) as connection:
        return connection.execute(question, values).fetchall()
