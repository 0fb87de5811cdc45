"""The knife: who is killed between which two steps, at Stripe's door or in the writing."""

import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
from werkzeug.wrappers import Request, Response

from app.kernel.supervisor import AT_ONCE
from tests.harness.live import LiveHouse, eventually

VICTIMS = ("guichet-web", "guichet-worker")
BLOCKED_SECONDS = 0.6


@dataclass
class Knife:
    """Kills at one step: `before` a call has its effect, `after` it, or once it is `heard` and before it is kept."""

    house: LiveHouse | None = None
    victim: str = ""
    when: str = ""
    method: str = ""
    path: str = ""
    has_cut: threading.Event = field(default_factory=threading.Event)

    def aim(self, victim: str, when: str, method: str, path: str) -> None:
        """Be ready for the next call like this one, once the victim has lived long enough to die decently."""
        eventually(f"{victim} is of age", lambda: self.is_of_age(victim))
        self.victim, self.when, self.method, self.path = victim, when, method, path
        self.has_cut.clear()

    def is_of_age(self, victim: str) -> bool:
        """Tell whether it has lived so long that the supervisor does not count its death against it."""
        with suppress(psutil.NoSuchProcess):  # it died while it was looked at: it will be young
            born = [process.create_time() for process in self.house.processes(victim)]
            return bool(born) and min(born) < time.time() - AT_ONCE - 0.5
        return False

    def meets(self, method: str, path: str) -> bool:
        """Tell whether this is the step, once."""
        if not self.when or method != self.method or not path.startswith(self.path):
            return False
        self.method = ""
        return True

    def cut(self) -> None:
        """Kill the victim, whatever it does."""
        with suppress(psutil.NoSuchProcess):
            self.house.kill(self.victim)
        self.has_cut.set()

    def cut_while_it_cannot_write(self) -> None:
        """Hold the database, so that what is heard now cannot be kept; then kill, and let go."""
        holding = threading.Event()

        def hold() -> None:
            with closing(sqlite3.connect(self.house.data_dir / "guichet.sqlite3", timeout=20)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                holding.set()
                time.sleep(BLOCKED_SECONDS)
                self.cut()
                connection.rollback()

        threading.Thread(target=hold, daemon=True).start()
        assert holding.wait(60)


class AtStripe:
    """Between the socket and the double: where the knife waits for calls of the house."""

    def __init__(self, application: Any, knife: Knife) -> None:
        self.application, self.knife = application, knife

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        when = self.knife.when
        if not self.knife.meets(environ["REQUEST_METHOD"], environ["PATH_INFO"]):
            return self.application(environ, start_response)
        if when == "before":
            self.knife.cut()
            return Response(status=503)(environ, start_response)
        answer = Response.from_app(self.application, Request(environ).environ)
        if when == "after":
            self.knife.cut()
        else:
            self.knife.cut_while_it_cannot_write()
        return answer(environ, start_response)
