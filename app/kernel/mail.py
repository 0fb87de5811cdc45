"""Mail: how a letter is handed to the server, and the addresses nothing is sent to any more.

Without SMTP_URL the message goes to the capture box, a folder of `.eml` files that the application shows.
"""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Base, Identified, db, insert_missing, new_id
from app.kernel.disk import whole_file

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
    with whole_file(box / name) as draft:
        draft.write_bytes(letter.as_bytes(policy=BOX))
    return "250 captured"


def suppress(address: str, reason: str) -> None:
    """Send nothing more to an address, and keep why."""
    key = address.casefold()
    insert_missing(SuppressedAddress, id=new_id(), address=key, reason=reason[:1000], since=clock.now())


def suppression_of(address: str) -> SuppressedAddress | None:
    """Give the row that keeps letters from an address, if there is one."""
    query = sa.select(SuppressedAddress).where(SuppressedAddress.address == address.casefold())
    return db.session.scalars(query).first()
