"""Reading the mailbox of bounces, every five minutes where there is one."""

import imaplib

import structlog
from flask import current_app

from app.kernel.db import transaction
from app.kernel.health import Unhealthy, health_check
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.notifications.bounces import queries, service
from app.notifications.bounces.postbox import Postbox, PostboxRefused, opened
from app.notifications.bounces.reports import Unreadable, read_report
from app.notifications.bounces.service import Outcome

log = structlog.get_logger()
NOBODY_ANSWERS = (OSError, imaplib.IMAP4.error, PostboxRefused)


@job("notifications.read_bounces", N_("Lire les retours de courrier"), cron="*/5 * * * *")
def read_bounces() -> int:
    """Note what came back; a mailbox that does not answer is read again in five minutes, and /ready says so."""
    url = current_app.config["BOUNCE_MAILBOX"]
    if not url:
        return 0
    outcomes: list[Outcome] = []
    error = ""
    try:
        with opened(url) as postbox:
            for uid in postbox.waiting():
                outcomes.append(_read(postbox, uid))  # noqa: PERF401 - what was read before a failure counts
    except NOBODY_ANSWERS as failure:
        error = type(failure).__name__
        outcomes.append(Outcome.FAILURE)
        log.warning("bounce_mailbox_unread", error=error)
    with transaction():
        service.count_reading(outcomes, error=error)
    return outcomes.count(Outcome.NOTED)


def _read(postbox: Postbox, uid: bytes) -> Outcome:
    try:
        bounce = read_report(postbox.content(uid))
    except Unreadable as reason:
        log.warning("bounce_unreadable", reason=str(reason))
        outcome = Outcome.REFUSED
    else:
        with transaction():
            outcome = service.note_bounce(bounce) if bounce else Outcome.OTHER
    postbox.put_away(uid, seen=outcome is not Outcome.OTHER)
    return outcome


@health_check("bounces")
def bounces_are_read() -> None:
    """Where there is a mailbox of bounces, its last reading went well."""
    reading = queries.last_reading() if current_app.config["BOUNCE_MAILBOX"] else None
    if reading is not None and reading.last_error:
        raise Unhealthy("bounces_unread", reading.last_error)
