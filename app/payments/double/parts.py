"""What a running double is made of, and how it is set."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from flask import current_app

from app.payments.double.errors import StripeRefusal
from app.payments.double.levers import Levers
from app.payments.double.store import Store
from app.payments.double.webhooks import Courier


class LiveKeyRefused(Exception):
    """A double never stands beside real money."""


@dataclass(frozen=True)
class Settings:
    """How a double is started."""

    secret_key: str = field(default="sk_test_double", repr=False)
    webhook_url: str = ""
    webhook_secret: str = field(default="whsec_double", repr=False)
    control_token: str = field(default="", repr=False)
    name: str = "Chez Margot"
    path: str = ":memory:"
    first_delay: float = 2.0
    now: Callable[[], float] = field(default=time.time, repr=False)

    def __post_init__(self) -> None:
        """Refuse whatever is not a key for tests."""
        if not re.fullmatch(r"(sk|rk)_test_\w+", self.secret_key):
            raise LiveKeyRefused("The Stripe double starts with test keys only (sk_test_…, rk_test_…).")


class KeysInUse:
    """The idempotency keys of the requests under way."""

    def __init__(self) -> None:
        """Begin with none."""
        self._keys: set[str] = set()
        self._lock = Lock()

    @contextmanager
    def used(self, key: str) -> Iterator[None]:
        """Hold a key for the length of a request; who comes with it meanwhile is sent away."""
        with self._lock:
            if key in self._keys:
                raise StripeRefusal(
                    409,
                    "idempotency_error",
                    "There is currently another in-progress request using this Idempotent Key (that probably means you "
                    f"submitted twice, and the other request is still going through): {key}. Please try again later.",
                    code="idempotency_key_in_use",
                )
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


@dataclass
class Parts:
    """A double's insides."""

    settings: Settings
    store: Store
    courier: Courier
    levers: Levers = field(default_factory=Levers)
    keys: KeysInUse = field(default_factory=KeysInUse)


def parts() -> Parts:
    """Give the insides of the double that answers."""
    found: Parts = current_app.extensions["double"]
    return found
