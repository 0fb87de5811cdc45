"""What a report changes: the letter it names was refused after all, and an address that does not exist is put aside."""

from enum import StrEnum
from urllib.parse import urlsplit

from flask import current_app

from app.kernel import clock, suppression
from app.kernel.db import db
from app.kernel.messages import Channel, Message, MessageAttempt, MessageState
from app.notifications.bounces.models import BounceReading
from app.notifications.bounces.reports import Bounce


class Outcome(StrEnum):
    """What a mail turned out to be; the value names its count."""

    NOTED = "noted"
    KNOWN = "known"
    REFUSED = "refused"
    OTHER = "others"
    FAILURE = "failures"


def note_bounce(bounce: Bounce) -> Outcome:
    """Note that a letter was refused; a report about no letter of ours, or not about its address, does nothing."""
    message = db.session.get(Message, bounce.message_id, with_for_update={"of": Message}, populate_existing=True)
    if message is None or not _is_about(bounce, message):
        return Outcome.REFUSED
    if message.state is not MessageState.SENT:
        return Outcome.KNOWN if message.state is MessageState.REFUSED else Outcome.REFUSED
    answer = f"{bounce.status} {bounce.diagnostic}".strip()
    message.state = MessageState.REFUSED
    db.session.add(MessageAttempt(message_id=message.id, at=clock.now(), accepted=False, answer=answer))
    if bounce.is_of_the_address:
        suppression.suppress(message.to_address, answer)
    return Outcome.NOTED


def count_reading(outcomes: list[Outcome], *, error: str = "") -> None:
    """Add up what was read today, and keep how it ended."""
    now = clock.now()
    reading = db.session.get(BounceReading, now.date(), with_for_update=True)
    if reading is None:
        reading = BounceReading(day=now.date(), noted=0, known=0, refused=0, others=0, failures=0)
        db.session.add(reading)
    for outcome in outcomes:
        setattr(reading, outcome.value, getattr(reading, outcome.value) + 1)
    reading.last_at, reading.last_error = now, error[:200]


def _is_about(bounce: Bounce, message: Message) -> bool:
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    same_address = bounce.address.casefold() == message.to_address.casefold()
    return message.channel is Channel.EMAIL and bounce.host == host and same_address
