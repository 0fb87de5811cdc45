"""Logs: one JSON object a line on standard error, with the request's id, and nothing personal in it."""

import logging
import sys
import time
from typing import Any, TextIO

import sqlalchemy as sa
import structlog
from flask import Flask, Response, g, request
from sqlalchemy import event

from app.config import Configuration

log = structlog.get_logger()
_slow = {"seconds": 1.0}
QUIET = ("/static/", "/health", "/ready")


class UnfailingStream:
    """A stream for lines that raises nothing: a disk too full for the log must not break what the log tells of."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.refused = 0

    def write(self, text: str) -> int:
        """Write, after saying how many writes were refused just before."""
        try:
            if self.refused:
                self.stream.write(f'{{"event": "log_was_refused", "count": {self.refused}}}\n')
            self.stream.write(text)
            self.stream.flush()
        except OSError:
            self.refused += 1
            return 0
        self.refused = 0
        return len(text)

    def flush(self) -> None:
        """Do nothing: what is written is flushed at once."""


def init_logs(app: Flask, configuration: Configuration) -> None:
    """Write structured lines, one for each request and each slow query."""
    level = logging.getLevelName(configuration.log_level.upper())
    lines: Any = UnfailingStream(sys.stderr)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # locals hold what guests typed
            ),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(lines),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.dict_tracebacks,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    app.before_request(_start_watch)
    app.after_request(_log_request)
    if configuration.slow_query_ms:
        _watch_queries(configuration.slow_query_ms / 1000)


def _start_watch() -> None:
    g.started = time.perf_counter()


def _log_request(response: Response) -> Response:
    # The route is logged, not the path: a path may carry a secret or a person's id.
    if not request.path.startswith(QUIET):
        rule = request.url_rule.rule if request.url_rule else "unknown"
        log.info(
            "request",
            method=request.method,
            route=rule,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        )
    return response


def _watch_queries(limit: float) -> None:
    _slow["seconds"] = limit
    if not event.contains(sa.Engine, "before_cursor_execute", _start_query):
        event.listen(sa.Engine, "before_cursor_execute", _start_query)
        event.listen(sa.Engine, "after_cursor_execute", _stop_query)


def _start_query(*call: Any) -> None:
    call[4].guichet_started = time.perf_counter()


def _stop_query(*call: Any) -> None:
    statement, context = call[2], call[4]
    taken = time.perf_counter() - context.guichet_started
    if taken > _slow["seconds"]:
        log.warning("slow_query", statement=statement[:500], milliseconds=round(taken * 1000))
