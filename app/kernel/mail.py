"""Mail: a row first, a job after the commit, and the server's answer kept on the row.

Without SMTP_URL the message goes to the capture box, a folder of `.eml` files that the application shows.
"""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified, db, insert_missing, new_id
from app.kernel.languages import N_

SMTP_TIMEOUT = 20
REFUSED_BY_POLICY = b"5.7."  # RFC 3463: the server mistrusts the sender; it says nothing of the address


class WholeAddresses(EmailPolicy):
    """Writes an address of a page in one piece: Python would encode a long one, and no mail program reads that."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Fold a header, or leave it whole."""
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


WIRE = WholeAddresses(linesep="\r\n")
BOX = WholeAddresses()


class MailState(Choice):
    """What became of a message."""

    QUEUED = "queued", N_("En attente d’envoi")
    SENT = "sent", N_("Envoyé")
    REFUSED = "refused", N_("Refusé par le serveur")
    FAILED = "failed", N_("Échec après plusieurs essais")
    DROPPED = "dropped", N_("Sans objet, non envoyé")
    SUPPRESSED = "suppressed", N_("Non envoyé, adresse écartée")
    UNWANTED = "unwanted", N_("Non envoyé, la personne n’en veut plus")


class MailMessage(Identified, Base):
    """One message to one address, about one record. Its text is rendered when it leaves, never kept here."""

    __tablename__ = "mail_messages"
    __table_args__ = (sa.Index(None, "subject_kind", "subject_id"), sa.Index(None, "created_at", "id"))

    notice: Mapped[str] = mapped_column(sa.String(80))
    natural_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    to_name: Mapped[str] = mapped_column(sa.String(200))
    to_address: Mapped[str] = mapped_column(sa.String(254))
    person_id: Mapped[UUID | None]
    language: Mapped[str] = mapped_column(sa.String(10))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]]
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    attempts: Mapped[list["MailAttempt"]] = relationship(
        back_populates="message", order_by="MailAttempt.at", cascade="all, delete-orphan"
    )


class MailAttempt(Identified, Base):
    """One try at sending, and what the server answered."""

    __tablename__ = "mail_attempts"

    message_id: Mapped[UUID] = mapped_column(sa.ForeignKey("mail_messages.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    accepted: Mapped[bool]
    answer: Mapped[str] = mapped_column(sa.Text)

    message: Mapped[MailMessage] = relationship(back_populates="attempts")


class SuppressedAddress(Identified, Base):
    """An address a server refused for good: nothing is sent there until somebody lifts it."""

    __tablename__ = "suppressed_addresses"
    __table_args__ = (sa.Index(None, "since", "id"),)

    address: Mapped[str] = mapped_column(sa.String(254), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    since: Mapped[datetime]


class MailRefused(Exception):
    """The server refused for good; trying again would change nothing."""


class AddressRefused(MailRefused):
    """The server refused the address itself: no such mailbox, no such domain."""


def hand_to_server(letter: EmailMessage) -> str:
    """Send a letter, or capture it; give the server's answer.

    Raises MailRefused for a final refusal (5xx), OSError or SMTPException when trying again makes sense.
    """
    url = current_app.config["SMTP_URL"]
    if not url:
        return _capture(letter)
    parts = urlsplit(url)
    client = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    default_port = 465 if parts.scheme == "smtps" else 25
    with client(parts.hostname or "localhost", parts.port or default_port, timeout=SMTP_TIMEOUT) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return _submit(server, letter)


def _submit(server: smtplib.SMTP, letter: EmailMessage) -> str:
    """Say from whom, to whom, and what; each step waits for the answer to the one before."""
    _accepted(*server.mail(current_app.config["MAIL_FROM"]))
    code, answer = server.rcpt(str(letter["To"].addresses[0].addr_spec))
    if 500 <= code < 600 and not answer.startswith(REFUSED_BY_POLICY):
        raise AddressRefused(f"{code} {answer.decode(errors='replace')}")
    _accepted(code, answer)
    try:
        return _accepted(*server.data(letter.as_bytes(policy=WIRE)))
    except smtplib.SMTPDataError as refusal:
        said = refusal.smtp_error
        return _accepted(refusal.smtp_code, said if isinstance(said, bytes) else said.encode())


def _accepted(code: int, answer: bytes) -> str:
    text = f"{code} {answer.decode(errors='replace')}"
    if 500 <= code < 600:
        raise MailRefused(text)
    if code >= 400:
        raise smtplib.SMTPResponseException(code, answer)
    return text


def capture_box() -> Path:
    """Give the folder of captured messages."""
    return Path(current_app.config["DATA_DIR"]) / "mailbox"


def _capture(letter: EmailMessage) -> str:
    box = capture_box()
    box.mkdir(parents=True, exist_ok=True)
    name = f"{clock.now():%Y%m%dT%H%M%S%f}-{str(letter['Message-ID']).strip('<>').partition('@')[0]}.eml"
    (box / name).write_bytes(letter.as_bytes(policy=BOX))
    return "250 captured"


def suppress(address: str, reason: str) -> None:
    """Send nothing more to an address, and keep why."""
    key = address.casefold()
    insert_missing(SuppressedAddress, id=new_id(), address=key, reason=reason[:1000], since=clock.now())


def suppression_of(address: str) -> SuppressedAddress | None:
    """Give the row that keeps letters from an address, if there is one."""
    query = sa.select(SuppressedAddress).where(SuppressedAddress.address == address.casefold())
    return db.session.scalars(query).first()


def messages_about(kind: str, record_id: UUID) -> list[MailMessage]:
    """Give the messages about one record, oldest first."""
    query = sa.select(MailMessage).where(MailMessage.subject_kind == kind, MailMessage.subject_id == record_id)
    return list(db.session.scalars(query.order_by(MailMessage.created_at)))
