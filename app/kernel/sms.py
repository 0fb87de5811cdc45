"""Text messages, by an HTTP gateway of Twilio's shape.

Without SMS_URL none is offered; the demonstration captures them.
"""

import base64
import json
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlencode, urlsplit

from flask import current_app

from app.kernel import clock, outbound, suppression
from app.kernel.capture import CHANNEL_HEADER, capture
from app.kernel.letters import Letter, short_text
from app.kernel.messages import Channel, Message
from app.kernel.sms_text import fitted
from app.kernel.transports import AddressGone, Departure, Refused, transport

NUMBER_GONE = {21211, 21214, 21610, 21614}  # no such number, not a mobile one, or its holder answered STOP
WORTH_ANOTHER_TRY = {408, 425, 429}


class Sms:
    """The way of text messages: one number, at most three segments, from `sms.txt`."""

    channel = Channel.SMS
    takes_files = False

    def is_open(self) -> bool:
        """Tell whether there is a gateway, or the demonstration's box."""
        return bool(current_app.config["SMS_URL"]) or current_app.config["CONFIGURATION"].is_demo

    def obstacle(self, message: Message) -> str:
        """Say what the gateway answered of this number before."""
        return suppression.reason_for(message.to_address)

    def pack(self, message: Message, letter: Letter, *, refusable: bool) -> Departure:  # noqa: ARG002 - one answers STOP
        """Write the text."""
        text, number, sent_as = fitted(short_text(message, letter)), message.to_address, str(message.id)
        if current_app.config["SMS_URL"]:
            return lambda: hand_to_gateway(number, text)
        return lambda: _captured(sent_as, number, text)

    def forget(self, message: Message, answer: str) -> None:
        """Put the number aside."""
        suppression.suppress(message.to_address, answer)


transport(Sms())


def hand_to_gateway(number: str, text: str) -> str:
    """Send a text; give the gateway's answer. Raises Refused for a final refusal, OSError when it may come right."""
    url = urlsplit(current_app.config["SMS_URL"])
    form = urlencode({"To": number, "From": current_app.config["SMS_FROM"], "Body": text})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if url.username:
        account = f"{unquote(url.username)}:{unquote(url.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(account.encode()).decode()}"
    target = outbound.known(url._replace(netloc=url.netloc.rpartition("@")[2]).geturl())
    answer = outbound.post(target, form.encode(), headers)
    said = _said(answer.body)
    words = f"{answer.status} {said.get('sid') or said.get('message') or ''}".strip()[:300]
    if answer.status >= 500 or answer.status in WORTH_ANOTHER_TRY:
        raise outbound.Unreachable(words)
    if answer.status >= 300:
        raise (AddressGone if said.get("code") in NUMBER_GONE else Refused)(words)
    return words


def _said(body: bytes) -> dict[str, object]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _captured(name: str, number: str, text: str) -> str:
    letter = EmailMessage()
    letter["From"] = current_app.config["SMS_FROM"] or "Guichet"
    letter["To"] = number
    letter["Subject"] = text.partition("\n")[0][:80]
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = f"<{name}@localhost>"
    letter[CHANNEL_HEADER] = Channel.SMS.value
    letter.set_content(text, cte="quoted-printable")
    return capture(letter)
