"""Topics: a version counter per live part of a page, so that polling costs nothing while nothing changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import redis
from flask import make_response, request
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.broker import broker
from app.kernel.db import after_commit


def _key(topic: str) -> str:
    return f"guichet:topic:{topic}"


def version(topic: str) -> int | None:
    """Give the version of a topic; None when Valkey cannot say."""
    raw = broker().attempt(lambda client: client.get(_key(topic)) or b"0", otherwise=None)
    return None if raw is None else int(raw)


def touch(*topics: str) -> None:
    """Say, once the transaction is committed, that what these topics show has changed."""

    def move_on(client: "redis.Redis") -> None:
        together = client.pipeline(transaction=False)
        for topic in topics:
            together.incr(_key(topic))
        together.execute()

    after_commit(lambda: broker().attempt(move_on, otherwise=None))


def polled(topic_of: Callable[..., str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answer 304 without touching the database while the topic stands still.

    The tag holds the minute too: what is shown changes with the hour, and a touch may be lost while Valkey is away.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(**values: Any) -> Response:
            current = version(topic_of(**values))
            minute = int(clock.now().timestamp()) // 60
            tag = None if current is None else f"{topic_of(**values)}:{current}:{minute}"
            if tag is not None and tag in request.if_none_match:
                return Response(status=304, headers={"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"})
            response = make_response(view(**values))
            if tag is not None:
                response.set_etag(tag)
            response.headers["Cache-Control"] = "private, no-cache"
            return response

        return answer

    return decorate
