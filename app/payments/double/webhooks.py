"""Webhooks: events posted to the endpoints, signed as Stripe signs them, again and again until one answers 2xx."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from sqlite3 import Row
from threading import Event as Flag
from threading import Thread
from typing import Any

from app.payments.double.errors import invalid
from app.payments.double.listing import found
from app.payments.double.parameters import Parameters
from app.payments.double.refunds import settle_due
from app.payments.double.sessions import expire_due
from app.payments.double.store import Store, Thing, shown, token

ATTEMPTS = 16
LONGEST_DELAY = 3600.0
PATIENCE = 20.0
TICK = 0.25


def signature(payload: bytes, secret: str, instant: int) -> str:
    """Sign a payload: `t=…,v1=…`, the HMAC-SHA256 of "t.payload"."""
    signed = hmac.new(secret.encode(), f"{instant}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={instant},v1={signed}"


def create_endpoint(store: Store, given: Parameters, _id: str) -> Thing:
    """Register an address; its secret is shown this once."""
    url = given.web_address("url", required=True)
    kinds = given.words("enabled_events")
    description, metadata = given.text("description"), given.metadata()
    given.skip("api_version")
    given.finish()
    if not kinds:
        raise invalid("Missing required param: enabled_events.", "enabled_events", "parameter_missing")
    endpoint = add_endpoint(store, url or "", f"whsec_{token(32)}", kinds, description=description, metadata=metadata)
    return endpoint | {"secret": endpoint["_secret"]}


def add_endpoint(store: Store, url: str, secret: str, kinds: list[str], **details: Any) -> Thing:
    """Write an endpoint."""
    usual: Thing = {"api_version": None, "application": None, "description": None, "metadata": {}}
    return store.add(
        "webhook_endpoint", enabled_events=kinds, status="enabled", url=url, _secret=secret, **(usual | details)
    )


def update_endpoint(store: Store, given: Parameters, id: str) -> Thing:
    """Change an endpoint's address or events, or switch it off."""
    endpoint = found(store, "webhook_endpoint", id)
    changes: Thing = {}
    if "url" in given.values:
        changes["url"] = given.web_address("url", required=True)
    if "enabled_events" in given.values:
        changes["enabled_events"] = given.words("enabled_events")
    if "disabled" in given.values:
        changes["status"] = "disabled" if given.flag("disabled") else "enabled"
    given.finish()
    return store.save(endpoint, **changes)


def delete_endpoint(store: Store, given: Parameters, id: str) -> Thing:
    """Forget an endpoint."""
    endpoint = found(store, "webhook_endpoint", id)
    given.finish()
    store.save(endpoint, deleted=True, status="disabled")
    store.hide(id)
    return {"id": id, "object": "webhook_endpoint", "deleted": True}


def _written(event: Thing) -> bytes:
    return json.dumps(shown(event), indent=2).encode()


class Courier:
    """The thread that delivers. Levers hold it back, make it repeat itself or work at many doors at once."""

    def __init__(self, store: Store, first_delay: float) -> None:
        """Deliver what the store has in line; a refused delivery is tried again after a delay that doubles."""
        self.held = False
        self.repeats = 1
        self.at_once = 1
        self.first_delay = first_delay
        self._store = store
        self._over = Flag()
        self._busy = False
        self._thread = Thread(target=self._work, name="stripe-double-courier", daemon=True)

    def start(self) -> None:
        """Begin to deliver; what a killed process had not noted as arrived is delivered again."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the deliveries under way, and end."""
        self._over.set()
        self._store.wake()
        self._thread.join()

    @property
    def is_idle(self) -> bool:
        """Say whether nothing is left that could be delivered now."""
        return self.held or not (self._due() or self._busy)

    def deliver(self, events: list[str], *, times: int = 1) -> list[str]:
        """Post these events now, in this order, each so many times at once; give what was answered."""
        answers = []
        with ThreadPoolExecutor(max_workers=50) as hands:
            for event_id in events:
                event = found(self._store, "event", event_id)
                payload = _written(event)
                for endpoint in self._store.all("webhook_endpoint", status="enabled"):
                    posted = list(hands.map(lambda _n, to=endpoint, what=payload: self._posted(to, what), range(times)))
                    answers += [answer for _arrived, answer in posted]
                    if any(arrived for arrived, _answer in posted):
                        self._arrived(event_id, endpoint["id"])
        return answers

    def _work(self) -> None:
        with ThreadPoolExecutor(max_workers=50, thread_name_prefix="stripe-double") as hands:
            while not self._over.is_set():
                self._tidy()
                batch = [] if self.held else self._taken()
                if batch:
                    list(hands.map(self._deliver, batch))
                    self._busy = False
                else:
                    with self._store.changed:
                        self._store.changed.wait(TICK)

    def _tidy(self) -> None:
        with self._store.transaction():
            expire_due(self._store)
            settle_due(self._store)

    def _due(self) -> list[Row]:
        return self._store.execute(
            "SELECT * FROM deliveries WHERE state = 'waiting' AND due <= ? ORDER BY number LIMIT ?",
            self._store.instant(),
            self.at_once,
        )

    def _taken(self) -> list[Row]:
        self._busy = True
        batch = self._due()
        self._busy = bool(batch)
        return [row for row in batch for _ in range(self.repeats)]

    def _deliver(self, delivery: Row) -> None:
        event, endpoint = self._store.get(delivery["event"]), self._store.get(delivery["endpoint"])
        if event is None or endpoint is None or endpoint.get("deleted"):
            self._note(delivery, arrived=True, answer="")
        else:
            self._note(delivery, *self._posted(endpoint, _written(event)))

    def _posted(self, endpoint: Thing, payload: bytes) -> tuple[bool, str]:
        import requests  # noqa: PLC0415 - three megabytes, only where something is delivered

        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (double)",
            "Stripe-Signature": signature(payload, endpoint["_secret"], self._store.now()),
        }
        with requests.Session() as post:
            post.trust_env = False
            try:
                answer = post.post(endpoint["url"], payload, headers=headers, timeout=PATIENCE, allow_redirects=False)
            except (requests.RequestException, ValueError) as problem:  # an address that is none is a ValueError
                return False, type(problem).__name__
        return answer.ok and answer.status_code < 300, str(answer.status_code)

    def _note(self, delivery: Row, arrived: bool, answer: str) -> None:  # noqa: FBT001 - both come as one answer
        with self._store.transaction():
            row = self._store.execute("SELECT * FROM deliveries WHERE number = ?", delivery["number"])[0]
            attempts = row["attempts"] + 1
            if arrived or row["state"] == "arrived":
                state = "arrived"
            else:
                state = "waiting" if attempts < ATTEMPTS else "given_up"
            delay = min(self.first_delay * 2 ** (attempts - 1), LONGEST_DELAY)
            self._store.execute(
                "UPDATE deliveries SET state = ?, attempts = ?, answer = ?, due = ? WHERE number = ?",
                state, attempts, answer, self._store.instant() + delay, delivery["number"],
            )  # fmt: skip
            if arrived and row["state"] != "arrived":
                self._one_less(delivery["event"])

    def _arrived(self, event_id: str, endpoint_id: str) -> None:
        waiting = "SELECT * FROM deliveries WHERE event = ? AND endpoint = ? AND state = 'waiting'"
        for row in self._store.execute(waiting, event_id, endpoint_id):
            self._note(row, arrived=True, answer="200")

    def _one_less(self, event_id: str) -> None:
        event = self._store.get(event_id)
        if event is not None:
            self._store.save(event, pending_webhooks=max(0, event["pending_webhooks"] - 1))
