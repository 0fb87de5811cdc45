"""Levers for tests and demonstrations: what goes wrong at Stripe's and on the way, made to go wrong on purpose."""

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Literal, get_args

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Fault = Literal["500", "garbage", "bytes", "nothing"]
FAULTS: tuple[str, ...] = get_args(Fault)
GARBAGE = {"garbage": b"<html><body>Bad gateway</body></html>", "bytes": b'{"object": "\xff\xfe'}


@dataclass
class Levers:
    """How the next answers of the API go wrong."""

    fault: str = ""
    after: bool = False
    times: int = 0
    path: str = "/v1/"
    delay: float = 0.0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def wait(self) -> None:
        """Be as slow as asked."""
        time.sleep(self.delay)

    def next_fault(self, path: str) -> str:
        """Give what goes wrong with this request, if anything: so many times, then never again."""
        with self._lock:
            if self.times < 1 or not path.startswith(self.path):
                return ""
            self.times -= 1
            return self.fault


class Faults:
    """Between the socket and the double: answers badly when told to, before the request has its effect or after."""

    def __init__(self, application: "WSGIApplication", levers: Levers) -> None:
        """Stand before an application."""
        self._application = application
        self._levers = levers

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or fail to."""
        fault = self._levers.next_fault(environ.get("PATH_INFO", ""))
        if not fault:
            return self._application(environ, start_response)
        if self._levers.after:
            Response.from_app(self._application, Request(environ).environ)
        if fault == "nothing":
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        if fault in GARBAGE:
            return Response(GARBAGE[fault], status=200, content_type="application/json")(environ, start_response)
        content = '{"error": {"type": "api_error", "message": "Something went wrong on Stripe\'s end."}}'
        return Response(content, status=500, content_type="application/json")(environ, start_response)
