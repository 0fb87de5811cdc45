"""Money: what an event of Stripe costs, and a hundred thousand payments on their way out, as CSV and as accounting entries."""

import json
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from app.kernel.db import new_id
from app.payments.provider.signatures import signed
from tests.load.installations import Installation
from tests.load.million import Writer
from tests.load.people import at_browser
from tests.load.visitors import Guest

PAYMENTS, A_DAY = 100_000, 300
EVENTS, WARM = 300, 20
SECRET = "whsec_load"
KEYS = {
    "STRIPE_SECRET_KEY": "sk_test_load",
    "STRIPE_WEBHOOK_SECRET": SECRET,
    "STRIPE_API_URL": "http://127.0.0.1:9",  # nobody there: what is measured is the answer to Stripe
}


def fill_books(installation: Installation) -> None:
    """Payments by card and in cash of a year, whose days are all closed."""
    house = UUID(str(installation.read("SELECT id FROM establishments ORDER BY id LIMIT 1")[0][0]))
    number = installation.read("SELECT coalesce(max(number), 0) FROM money_movements")[0][0]
    began = date.today() - timedelta(days=PAYMENTS // A_DAY + 2)  # noqa: DTZ011 - the machine's own day
    writer = Writer(installation)
    writer.put("money_movements", (_payment(house, number, turn, began) for turn in range(1, PAYMENTS + 1)))
    last = began + timedelta(days=PAYMENTS // A_DAY)
    writer.put("daily_closings", iter([{
        "id": new_id(), "number": 1_000_000, "establishment_id": house, "day": last, "closed_at": datetime.now(UTC),
        "lines": PAYMENTS, "total": 0, "totals": "{}", "digest": "", "previous_hash": "", "hash": "",
    }]))  # fmt: skip
    installation.settle()


def _payment(house: UUID, before: int, turn: int, began: date) -> dict[str, Any]:
    day = began + timedelta(days=turn // A_DAY)
    return {
        "id": new_id(), "number": before + turn, "nature": "payment", "establishment_id": house,
        "payable_kind": "Reservation", "payable_id": new_id(), "corrects_id": None,
        "method": "cash" if turn % 5 == 0 else "card", "amount": 2000 + turn % 7000, "currency": "EUR",
        "booked_on": day, "at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "label": f"Table du {day:%d/%m}",
        "reference": f"pi_{turn:024}", "natural_key": f"load:{turn}",
    }  # fmt: skip


class Scale:
    """Weighs the web processes while something leaves them: what they hold of their own, at most and before."""

    def __init__(self, installation: Installation) -> None:
        self.processes = installation.house.processes("guichet-web")
        self.before = self.most = self._now()
        self.over = threading.Event()
        self.watch = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self.watch.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.over.set()
        self.watch.join()

    @property
    def grown(self) -> float:
        """Megabytes more than before, at the worst moment."""
        return (self.most - self.before) / 1e6

    def _now(self) -> int:
        return sum(int(process.memory_full_info().uss) for process in self.processes)

    def _watch(self) -> None:
        while not self.over.wait(0.1):
            self.most = max(self.most, self._now())


def exports(installation: Installation) -> Iterator[tuple[str, float, float, float]]:
    """Each export: its name, its seconds, its megabytes, and by how many megabytes the house grew meanwhile."""
    chloe = at_browser(installation, "manager")
    chloe.connection.timeout = 600
    first, last = date.today() - timedelta(days=400), date.today() - timedelta(days=1)  # noqa: DTZ011
    ways = {
        "journal as CSV": ("/admin/paiements", "/admin/donnees/payments.journal/export.csv?vue=toutes", {}),
        "accounting entries (FEC)": (
            "/admin/paiements/comptabilite",
            "/admin/paiements/comptabilite",
            {"first": first.isoformat(), "last": last.isoformat()},
        ),
    }
    for name, (page, path, form) in ways.items():
        seen = chloe.get(page)
        chloe.post(path, seen, **form)  # once before, so that what is loaded at first use is not counted
        with Scale(installation) as scale:
            answer = chloe.post(path, seen, **form)
        lines = answer.text.count("\n")
        if answer.status != 200 or lines <= PAYMENTS:
            raise AssertionError(f"{path}: {answer.status}, {lines} lines")
        yield name, answer.seconds, len(answer.text) / 1e6, scale.grown


def events(installation: Installation) -> dict[str, float]:
    """Milliseconds until Stripe has its answer, and of CPU; each event is new, and promises a job."""
    guest = Guest(installation.url)
    took = [_told(guest, number) for number in range(WARM)]
    before, took = installation.web_seconds(), []
    for number in range(WARM, WARM + EVENTS):
        took.append(_told(guest, number))
    spent = installation.web_seconds() - before
    ordered = sorted(took)
    return {
        "p50": statistics.median(ordered),
        "p95": ordered[int(EVENTS * 0.95)],
        "worst": ordered[-1],
        "of CPU": spent / EVENTS * 1000,
    }


def _told(guest: Guest, number: int) -> float:
    about = {"object": {"id": f"pi_{number}"}}
    body = json.dumps({"id": f"evt_{number}", "type": "payment_intent.succeeded", "data": about}).encode()
    moment = int(time.time())
    header = f"t={moment},v1={signed(body, moment, SECRET)}"
    started = time.perf_counter()
    guest.connection.request("POST", "/stripe/evenements", body, {"Stripe-Signature": header})
    answer = guest.connection.getresponse()
    answer.read()
    if answer.status != 204:
        raise AssertionError(f"{urlsplit(guest.url).netloc}: {answer.status}")
    return (time.perf_counter() - started) * 1000
