"""A delivery report as mail servers write it (RFC 3464), read without trusting a byte of it."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import TypeAlias
from uuid import UUID

MESSAGE_ID = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@([^<>@\s]+)>", re.IGNORECASE)
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
LONGEST_DIAGNOSTIC = 500
Mime: TypeAlias = "Message[str, str]"


class Unreadable(Exception):
    """It says that it is a delivery report, and lacks what makes one."""


@dataclass(frozen=True)
class Bounce:
    """Which letter did not reach which address, and why; `host` is the one that its Message-ID names."""

    message_id: UUID
    host: str
    address: str
    status: str
    diagnostic: str

    @property
    def is_of_the_address(self) -> bool:
        """Tell whether the address itself is at fault (RFC 3463: 5.1.x)."""
        return self.status.startswith("5.1.")


def read_report(raw: bytes) -> Bounce | None:
    """Read a mail; None when it reports no failure. Raises Unreadable for a report that makes no sense."""
    mail: Mime = message_from_bytes(raw)
    if mail.get_content_type() != "multipart/report" or str(mail.get_param("report-type")).lower() != "delivery-status":
        return None
    recipients = [
        fields
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for fields in part.get_payload()
        if isinstance(fields, Message) and fields["Action"] is not None
    ]
    failed = next((fields for fields in recipients if _line(fields, "Action").lower() == "failed"), None)
    if failed is None:
        if recipients:
            return None
        raise Unreadable("no recipient")
    return _bounce(mail, failed)


def _bounce(mail: Mime, failed: Mime) -> Bounce:
    named = next(filter(None, (MESSAGE_ID.fullmatch(each) for each in _original_ids(mail))), None)
    status = STATUS.search(_line(failed, "Status"))
    address = _value(_line(failed, "Original-Recipient") or _line(failed, "Final-Recipient"))
    if named is None or status is None or not address:
        raise Unreadable("no letter, no status or no address")
    diagnostic = _value(_line(failed, "Diagnostic-Code"))[:LONGEST_DIAGNOSTIC]
    return Bounce(UUID(named[1]), named[2].lower(), address, status[0], diagnostic)


def _original_ids(mail: Mime) -> list[str]:
    """Give the Message-ID of each original that came back, whole or its headers only."""
    found = []
    for part in mail.walk():
        content = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(content, list):
            found += [_line(original, "Message-ID") for original in content if isinstance(original, Message)]
        elif part.get_content_type() == "text/rfc822-headers":
            decoded = part.get_payload(decode=True)
            if isinstance(decoded, bytes):
                found.append(_line(message_from_bytes(decoded), "Message-ID"))
    return found


def _line(fields: Mime, name: str) -> str:
    return " ".join(str(fields.get(name, "")).split())


def _value(typed: str) -> str:
    """Give what stands behind the type: "rfc822; alice@example.org"."""
    return typed.partition(";")[2].strip().strip("<>")
