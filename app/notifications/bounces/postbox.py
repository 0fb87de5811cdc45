"""The mailbox that reports come back to, read by IMAP."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

TIMEOUT = 20
AT_ONCE = 200
LARGEST = 256 * 1024
READ = "GuichetRead"  # a keyword of ours: a letter somebody wrote stays unread for whoever opens this mailbox


class PostboxRefused(Exception):
    """The server refused a command; its words name no secret."""


@dataclass
class Postbox:
    """An open mailbox."""

    connection: imaplib.IMAP4

    def waiting(self) -> list[bytes]:
        """Give what nobody has read yet, the oldest first, some hundred at a time."""
        found = self._ask("SEARCH", "UNSEEN", "UNKEYWORD", READ)
        return [uid for line in found if isinstance(line, bytes) for uid in line.split()][:AT_ONCE]

    def content(self, uid: bytes) -> bytes:
        """Give a mail, or its beginning when it is very long, and leave it unread."""
        answer = self._ask("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
        return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")

    def put_away(self, uid: bytes, *, seen: bool) -> None:
        """Never read it again; show it as read to people too when it was a report."""
        self._ask("STORE", uid.decode(), "+FLAGS.SILENT", f"(\\Seen {READ})" if seen else f"({READ})")

    def _ask(self, command: str, *words: str) -> list[bytes | tuple[bytes, bytes] | None]:
        answer, data = self.connection.uid(command, *words)
        if answer != "OK":
            raise PostboxRefused(f"{command}: {answer}")
        return data


@contextmanager
def opened(url: str) -> Iterator[Postbox]:
    """Open the mailbox named by imaps://user:secret@host/folder.

    Raises OSError, imaplib.IMAP4.error or PostboxRefused when it cannot be read.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "imaps":
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=secure, timeout=TIMEOUT)
    else:
        connection = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    try:
        if parts.scheme == "imap" and "STARTTLS" in connection.capabilities:
            connection.starttls(secure)
        connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        answer, _data = connection.select(f'"{folder.replace(chr(92), "").replace(chr(34), "")}"')
        if answer != "OK":
            raise PostboxRefused(f"SELECT: {answer}")
        yield Postbox(connection)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):  # what was read is kept: how it parts matters to nobody
            connection.logout()
