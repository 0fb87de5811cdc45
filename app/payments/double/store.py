"""What the double keeps: every object of Stripe as one JSON row, in a SQLite file of its own or in memory."""

import json
import secrets
import sqlite3
import string
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Condition, RLock, local
from typing import Any

Thing = dict[str, Any]

PREFIXES = {
    "balance_transaction": "txn",
    "charge": "ch",
    "checkout.session": "cs_test",
    "customer": "cus",
    "dispute": "du",
    "event": "evt",
    "payment_intent": "pi",
    "payment_method": "pm",
    "payout": "po",
    "refund": "re",
    "setup_intent": "seti",
    "webhook_endpoint": "we",
}
ALPHABET = string.ascii_letters + string.digits
SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, object TEXT NOT NULL, body TEXT NOT NULL,
    due REAL);
CREATE INDEX IF NOT EXISTS things_object ON things (object, number);
CREATE INDEX IF NOT EXISTS things_due ON things (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting',
    answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
"""


class KeepsChanges(Exception):
    """A refusal that is also a fact: a declined charge stays written although the request fails."""


def token(length: int = 24) -> str:
    """Give letters and digits nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class Store:
    """The objects, one transaction at a time."""

    def __init__(self, path: str = ":memory:", now: Callable[[], float] = time.time) -> None:
        """Open the file, or a memory of one's own; `now` is the clock, which a lever may shift."""
        self.address = ""
        self.offset = 0.0
        self.refunds_wait = False
        self.changed = Condition()
        self._clock = now
        self._lock = RLock()
        self._open = local()
        self._origin: tuple[str | None, str | None] = (None, None)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def now(self) -> int:
        """Give the second it is, in Unix time."""
        return int(self.instant())

    def instant(self) -> float:
        """Give the instant it is, in Unix time with its fraction."""
        return self._clock() + self.offset

    def moment(self) -> datetime:
        """Give the instant it is."""
        return datetime.fromtimestamp(self.now(), UTC)

    @property
    def origin(self) -> tuple[str | None, str | None]:
        """Give the request, and its idempotency key, by which something happens."""
        return self._origin

    @contextmanager
    def transaction(self, origin: tuple[str | None, str | None] = (None, None)) -> Iterator[None]:
        """Change whole or not at all, one at a time; joins the one that is open. Then wake who delivers."""
        with self._lock:
            if getattr(self._open, "yes", False):
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._open.yes, self._origin = True, origin
            try:
                yield
            except KeepsChanges:
                self._connection.execute("COMMIT")
                self.wake()
                raise
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._open.yes, self._origin = False, (None, None)
        self.wake()

    def wake(self) -> None:
        """Tell those who wait that something changed."""
        with self.changed:
            self.changed.notify_all()

    def add(self, kind: str, **fields: Any) -> Thing:
        """Create an object with what all of them have.

        A field that begins with _ is never shown; `_due` is when something happens to the object by itself.
        """
        thing = {
            "id": f"{PREFIXES[kind]}_{token()}",
            "object": kind,
            "created": self.now(),
            "livemode": False,
            **fields,
        }
        self.execute("INSERT INTO things (id, object, body) VALUES (?, ?, '')", thing["id"], kind)
        return self.save(thing)

    def save(self, thing: Thing, **fields: Any) -> Thing:
        """Change an object."""
        thing.update(fields)
        self.execute(
            "UPDATE things SET body = ?, due = ? WHERE id = ?", json.dumps(thing), thing.get("_due"), thing["id"]
        )
        return thing

    def hide(self, id: str) -> None:
        """Leave a deleted object out of every list."""
        self.execute("UPDATE things SET object = 'deleted' WHERE id = ?", id)

    def get(self, id: str | None) -> Thing | None:
        """Give the object of this identifier."""
        rows = self.execute("SELECT body FROM things WHERE id = ?", id)
        return json.loads(rows[0]["body"]) if rows else None

    def the(self, id: str) -> Thing:
        """Give an object which is known to exist."""
        found = self.get(id)
        if found is None:
            raise LookupError(id)
        return found

    def all(self, kind: str, **fields: Any) -> list[Thing]:
        """Give the objects of a kind with these values, newest first."""
        rows = self.execute("SELECT body FROM things WHERE object = ? ORDER BY number DESC", kind)
        things = [json.loads(row["body"]) for row in rows]
        return [thing for thing in things if all(thing.get(name) == value for name, value in fields.items())]

    def due(self, kind: str) -> list[Thing]:
        """Give the objects of a kind to which something happens by now."""
        rows = self.execute("SELECT body FROM things WHERE due <= ? AND object = ? ORDER BY due", self.instant(), kind)
        return [json.loads(row["body"]) for row in rows]

    def execute(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """Run one statement and read all it gives."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def shown(thing: Any) -> Any:
    """Give an object as the world sees it: without the fields that begin with _."""
    if isinstance(thing, dict):
        return {name: shown(value) for name, value in thing.items() if not name.startswith("_")}
    if isinstance(thing, list):
        return [shown(each) for each in thing]
    return thing
