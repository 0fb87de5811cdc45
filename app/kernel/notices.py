"""Notices: messages to people, declared by the slices; written as rows, rendered and sent by the worker.

A guest gets a letter (`send`). People with an account are told (`announce`): a line in their centre always, then each
channel as they prefer; who they are and what they prefer is known to the post office, a slice above.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from flask import current_app

from app.kernel import clock
from app.kernel.access import Actor, Permission
from app.kernel.choices import Choice
from app.kernel.db import Identified, db, insert_missing, new_id, record_kinds, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_, _, speaking
from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message, MessageAttempt, MessageState
from app.kernel.transports import AddressGone, Refused, transport_of

log = structlog.get_logger()


PLACE = "place"


class Mode(Choice):
    """How soon a channel tells."""

    NOW = "now", N_("Aussitôt")
    HOURLY = "hourly", N_("Résumé de l’heure")
    DAILY = "daily", N_("Résumé du jour")
    WEEKLY = "weekly", N_("Résumé de la semaine")
    OFF = "off", N_("Jamais")


@dataclass(frozen=True)
class Recipient:
    """To whom, at which address, in which language, by which channel.

    `place` is the row of the address, where it is one: a device, a team's room.
    """

    name: str
    address: str
    language: str = "fr"
    person_id: UUID | None = None
    channel: Channel = Channel.EMAIL
    place: UUID | None = None


Composer = Callable[[Any, Message], Letter | None]
Preparation = Callable[[Any, Message], None]
Summary = Callable[[Any, dict[str, Any]], str]


@dataclass(eq=False)
class Notice:
    """A declared message.

    A letter of its own has texts in `templates/emails/<code as a path>/`: {subject.txt,body.txt,body.html} for mail,
    sms.txt where it is also `written_for` text messages; one that is announced needs a summary only. `audience` is the
    permission by which people are told; `mode` how soon, as long as nobody chose. One that is not optional is told at
    once by mail, whatever anybody chose. `page` is where its line leads, when that is not the page of the record.
    """

    code: str
    label: str
    category: str
    optional: bool
    audience: Permission | None = None
    mode: Mode = Mode.NOW
    page: str = ""
    composer: Composer | None = None
    preparation: Preparation | None = None
    summary: Summary | None = None
    written_for: tuple[Channel, ...] = (Channel.EMAIL,)

    @property
    def is_announced(self) -> bool:
        """Tell whether people with an account read it as a line; its letter may have texts of its own all the same."""
        return self.summary is not None

    def composed_by(self, composer: Composer) -> Composer:
        """Say what the message needs, read when it leaves so that it tells the truth of that moment."""
        self.composer = composer
        return composer

    def prepared_by(self, preparation: Preparation) -> Preparation:
        """Say what takes long (a document to draw) and must stand before the message is composed.

        It runs outside any transaction; when it fails, the message leaves without it.
        """
        self.preparation = preparation
        return preparation

    def summarised_by(self, summary: Summary) -> Summary:
        """Say in one line what happened, from the record as it stands and the details kept of the fact."""
        self.summary = summary
        return summary

    def line(self, record: Any, details: dict[str, Any]) -> str:
        """Give the line in the reader's language."""
        return self.summary(record, details) if self.summary else _(self.label)

    def announce(
        self, *, about: Identified, actor: Actor, key: str, to: Iterable[UUID] | None = None, **details: Any
    ) -> None:
        """Tell the people of the audience, or these persons, save the actor; the same natural key is told once."""
        tell_people.later(
            key=f"announce:{self.code}:{key}",
            notice=self.code,
            announced=f"{self.code}:{key}",
            record_kind=about.kind(),
            record_id=about.id,
            actor_person_id=actor.person_id,
            person_ids=None if to is None else [str(person_id) for person_id in to],
            at=clock.now().isoformat(),
            details=details,
        )

    def send(self, *, to: Recipient, about: Identified, key: str, in_bulk: bool = False, **details: Any) -> None:
        """Send the message; its natural key counts once by each channel. One of a crowd goes `in_bulk`."""
        message_id = new_id()
        inserted = insert_missing(
            Message,
            id=message_id,
            channel=to.channel,
            notice=self.code,
            natural_key=key,
            to_name=to.name[:200],
            to_address=to.address,
            person_id=to.person_id,
            language=to.language,
            subject_kind=about.kind(),
            subject_id=about.id,
            details=details if to.place is None else {**details, PLACE: str(to.place)},
            state=MessageState.QUEUED,
            created_at=clock.now(),
        )
        if inserted:
            deliver_message.later(key=f"message:{message_id}", in_bulk=in_bulk, message_id=message_id)


_notices: dict[str, Notice] = {}


_categories: dict[str, str] = {}


def notice(
    code: str,
    label: str,
    *,
    category: str,
    optional: bool,
    audience: Permission | None = None,
    mode: Mode = Mode.NOW,
    page: str = "",
    written_for: tuple[Channel, ...] = (Channel.EMAIL,),
) -> Notice:
    """Declare a message to people."""
    declared = Notice(code, label, category, optional, audience, mode, page, written_for=written_for)
    _notices[code] = declared
    return declared


def notice_category(code: str, label: str) -> str:
    """Declare a category of notices, under which people choose; give its code."""
    _categories[code] = label
    return code


def category_label(code: str) -> str:
    """Name a category in the reader's language."""
    return _(_categories[code]) if code in _categories else _("Autres avis")


def notices() -> dict[str, Notice]:
    """Give every declared notice by its code."""
    return _notices


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


@job("kernel.tell_people", N_("Prévenir l’équipe"))
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
                _notices[notice],
                record,
                datetime.fromisoformat(at),
                details,
                UUID(actor_person_id) if actor_person_id else None,
                None if person_ids is None else frozenset(UUID(person_id) for person_id in person_ids),
            )
        )


# --- letters --------------------------------------------------------------------------------------------------


def prepare(message: Message) -> None:
    """Have done what the letter needs; a failure is logged, and keeps no letter back."""
    declared = _notices[message.notice]
    record = _subject(message)
    if record is None or declared.preparation is None:
        return
    try:
        declared.preparation(record, message)
    except Exception as error:
        log.exception("notice_preparation_failed", notice=message.notice, error=type(error).__name__)


def composed(message: Message) -> Letter | None:
    """Ask the notice's composer what to say now; None when there is nothing to say any more."""
    declared = _notices[message.notice]
    record = _subject(message)
    if record is None:
        return None
    own = declared.composer if message.channel in declared.written_for else None
    return (own or _post_office().compose)(record, message)


def _subject(message: Message) -> Any:
    return record_kinds()[message.subject_kind].get(message.subject_id)


@job("kernel.deliver_message", N_("Envoyer un message"))
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
        if way.takes_files:
            prepare(message)
        with transaction():
            if _post_office().is_unwanted(message):
                message.state = MessageState.UNWANTED
                return
            letter = composed(message)
            if letter is None:
                message.state = MessageState.DROPPED
                return
            leaves = way.pack(message, letter, refusable=_notices[message.notice].optional)
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
