"""Rate limits of public acts, as settings; counted in Valkey, in the process while Valkey is away."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded
from limits import parse
from limits.storage import MemoryStorage, MovingWindowSupport, RedisStorage, Storage
from redis import RedisError

from app.kernel.broker import broker
from app.kernel.languages import N_
from app.kernel.settings import setting
from app.kernel.web import error_page

T = TypeVar("T")

WRITE_LIMIT = setting(
    "limits.public_writes",
    N_("Envois publics par adresse, par quart d’heure"),
    60,
    page="security",
    check=lambda count: 1 <= count <= 1_000_000,
)
SEARCH_LIMIT = setting(
    "limits.public_searches",
    N_("Recherches sans réponse notées par adresse, par minute"),
    240,
    page="security",
    check=lambda count: 1 <= count <= 1_000_000,
)
RESET_LIMIT = setting(
    "limits.resets",
    N_("Demandes de lien par adresse, par heure"),
    3,
    page="security",
    hint=N_("Retrouver une réservation, réinitialiser un mot de passe."),
    check=lambda count: 1 <= count <= 1_000_000,
)


def write_limit() -> str:
    """Give the limit of public writes, in Flask-Limiter's words."""
    return f"{WRITE_LIMIT.value()} per 15 minutes"


def search_limit() -> str:
    """Give the limit of public searches."""
    return f"{SEARCH_LIMIT.value()} per minute"


def reset_limit() -> str:
    """Give the limit of requests for a link."""
    return f"{RESET_LIMIT.value()} per hour"


class SharedCounts(Storage, MovingWindowSupport):
    """Counts in Valkey, where every process sees them; in this process while Valkey is away.

    Whether Valkey is asked is the broker's decision: after a failure it rests, and nobody waits for it.
    """

    STORAGE_SCHEME = ["guichet"]  # noqa: RUF012 - as the base class declares it

    @cached_property
    def near(self) -> MemoryStorage:
        """Give the counts of this process (made at need: they keep a thread)."""
        return MemoryStorage()

    @cached_property
    def far(self) -> RedisStorage:
        """Give the counts in Valkey."""
        pool = broker().client.connection_pool
        return RedisStorage("redis://", connection_pool=pool, key_prefix="guichet:limits")

    @property
    def base_exceptions(self) -> type[Exception]:
        """Give what failures look like; none leaves this class."""
        return RedisError

    def _either(self, ask: Callable[[Any], T]) -> T:
        answer = broker().attempt(lambda _client: (ask(self.far),), otherwise=None)
        return ask(self.near) if answer is None else answer[0]

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count an act unless the window is full."""
        return self._either(lambda counts: bool(counts.acquire_entry(key, limit, expiry, amount)))

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Give where the window began and how many acts it holds."""
        return self._either(lambda counts: cast("tuple[float, int]", counts.get_moving_window(key, limit, expiry)))

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Raise a plain counter."""
        return self._either(lambda counts: int(counts.incr(key, expiry, amount)))

    def get(self, key: str) -> int:
        """Give a plain counter."""
        return self._either(lambda counts: int(counts.get(key)))

    def get_expiry(self, key: str) -> float:
        """Give when a plain counter ends."""
        return self._either(lambda counts: float(counts.get_expiry(key)))

    def check(self) -> bool:
        """Tell that counting works: it always does, here or there."""
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        return self._either(lambda counts: cast("int | None", counts.reset()))

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._either(lambda counts: counts.clear(key))


def visitor_network() -> str:
    """Give what is counted as one visitor: an IPv4 address, or the /64 a household has in IPv6."""
    address = request.remote_addr or "unknown"
    return ":".join(address.split(":")[:4]) if ":" in address and "." not in address else address


limiter = Limiter(key_func=visitor_network, headers_enabled=True)


def init_limits(app: Flask) -> None:
    """Count where every process sees it."""
    app.config.update(RATELIMIT_STORAGE_URI="guichet://", RATELIMIT_STRATEGY="moving-window")
    app.after_request(_keep_for_refusals)  # before the limiter's own, hence run after it
    app.register_error_handler(RateLimitExceeded, lambda _error: error_page(429))
    limiter.init_app(app)


def allows(limit: Callable[[], str]) -> bool:
    """Count one act of this visitor under a limit; False once it is reached."""
    return limiter.limiter.hit(parse(limit()), limit.__name__, visitor_network())


def _keep_for_refusals(response: Response) -> Response:
    """Say when to come back only to those who were sent away."""
    if response.status_code < 400:
        response.headers.pop("Retry-After", None)
    return response
