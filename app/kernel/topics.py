"""Topics: a version counter per live part of a page, so that polling costs nothing while nothing changed."""

import hmac
import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any

import redis
from flask import Flask, current_app, make_response, request
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.broker import Broker, broker
from app.kernel.db import after_commit, read_on

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What compresses adds its own name to a tag, after the seal.
TAG = re.compile(r'"(?P<said>(?P<topic>[^"]+):(?P<version>\d+):(?P<until>\d+)):(?P<seal>[0-9a-f]{32})[a-z:-]*"')


def _key(topic: str) -> str:
    return f"guichet:topic:{topic}"


def version(topic: str, asked: Broker | None = None) -> int | None:
    """Give the version of a topic; None when Valkey cannot say."""
    raw = (asked or broker()).attempt(lambda client: client.get(_key(topic)) or b"0", otherwise=None)
    return None if raw is None else int(raw)


def touch(*topics: str) -> None:
    """Say, once the transaction is committed, that what these topics show has changed."""

    def move_on(client: "redis.Redis") -> None:
        together = client.pipeline(transaction=False)
        for topic in topics:
            together.incr(_key(topic))
        together.execute()

    after_commit(lambda: broker().attempt(move_on, otherwise=None))


def polled(topic_of: Callable[..., str], *, lasting: int = 60) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give an answer a tag that holds while the topic stands still, `lasting` seconds at most.

    A minute unless said, for what is shown changes with the hour, a right may end, and a touch may be lost while Valkey
    is away.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(**values: Any) -> Response:
            topic = topic_of(**values)
            current = version(topic)
            read_on()  # who asks was looked up before; what this version tells of may be committed since
            response = make_response(view(**values))
            if current is not None:
                said = f"{topic}:{current}:{int(clock.now().timestamp()) + lasting}"
                response.set_etag(f"{said}:{_seal(said, request.environ, _secret(current_app))}")
            response.headers["Cache-Control"] = "private, no-cache"
            return response

        return answer

    return decorate


def init_topics(app: Flask) -> None:
    """Put the answers to polls in front of the application."""
    app.wsgi_app = Unchanged(app.wsgi_app, app.extensions["guichet_broker"], _secret(app))  # type: ignore[method-assign]


class Unchanged:
    """Answers 304 to a poll whose topic stands still, before anything is read: no session, no actor, no SQL.

    Only who was given a tag can show it again, at the same address: it is sealed with both and with their cookies.
    """

    def __init__(self, application: "WSGIApplication", asked: Broker, secret: bytes) -> None:
        """Stand before an application; `secret` seals the tags."""
        self.application, self.broker, self.secret = application, asked, secret

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer by WSGI (PEP 3333)."""
        shown = TAG.search(environ.get("HTTP_IF_NONE_MATCH", "")) if environ["REQUEST_METHOD"] == "GET" else None
        if shown is None or not self._holds(shown, environ):
            return self.application(environ, start_response)
        start_response("304 NOT MODIFIED", [("ETag", shown[0]), ("Cache-Control", "private, no-cache")])
        return ()

    def _holds(self, shown: re.Match[str], environ: "WSGIEnvironment") -> bool:
        return (
            hmac.compare_digest(shown["seal"], _seal(shown["said"], environ, self.secret))
            and clock.now().timestamp() < int(shown["until"])
            and version(shown["topic"], self.broker) == int(shown["version"])
        )


def _secret(app: Flask) -> bytes:
    return str(app.secret_key).encode()


def _seal(said: str, environ: "WSGIEnvironment", secret: bytes) -> str:
    asked = (said, environ["PATH_INFO"], environ.get("QUERY_STRING", ""), environ.get("HTTP_COOKIE", ""))
    return hmac.new(secret, repr(asked).encode(), "sha256").hexdigest()[:32]
