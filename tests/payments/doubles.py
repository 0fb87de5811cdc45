"""The Stripe double for tests: on a real socket, in step with the tests' clock, with its levers at hand."""

import re
from collections.abc import Callable
from html import unescape
from threading import Event
from typing import Self

import pytest
import requests

from app.kernel import clock
from app.payments.double.parts import Settings
from app.payments.double.server import DoubleServer
from tests.harness.live import eventually

KEY, SECRET, TOKEN = "sk_test_guichet", "whsec_guichet", "levers"
VISA, DECLINED, INSUFFICIENT, EXPIRED = "4242424242424242", "4000000000000002", "4000000000009995", "4000000000000069"
ONCE_CONFIRMED, CONFIRMED, FAILS_LATER = "4000002500003155", "4000000000003220", "4000000000000341"
CONTESTED, REFUNDED_LATER, REFUND_FAILS = "4000000000000259", "4000000000007726", "4000000000005126"


class StripeDouble:
    """A running double, as a test speaks to it."""

    def __init__(self, server: DoubleServer) -> None:
        self.server = server
        self.url = server.url
        self.key, self.secret = KEY, SECRET

    def call(
        self, method: str, path: str, *, key: str = KEY, headers: dict | None = None, **given
    ) -> requests.Response:
        """Speak to the API as any client does: `call("POST", "customers", email="a@b.fr")`."""
        return requests.request(
            method,
            f"{self.url}/v1/{path}",
            data=given if method == "POST" else None,
            params=given if method == "GET" else None,
            headers={"Authorization": f"Bearer {key}", **(headers or {})},
            timeout=20,
        )

    def post(self, path: str, **given) -> dict:
        """Post what must succeed."""
        answer = self.call("POST", path, **given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str, **given) -> dict:
        answer = self.call("GET", path, **given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, path: str, status: int = 400, **given) -> dict:
        """Post what must be refused, and give the error."""
        answer = self.call("POST", path, **given)
        assert answer.status_code == status, answer.text
        return answer.json()["error"]

    # ---- The levers --------------------------------------------------------------------------------------------------
    def control(self, path: str, **wanted) -> requests.Response:
        return requests.post(
            f"{self.url}/_control/{path}", json=wanted, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=40
        )

    def levers(self, **wanted) -> dict:
        """Pull levers: `levers(hold=True)`, `levers(fault={"kind": "nothing", "after": True})`."""
        answer = self.control("levers", **wanted)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settled(self) -> None:
        """Wait until every webhook that can be delivered is."""
        assert self.control("settled").status_code == 200

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Wait for what the double does by itself: a session that expires, a refund that is settled."""
        eventually("what the double does by itself", happened)

    def deliver(self, *events: str, times: int = 1) -> list[str]:
        """Deliver these events now, in this order, each so many times at once; give what was answered."""
        return self.control("deliveries", events=list(events), times=times).json()

    # ---- What happened -----------------------------------------------------------------------------------------------
    def events(self, *kinds: str) -> list[dict]:
        """Give the events so far, oldest first; of these kinds only, where any is named."""
        found = self.get("events", limit=100)["data"][::-1]
        return [event for event in found if not kinds or event["type"] in kinds]

    # ---- The customer ------------------------------------------------------------------------------------------------
    def pay(self, address: str, card: str = VISA, answer: str = "accept", **typed) -> str:
        """Pay on the hosted page as a browser without JavaScript does; give where the customer ends."""
        form = {"email": "alice@example.org", "number": card, "expiry": "12/34", "cvc": "123", "name": "Alice"} | typed
        page = requests.post(address, data=form, allow_redirects=False, timeout=20)
        target = page.headers.get("Location", "")
        if "/c/3ds/" in target:
            return self.answer_the_bank(self.url + target, answer)
        return target or f"{page.status_code} {told(page.text)}"

    def answer_the_bank(self, address: str, answer: str = "accept") -> str:
        """Accept or refuse on the bank's page; give where the customer ends."""
        page = requests.post(address, data={"answer": answer}, allow_redirects=False, timeout=20)
        return page.headers.get("Location", "") or f"{page.status_code} {told(page.text)}"


class HeldUp:
    """A Stripe that does not answer until the block is left: `reached` once it is asked, `over` when it may answer."""

    def __init__(self) -> None:
        self.reached, self.over = Event(), Event()

    def wait(self) -> None:
        self.reached.set()
        assert self.over.wait(60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()


def held_up(stripe: StripeDouble, monkeypatch: pytest.MonkeyPatch) -> HeldUp:
    """Have the double's next answers wait, as long as the block lasts: no second is counted."""
    held = HeldUp()
    monkeypatch.setattr(stripe.server.parts.levers, "wait", held.wait, raising=True)
    return held


def told(html: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def double(at, outside):
    """A double of Stripe which announces what happens to `outside`; its clock is that of the test."""
    settings = Settings(
        secret_key=KEY,
        webhook_url=f"{outside.url}/stripe",
        webhook_secret=SECRET,
        control_token=TOKEN,
        first_delay=0.05,
        now=lambda: clock.now().timestamp(),
    )
    with DoubleServer(settings) as server:
        yield StripeDouble(server)
