"""Topics: a version counter per live part of a page, so that polling costs nothing while nothing changed."""

import hmac
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import redis
from flask import Flask, current_app, g, make_response, request, session
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.broker import broker
from app.kernel.db import after_commit

SEALED = re.compile(r"(?P<topic>[ -~]+):\d+:\d+:[0-9a-f]{32}")  # what compresses may add its own name to a tag
PASSING = ("csrf_token", "_flashes")  # what comes and goes in a session, whoever holds it


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


def polled(topic_of: Callable[..., str], *, lasting: int = 60) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give an answer a tag that holds while the topic stands still, `lasting` seconds at most (`answer_unchanged`)."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(**values: Any) -> Response:
            topic = topic_of(**values)
            current = version(topic)
            response = make_response(view(**values))
            if current is not None:
                response.set_etag(_tag(topic, current, lasting))
            response.headers["Cache-Control"] = "private, no-cache"
            return response

        answer.tag_lasts = lasting  # type: ignore[attr-defined]
        return answer

    return decorate


def init_topics(app: Flask) -> None:
    """Answer polls before anybody asks who polls."""
    app.before_request(answer_unchanged)


def answer_unchanged() -> Response | None:
    """Answer 304 to a poll whose topic stands still, before anything is read: no actor, no SQL.

    Only who was given a tag can show it again: it is sealed with what their session holds. It is good for a minute,
    unless said, for what is shown changes with the hour, a right may end, and a touch may be lost while Valkey is away.
    """
    lasting = getattr(current_app.view_functions.get(request.endpoint or ""), "tag_lasts", 0)
    if not request.if_none_match or not lasting:
        return None
    for tag in request.if_none_match.as_set(include_weak=True):
        sealed = SEALED.match(tag)
        current = version(sealed["topic"]) if sealed else None
        if sealed and current is not None and hmac.compare_digest(sealed[0], _tag(sealed["topic"], current, lasting)):
            g.is_quiet = True
            return Response(status=304, headers={"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"})
    return None


def _tag(topic: str, current: int, lasting: int) -> str:
    said = f"{topic}:{current}:{int(clock.now().timestamp()) // lasting}"
    held = sorted((name, str(value)) for name, value in session.items() if name not in PASSING)
    key = str(current_app.secret_key).encode()
    return f"{said}:{hmac.new(key, repr((said, held)).encode(), 'sha256').hexdigest()[:32]}"
