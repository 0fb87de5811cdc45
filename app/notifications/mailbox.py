"""The capture box: letters that stopped here instead of leaving, read from their files."""

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from app.kernel.capture import CHANNEL_HEADER, capture_box
from app.kernel.messages import Channel

SHOWN = 100
NAME = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9A-Za-z-]{1,60}")


@dataclass(frozen=True)
class CapturedFile:
    """A file that came with a letter."""

    number: int
    filename: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class CapturedLetter:
    """A message of the box; its text and files are read only when it is opened."""

    name: str
    channel: Channel
    subject: str
    sender: str
    to: str
    at: datetime | None
    text: str = ""
    html: str = ""
    attachments: tuple[CapturedFile, ...] = ()


def letters() -> list[CapturedLetter]:
    """List the newest letters by their headers."""
    paths = sorted(capture_box().glob("*.eml"), reverse=True)
    return [_headers(path) for path in paths[:SHOWN] if NAME.fullmatch(path.stem)]


def letter(name: str) -> CapturedLetter | None:
    """Open one letter; None when the box has no such name."""
    path = capture_box() / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    mime = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    return _letter(name, mime, _part(mime, "plain"), _pictured(mime), _attachments(mime))


def _headers(path: Path) -> CapturedLetter:
    with path.open("rb") as file:
        return _letter(path.stem, BytesHeaderParser(policy=policy.default).parse(file))


def _letter(
    name: str, mime: EmailMessage, text: str = "", html: str = "", attachments: tuple[CapturedFile, ...] = ()
) -> CapturedLetter:
    date = mime["Date"]
    return CapturedLetter(
        name,
        Channel(str(mime[CHANNEL_HEADER] or Channel.EMAIL.value)),
        str(mime["Subject"] or ""),
        str(mime["From"] or ""),
        str(mime["To"] or ""),
        parsedate_to_datetime(str(date)) if date else None,
        text,
        html,
        attachments,
    )


def _part(mime: EmailMessage, subtype: str) -> str:
    body = mime.get_body((subtype,))
    return str(body.get_content()) if body is not None else ""


def _pictured(mime: EmailMessage) -> str:
    """Give the HTML with the pictures it carries in the place of their ids, as a mail program shows it."""
    html = _part(mime, "html")
    for part in mime.walk():
        cid = str(part["Content-ID"] or "").strip("<>")
        if cid:
            content = base64.b64encode(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]
            html = html.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{content}")
    return html


def _attachments(mime: EmailMessage) -> tuple[CapturedFile, ...]:
    return tuple(
        CapturedFile(
            number,
            part.get_filename() or f"fichier-{number}",
            part.get_content_type(),
            part.get_payload(decode=True),  # type: ignore[arg-type]
        )
        for number, part in enumerate(mime.iter_attachments(), 1)
    )
