"""Delivery: what notices promised is told to people with an account and leaves by its channel, in the worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from flask import current_app

from app.kernel import clock, press
from app.kernel.db import Identified, db, record_kinds, transaction
from app.kernel.jobs import job, time_allowed
from app.kernel.languages import N_, speaking
from app.kernel.letters import Attachment, Letter
from app.kernel.messages import Message, MessageAttempt, MessageState
from app.kernel.notices import DELIVER, TELL, Notice, notices
from app.kernel.transports import AddressGone, Refused, transport_of

log = structlog.get_logger()


# --- people with an account -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Announcement:
    """What is to be told, about which record, since when; to the audience when no person is named."""

    key: str
    notice: Notice
    record: Identified
    at: datetime
    details: dict[str, Any]
    actor_person_id: UUID | None = None
    person_ids: frozenset[UUID] | None = None


class PostOffice(Protocol):
    """What the kernel asks of the slice that knows people and what they prefer."""

    def spread(self, announcement: Announcement) -> int:
        """Write the line of each person told, and plan each channel; give how many are told."""

    def compose(self, record: Any, message: Message) -> Letter | None:
        """Write the letter that tells one person what was announced."""

    def is_unwanted(self, message: Message) -> bool:
        """Tell whether the person has since refused this letter."""


def _post_office() -> PostOffice:
    office: PostOffice = current_app.extensions["guichet_post_office"]
    return office


@job(TELL, N_("Prévenir l’équipe"))
def tell_people(
    notice: str,
    announced: str,
    record_kind: str,
    record_id: str,
    actor_person_id: str | None,
    person_ids: list[str] | None,
    at: str,
    details: dict[str, Any],
) -> int:
    """Tell everybody concerned, in one transaction; a record that is gone is told of no more."""
    with transaction():
        record = record_kinds()[record_kind].get(UUID(record_id))
        if record is None:
            return 0
        return _post_office().spread(
            Announcement(
                announced,
                notices()[notice],
                record,
                datetime.fromisoformat(at),
                details,
                UUID(actor_person_id) if actor_person_id else None,
                None if person_ids is None else frozenset(UUID(person_id) for person_id in person_ids),
            )
        )


# --- letters --------------------------------------------------------------------------------------------------


def prepare(message: Message) -> list[Attachment]:
    """Have done what the letter needs, and give the files that go with it.

    A failure is logged, and keeps no letter back; nor does a press that lasts: half of the job's time is for sending.
    """
    declared = notices()[message.notice]
    record = _subject(message)
    if record is None or declared.preparation is None:
        return []
    try:
        with press.waiting_at_most(time_allowed(current_app) / 2):
            return list(declared.preparation(record, message))
    except press.NotInTime:
        log.warning("letter_leaves_without_paper", notice=message.notice, message=str(message.id))
    except Exception as error:
        log.exception("notice_preparation_failed", notice=message.notice, error=type(error).__name__)
    return []


def composed(message: Message) -> Letter | None:
    """Ask the notice's composer what to say now; None when there is nothing to say any more."""
    declared = notices()[message.notice]
    record = _subject(message)
    if record is None:
        return None
    own = declared.composer if message.channel in declared.written_for else None
    return (own or _post_office().compose)(record, message)


def _subject(message: Message) -> Any:
    return record_kinds()[message.subject_kind].get(message.subject_id)


@job(DELIVER, N_("Envoyer un message"))
def deliver_message(message_id: str) -> None:
    """Render one message and have it leave by its channel. Sent, refused and dropped messages are left alone."""
    message = db.session.get(Message, UUID(message_id))
    if message is None or message.state is not MessageState.QUEUED:
        return
    way = transport_of(message.channel)
    obstacle = way.obstacle(message)
    if obstacle:
        _note_attempt(message, MessageState.SUPPRESSED, obstacle)
        return
    with speaking(message.language):
        files = prepare(message) if way.takes_files else []
        with transaction():
            if _post_office().is_unwanted(message):
                message.state = MessageState.UNWANTED
                return
            letter = composed(message)
            if letter is None:
                message.state = MessageState.DROPPED
                return
            letter.attachments += files
            leaves = way.pack(message, letter, refusable=notices()[message.notice].optional)
    db.session.rollback()
    try:
        answer = leaves()
    except Refused as refusal:
        if isinstance(refusal, AddressGone):
            with transaction():
                way.forget(message, str(refusal))
        _note_attempt(message, MessageState.REFUSED, str(refusal))
    except Exception as error:
        _note_attempt(message, MessageState.QUEUED, f"{type(error).__name__}: {error}"[:500])
        raise
    else:
        _note_attempt(message, MessageState.SENT, answer)


@deliver_message.when_given_up
def _give_up(message_id: str) -> None:
    message = db.session.get(Message, UUID(message_id))
    if message is not None and message.state is MessageState.QUEUED:
        message.state = MessageState.FAILED


def _note_attempt(message: Message, state: MessageState, answer: str) -> None:
    with transaction():
        message.state = state
        if state is MessageState.SENT:
            message.sent_at = clock.now()
        db.session.add(
            MessageAttempt(message_id=message.id, at=clock.now(), accepted=state is MessageState.SENT, answer=answer)
        )
