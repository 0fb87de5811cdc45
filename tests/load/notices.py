"""Notices: what the bell costs while everybody's page asks, a full centre, and something told to ten thousand people."""

import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Reservation
from app.booking.notices import TEAM_ASKED
from app.kernel.access import system
from app.kernel.db import db, new_id, transaction
from app.kernel.outbox import JobState, OutboxRow
from tests.harness.live import eventually
from tests.harness.servers import MailServer
from tests.load.acts import cost_as, must
from tests.load.crowds import Passage, passage
from tests.load.installations import Installation
from tests.load.million import Writer
from tests.load.people import LOGINS, add_people, at_browser, beside
from tests.load.visitors import Guest

BELL = "/espace/notifications/_cloche"
CENTRE = "/espace/notifications"
LATER = re.compile(r'href="(/espace/notifications\?[^"]*apres=[^"]+)"')
EVERY = 5.0


# --- the bell ---------------------------------------------------------------------------------------------------


def poll(installation: Installation, clients: int, seconds: float) -> tuple[Passage, float, float]:
    """Pages left open, each asking for its bell every five seconds; gives the share of a core, and the database's."""
    browsers = [at_browser(installation, role) for role in LOGINS]
    end = time.monotonic() + seconds

    def leave_open(guest: Guest, number: int) -> Counter[int]:
        guest.cookies = dict(browsers[number % len(browsers)].cookies)
        dice, met = Random(number), Counter()
        mark = guest.get(BELL).etag  # the page that was opened
        guest.took.clear()
        time.sleep(dice.uniform(0, EVERY))
        while time.monotonic() < end:
            asked = time.monotonic()
            answer = guest.ask("GET", BELL, **({"If-None-Match": mark} if mark else {}))
            mark, met = answer.etag or mark, met + Counter([answer.status])
            time.sleep(max(0.0, EVERY - (time.monotonic() - asked)))
        return met

    before, database, started = installation.web_seconds(), installation.database_seconds(), time.monotonic()
    met = passage(
        [lambda guest, number=number: leave_open(guest, number) for number in range(clients)], installation.url
    )
    lasted = time.monotonic() - started
    web = (installation.web_seconds() - before) / lasted
    return met, web, (installation.database_seconds() - database) / lasted


# --- the centre -------------------------------------------------------------------------------------------------


def fill_centre(installation: Installation, count: int, login: str) -> None:
    """So many lines for one person about the reservations of the demonstration, one in three still to be read."""
    rows = installation.read(f"SELECT person_id FROM users WHERE login = '{login}'")  # noqa: S608 - our own word
    person = _id(rows[0][0])
    subjects = [_id(row[0]) for row in installation.read("SELECT id FROM reservations")]
    now = datetime.now(UTC)
    Writer(installation).put("notifications", ({
        "id": new_id(), "person_id": person, "notice": "booking.team_received", "category": "booking",
        "subject_kind": "Reservation", "subject_id": subjects[number % len(subjects)], "details": "{}",
        "first_at": now - timedelta(minutes=number), "last_at": now - timedelta(minutes=number), "repeats": 0,
        "read_at": None if number % 3 == 0 else now, "snoozed_until": None,
    } for number in range(count)))  # fmt: skip
    installation.settle()


def centre(installation: Installation, role: str, page: int = 500) -> dict[str, float]:
    """Milliseconds of web CPU for each look at the centre."""
    guest = at_browser(installation, role)
    far = page_number(guest, f"{CENTRE}?etat=tous", page)
    looks = {
        "first page, unread": CENTRE,
        "first page, all": f"{CENTRE}?etat=tous",
        "unread of a category": f"{CENTRE}?etat=non-lus&categorie=booking",
        "put off": f"{CENTRE}?etat=plus-tard",
        f"page {page} of all": far,
    }
    return {name: cost_as(installation, guest, path) for name, path in looks.items()}


def page_number(guest: Guest, path: str, number: int) -> str:
    """Turn the pages one by one; gives the address of that one."""
    for _turn in range(number - 1):
        path = LATER.findall(must(guest.get(path)).text)[0].replace("&amp;", "&")
    return path


# --- ten thousand people ----------------------------------------------------------------------------------------


class Telling:
    """One announcement to a crowd, from the promise to the letters, with a real mail server at the end."""

    def __init__(self, installation: Installation, people: int) -> None:
        self.installation, self.people = installation, people
        self.server = MailServer()
        self.server.controller.start()
        installation.house.environ["SMTP_URL"] = self.server.url
        add_people(installation, people)

    def queue(self) -> float:
        """Seconds of the one transaction that writes every line and plans every letter."""
        with beside(self.installation):
            about = db.session.scalars(sa.select(Reservation).limit(1)).one()
            with transaction():
                TEAM_ASKED.announce(about=about, actor=system("load"), key="crowd")
            eventually("the announcement", lambda: self._done("announce:%"), patience=120)
            started, ended = self._span("announce:%")
            return (ended - started).total_seconds()

    def _done(self, like: str) -> bool:
        db.session.rollback()
        states = set(db.session.scalars(sa.select(OutboxRow.state).where(OutboxRow.natural_key.like(like))))
        return states == {JobState.DONE}

    def _span(self, like: str) -> tuple[datetime, datetime]:
        """From the claim of the worker, which is its end less the time it was given, to the mark that it is done."""
        row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.natural_key.like(like))).one()
        lease = timedelta(seconds=float(self.installation.house.environ.get("JOB_LEASE_SECONDS", "120")))
        assert row.claimed_until
        assert row.finished_at
        return row.claimed_until - lease, row.finished_at

    def letters(self, seconds: float) -> dict[str, float]:
        """Watch them leave: how many a minute, what the worker holds, and how long a guest waits for theirs."""
        eventually("all letters are promised", self._all_promised, patience=180)
        before, held, started = len(self.server.letters), self._held(), time.monotonic()
        waited: list[float] = []
        booking = Thread(target=lambda: waited.append(self._one_books()))
        booking.start()
        time.sleep(seconds)
        booking.join()
        lasted = time.monotonic() - started
        return {
            "letters a minute": (len(self.server.letters) - before) / lasted * 60,
            "MB of the worker, before": held,
            "MB of the worker, after": self._held(),
            "seconds until a guest's letter": waited[0] if waited else float("nan"),
        }

    def stop(self) -> None:
        self.server.controller.stop()

    def _all_promised(self) -> bool:
        count = self.installation.read("SELECT COUNT(*) FROM messages WHERE notice = 'booking.team_asked'")[0][0]
        return bool(count >= self.people)

    def _held(self) -> float:
        (worker,) = self.installation.house.processes("guichet-worker")
        return float(worker.memory_full_info().uss / 1e6)

    def _one_books(self) -> float:
        from tests.load.acts import Booker  # noqa: PLC0415 - it looks for free tables as soon as it is made

        booker = Booker(self.installation, datetime.now(UTC).date())
        place = next(booker.places)
        guest = Guest(self.installation.url)
        started = time.monotonic()
        booker.book(guest, place)
        address = f"guest{booker.number}@example.org"
        eventually("the guest's letter", lambda: any(address in str(letter["To"]) for letter in self.server.letters[:]))
        return time.monotonic() - started


def _id(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
