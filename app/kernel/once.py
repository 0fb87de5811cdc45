"""What a page asks several times and reads once."""

from collections.abc import Callable
from typing import TypeVar

from flask import g, has_request_context, request

Answer = TypeVar("Answer")


def once_a_request(name: str, ask: Callable[[], Answer]) -> Answer:
    """Give what `ask` answered first in this request under this name; ask anew where there is no request."""
    if not has_request_context():
        return ask()
    if name not in g:
        setattr(g, name, ask())
    answer: Answer = getattr(g, name)
    return answer


def once_while_reading(name: str, ask: Callable[[], Answer]) -> Answer:
    """Give what `ask` answered first in a request that only reads; one that writes asks anew, as it may change it."""
    if has_request_context() and request.method in ("GET", "HEAD"):
        return once_a_request(name, ask)
    return ask()
