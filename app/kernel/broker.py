"""The connection to Valkey: short waits, and a pause after a failure, so that pages never hang on it."""

import time
from collections.abc import Callable
from typing import TypeVar

import redis
import structlog
from flask import Flask, current_app
from redis.backoff import NoBackoff
from redis.retry import Retry

PAUSE_SECONDS = 5.0
NO_RETRY = Retry(NoBackoff(), 0)  # redis-py would try three times more before telling that Valkey is away
_FAILURES = (redis.RedisError, OSError)

log = structlog.get_logger()
T = TypeVar("T")


class Broker:
    """One pool of connections per process, and the memory of when Valkey last failed."""

    def __init__(self, url: str) -> None:
        """Prepare the pool; nothing connects before it is needed."""
        self.url = url
        self.client = redis.Redis.from_url(
            url, socket_connect_timeout=0.3, socket_timeout=0.7, max_connections=64, retry=NO_RETRY
        )
        self._rests_until = 0.0

    def attempt(self, act: Callable[[redis.Redis], T], otherwise: T) -> T:
        """Ask Valkey something; when it is down, hung or resting, answer `otherwise` at once."""
        if self.is_resting:
            return otherwise
        try:
            return act(self.client)
        except _FAILURES as error:
            self.rest(PAUSE_SECONDS)
            log.warning("valkey_unavailable", error=type(error).__name__)
            return otherwise

    def rest(self, seconds: float) -> None:
        """Leave Valkey alone for a while: every attempt answers `otherwise`."""
        self._rests_until = time.monotonic() + seconds

    def rest_is_over(self) -> None:
        """Ask again at once at the next occasion."""
        self._rests_until = 0.0

    @property
    def is_resting(self) -> bool:
        """Tell whether Valkey failed a moment ago and is left alone for now."""
        return time.monotonic() < self._rests_until

    def is_up(self) -> bool:
        """Tell whether Valkey answers now."""
        try:
            return bool(self.client.ping())
        except _FAILURES:
            return False


def init_broker(app: Flask, url: str) -> None:
    """Give the application its broker."""
    app.extensions["guichet_broker"] = Broker(url)


def broker() -> Broker:
    """Give the broker of this application."""
    found: Broker = current_app.extensions["guichet_broker"]
    return found
