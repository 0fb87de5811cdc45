"""Notices: messages to people, declared by the slices; written as rows, rendered and sent by the worker."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from flask import current_app

from app.kernel import clock, mail
from app.kernel.db import Identified, db, insert_missing, new_id, record_kinds, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_, speaking
from app.kernel.mail import MailAttempt, MailMessage, MailRefused, MailState

log = structlog.get_logger()


@dataclass(frozen=True)
class Recipient:
    """To whom, at which address, in which language."""

    name: str
    address: str
    language: str = "fr"
    person_id: UUID | None = None


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter."""

    filename: str
    media_type: str
    content: bytes
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass
class Letter:
    """What a notice says about one record: the templates' context, and the files that go with it.

    A composer gives None when the message has lost its object (a reminder of a cancelled reservation).
    """

    context: dict[str, Any]
    sender_name: str
    reply_to: str = ""
    attachments: list[Attachment] = field(default_factory=list)


Composer = Callable[[Any, MailMessage], Letter | None]
Preparation = Callable[[Any, MailMessage], None]


@dataclass(eq=False)
class Notice:
    """A declared message. Its texts are `templates/emails/<code as a path>/{subject.txt,body.txt,body.html}`."""

    code: str
    label: str
    category: str
    optional: bool
    composer: Composer | None = None
    preparation: Preparation | None = None

    @property
    def folder(self) -> str:
        """Give the folder of its templates."""
        return f"emails/{self.code.replace('.', '/')}"

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

    def send(self, *, to: Recipient, about: Identified, key: str, **details: Any) -> None:
        """Put the message on its way; the same natural key is written once."""
        message_id = new_id()
        inserted = insert_missing(
            MailMessage,
            id=message_id,
            notice=self.code,
            natural_key=key,
            to_name=to.name[:200],
            to_address=to.address,
            person_id=to.person_id,
            language=to.language,
            subject_kind=about.kind(),
            subject_id=about.id,
            details=details,
            state=MailState.QUEUED,
            created_at=clock.now(),
        )
        if inserted:
            deliver_message.later(key=f"mail:{message_id}", message_id=message_id)


_notices: dict[str, Notice] = {}


def notice(code: str, label: str, *, category: str, optional: bool) -> Notice:
    """Declare a message to people."""
    declared = _notices[code] = Notice(code, label, category, optional)
    return declared


def notices() -> dict[str, Notice]:
    """Give every declared notice by its code."""
    return _notices


def prepare(message: MailMessage) -> None:
    """Have done what the letter needs; a failure is logged, and keeps no letter back."""
    declared = _notices[message.notice]
    record = _subject(message)
    if record is None or declared.preparation is None:
        return
    try:
        declared.preparation(record, message)
    except Exception as error:
        log.exception("notice_preparation_failed", notice=message.notice, error=type(error).__name__)


def composed(message: MailMessage) -> Letter | None:
    """Ask the notice's composer what to say now; None when there is nothing to say any more."""
    declared = _notices[message.notice]
    record = _subject(message)
    if record is None or declared.composer is None:
        return None
    return declared.composer(record, message)


def _subject(message: MailMessage) -> Any:
    return record_kinds()[message.subject_kind].get(message.subject_id)


def rendered(message: MailMessage, letter: Letter) -> EmailMessage:
    """Render the letter, text and HTML, as a MIME message."""
    folder = _notices[message.notice].folder
    context = {**letter.context, "sender_name": letter.sender_name, "language": message.language}
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    mime = EmailMessage()
    mime["From"] = Address(letter.sender_name, addr_spec=current_app.config["MAIL_FROM"])
    mime["To"] = Address(message.to_name, addr_spec=message.to_address)
    mime["Subject"] = " ".join(_written(f"{folder}/subject.txt", context).split())
    mime["Date"] = format_datetime(clock.now())
    mime["Message-ID"] = f"<{message.id}@{host}>"
    mime["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        mime["Reply-To"] = letter.reply_to
    mime.set_content(_written(f"{folder}/body.txt", context), cte="quoted-printable")
    mime.add_alternative(_written(f"{folder}/body.html", context), subtype="html", cte="quoted-printable")
    for attachment in letter.attachments:
        main, _slash, sub = attachment.media_type.partition("/")
        mime.add_attachment(
            attachment.content,
            maintype=main,
            subtype=sub,
            filename=attachment.filename,
            params=attachment.parameters or None,
        )
    return mime


def _written(template: str, context: dict[str, Any]) -> str:
    """Render without the context of pages: a letter has no request, no visitor and no menu."""
    return current_app.jinja_env.get_template(template).render(context)


@job("kernel.deliver_message", N_("Envoyer un message"))
def deliver_message(message_id: str) -> None:
    """Render one message and hand it to the server. Sent, refused and dropped messages are left alone."""
    message = db.session.get(MailMessage, UUID(message_id))
    if message is None or message.state is not MailState.QUEUED:
        return
    with speaking(message.language):
        prepare(message)
        with transaction():
            letter = composed(message)
            if letter is None:
                message.state = MailState.DROPPED
                return
            mime = rendered(message, letter)
    db.session.rollback()
    try:
        answer = mail.hand_to_server(mime)
    except MailRefused as refusal:
        _note_attempt(message, MailState.REFUSED, str(refusal))
    except Exception as error:
        _note_attempt(message, MailState.QUEUED, f"{type(error).__name__}: {error}"[:500])
        raise
    else:
        _note_attempt(message, MailState.SENT, answer)


@deliver_message.when_given_up
def _give_up(message_id: str) -> None:
    message = db.session.get(MailMessage, UUID(message_id))
    if message is not None and message.state is MailState.QUEUED:
        message.state = MailState.FAILED


def _note_attempt(message: MailMessage, state: MailState, answer: str) -> None:
    with transaction():
        message.state = state
        if state is MailState.SENT:
            message.sent_at = clock.now()
        db.session.add(
            MailAttempt(message_id=message.id, at=clock.now(), accepted=state is MailState.SENT, answer=answer)
        )
