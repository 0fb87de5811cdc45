"""Mail: the way of letters. Without SMTP_URL they go to the capture box, which the application shows."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app

from app.kernel import suppression
from app.kernel.capture import Headers, capture
from app.kernel.letters import Letter, rendered
from app.kernel.messages import Channel, Message
from app.kernel.transports import AddressGone, Departure, Refused, transport

STEP_SECONDS = 20
ACCEPTANCE_SECONDS = 90
"""How long a server may take to answer for a whole letter. It may have accepted what one gives up waiting for, and the
letter would then come twice: RFC 5321, 4.5.3.2.6, asks for patience, ten minutes of it; a job has less.
"""
REFUSED_BY_POLICY = b"5.7."  # RFC 3463: the server mistrusts the sender; it says nothing of the address
WIRE = Headers(linesep="\r\n")


class Mail:
    """The way of letters: one message with text, HTML and files, to one mailbox."""

    channel = Channel.EMAIL
    takes_files = True

    def is_open(self) -> bool:
        """Letters always leave, or are captured."""
        return True

    def obstacle(self, message: Message) -> str:
        """Say what a server answered of this mailbox before."""
        return suppression.reason_for(message.to_address)

    def pack(self, message: Message, letter: Letter, *, refusable: bool) -> Departure:
        """Render the letter as a MIME message."""
        mime = rendered(message, letter, refusable=refusable)
        return lambda: hand_to_server(mime)

    def forget(self, message: Message, answer: str) -> None:
        """Put the mailbox aside."""
        suppression.suppress(message.to_address, answer)


transport(Mail())


def hand_to_server(letter: EmailMessage) -> str:
    """Send a letter, or capture it; give the server's answer.

    Raises Refused for a final refusal (5xx), OSError or SMTPException when trying again makes sense.
    """
    url = current_app.config["SMTP_URL"]
    if not url:
        return capture(letter)
    parts = urlsplit(url)
    client = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    default_port = 465 if parts.scheme == "smtps" else 25
    with client(parts.hostname or "localhost", parts.port or default_port, timeout=STEP_SECONDS) as server:
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
        raise AddressGone(f"{code} {answer.decode(errors='replace')}")
    _accepted(code, answer)
    if server.sock is not None:
        server.sock.settimeout(ACCEPTANCE_SECONDS)
    try:
        return _accepted(*server.data(letter.as_bytes(policy=WIRE)))
    except smtplib.SMTPDataError as refusal:
        said = refusal.smtp_error
        return _accepted(refusal.smtp_code, said if isinstance(said, bytes) else said.encode())


def _accepted(code: int, answer: bytes) -> str:
    text = f"{code} {answer.decode(errors='replace')}"
    if 500 <= code < 600:
        raise Refused(text)
    if code >= 400:
        raise smtplib.SMTPResponseException(code, answer)
    return text
