"""Health: is the process alive, can it serve, and what is missing. Checks are declared, critical or not."""

import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
import structlog
from flask import Flask, Response, current_app, jsonify

from app.kernel import clock, disk, files, migrations
from app.kernel.access import acting
from app.kernel.broker import broker
from app.kernel.db import db
from app.kernel.guards import public
from app.kernel.messages import Channel, Message, MessageAttempt
from app.kernel.schedules import Lease
from app.kernel.storage import StorageDown
from app.kernel.version import version

KEPT_SECONDS = 5.0
FAILED_IN_A_ROW = 3
log = structlog.get_logger()


class Unhealthy(Exception):
    """What a check found wrong: a code for machines, a detail for staff."""

    def __init__(self, code: str, detail: str = "") -> None:
        """Keep both."""
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class HealthCheck:
    """A declared check: raises Unhealthy. Without a critical one the house cannot serve."""

    name: str
    critical: bool
    kept_seconds: float
    examine: Callable[[], None]


@dataclass(frozen=True)
class Finding:
    """The outcome of one check."""

    name: str
    critical: bool
    code: str = ""
    detail: str = ""


_checks: dict[str, HealthCheck] = {}


def health_check(
    name: str, *, critical: bool = False, kept_seconds: float = 0.0
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare a check. Its answer may be kept some seconds, so that asking often costs nothing."""

    def declare(examine: Callable[[], None]) -> Callable[[], None]:
        _checks[name] = HealthCheck(name, critical, kept_seconds, examine)
        return examine

    return declare


def init_health(app: Flask) -> None:
    """Open /health, /ready and /version."""
    app.extensions["guichet_findings"] = {}
    app.add_url_rule("/health", "health", health)
    app.add_url_rule("/ready", "ready", ready)
    app.add_url_rule("/version", "version", version_show)


@public
def health() -> Response:
    """Say that the process is alive, without asking anybody."""
    return _answer({"status": "alive"})


@public
def version_show() -> Response:
    """Say which version runs."""
    return _answer({"version": version()})


@public
def ready() -> Response:
    """Say whether the house can serve: 200 ready, 200 degraded with the reasons, 503 when it cannot."""
    findings = [examined(check) for check in sorted(_checks.values(), key=lambda check: not check.critical)]
    wrong = [finding for finding in findings if finding.code]
    stopped = any(finding.critical for finding in wrong)
    status = "unavailable" if stopped else "degraded" if wrong else "ready"
    said: dict[str, object] = {"status": status, "reasons": [finding.code for finding in wrong]}
    if not stopped and acting().is_staff:
        said["details"] = {finding.name: finding.detail or "ok" for finding in findings}
    response = _answer(said)
    if stopped:
        response.status_code = 503
        response.headers["Retry-After"] = "10"
    return response


def examined(check: HealthCheck) -> Finding:
    """Run a check, or give what it found a moment ago."""
    kept: dict[str, tuple[float, Finding]] = current_app.extensions["guichet_findings"]
    at, finding = kept.get(check.name, (0.0, None))
    if finding is not None and time.monotonic() - at < check.kept_seconds:
        return finding
    try:
        check.examine()
        finding = Finding(check.name, check.critical)
    except Unhealthy as found:
        finding = Finding(check.name, check.critical, found.code, found.detail or found.code)
    except Exception as error:  # noqa: BLE001 - a check that breaks is a finding
        log.warning("health_check_failed", check=check.name, error=type(error).__name__)
        finding = Finding(check.name, check.critical, f"{check.name}_unknown", type(error).__name__)
    kept[check.name] = (time.monotonic(), finding)
    return finding


def _answer(said: dict[str, object]) -> Response:
    response = jsonify(said)
    response.headers["Cache-Control"] = "no-store"
    return response


# --- the kernel's own checks ----------------------------------------------------------------------------------


@health_check("database", critical=True)
def database_serves() -> None:
    """The database answers, and stands where this version expects it."""
    try:
        revision = migrations.revision_of_database()
    except sa.exc.DBAPIError as error:
        raise Unhealthy("database_down", type(error.orig).__name__) from error
    head, known = migrations.known_revisions()
    if revision not in known:
        raise Unhealthy("migrations_missing" if not revision else "database_newer", revision or "none")
    if revision != head:
        raise Unhealthy("migrations_missing", f"{revision}, not {head}")


@health_check("valkey", kept_seconds=1)
def valkey_answers() -> None:
    """Valkey answers; without it pages and promises are kept, more slowly."""
    if broker().is_resting or not broker().is_up():
        raise Unhealthy("valkey_down")


@health_check("scheduler", kept_seconds=1)
def scheduler_leads() -> None:
    """Some scheduler holds the lease: promises due later are handed over."""
    lease = db.session.get(Lease, "scheduler")
    if lease is None:
        raise Unhealthy("scheduler_missing")
    if lease.expires_at < clock.now():
        raise Unhealthy("scheduler_stale", f"since {lease.expires_at.isoformat()}")


@health_check("disk", kept_seconds=KEPT_SECONDS)
def disk_has_room() -> None:
    """Something can still be written where the data stand."""
    left = disk.room_left(Path(current_app.config["DATA_DIR"]))
    if left < disk.ENOUGH:
        raise Unhealthy("disk_full", f"{left // 2**20} MB left")


@health_check("storage", kept_seconds=KEPT_SECONDS)
def storage_answers() -> None:
    """Documents and files can be reached where they are kept."""
    try:
        files.storage().answers()
    except StorageDown as error:
        raise Unhealthy("storage_down", str(error)) from error


@health_check("mail", kept_seconds=KEPT_SECONDS)
def mail_leaves() -> None:
    """The last letters were accepted, and the mail server answers."""
    last = (
        sa.select(MessageAttempt.accepted, MessageAttempt.answer).join(Message).where(Message.channel == Channel.EMAIL)
    )
    last = last.where(sa.or_(MessageAttempt.accepted, Message.sent_at.is_(None)))  # a late bounce is no failing server
    attempts = db.session.execute(last.order_by(MessageAttempt.at.desc()).limit(FAILED_IN_A_ROW)).all()
    if len(attempts) == FAILED_IN_A_ROW and not any(accepted for accepted, _answer in attempts):
        raise Unhealthy("mail_failing", str(attempts[0][1])[:200])
    url = current_app.config["SMTP_URL"]
    if url:
        _greet(url)


def _greet(url: str) -> None:
    parts = urlsplit(url)
    client = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with client(parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25), timeout=2):
            return
    except (OSError, smtplib.SMTPException) as error:
        raise Unhealthy("mail_down", type(error).__name__) from error
