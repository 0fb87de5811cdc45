"""Team chats: one post to the address a room gave, in the shape of Slack or of Discord."""

import json
import re
from typing import Any
from uuid import UUID

from app.kernel import outbound, sealing
from app.kernel.languages import _
from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message
from app.kernel.notices import PLACE
from app.kernel.transports import Departure, Refused, transport
from app.notifications.models import RoomKind, TeamRoom

SEALED_FOR = "team rooms"
LONGEST_LINE = 1500
WORTH_ANOTHER_TRY = (408, 425, 429)
MARKS_OF_DISCORD = re.compile(r"([\\*_~`|>#\[\]()@:-])")


class Webhook:
    """The way of team chats: one room, a line and where it leads."""

    channel = Channel.WEBHOOK
    takes_files = False

    def is_open(self) -> bool:
        """Rooms are told wherever there are any."""
        return True

    def obstacle(self, message: Message) -> str:  # noqa: ARG002 - a room is in use until somebody removes it
        """Nothing keeps a message from a room."""
        return ""

    def pack(self, message: Message, letter: Letter, *, refusable: bool) -> Departure:  # noqa: ARG002 - a page says how
        """Write the post; its address is unsealed when it leaves."""
        room = TeamRoom.get(UUID(message.details[PLACE]))
        if room is None:
            return _left
        sealed, posted = room.sealed_url, post_of(room.room_kind, letter.context["line"], letter.context["url"])
        return lambda: hand_to_room(sealed, posted)

    def forget(self, message: Message, answer: str) -> None:
        """Keep the room: its page shows what was answered, and somebody gives it a new address."""


transport(Webhook())


def post_of(kind: RoomKind, line: str, url: str) -> dict[str, Any]:
    """Write a post in which nothing that people typed calls anybody, formats or leads anywhere."""
    line = " ".join(line.split())[:LONGEST_LINE]
    if kind is RoomKind.SLACK:
        safe = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": f"{safe}\n<{url}|{_('Ouvrir')}>", "unfurl_links": False, "unfurl_media": False}
    safe = MARKS_OF_DISCORD.sub(r"\\\1", line)
    return {"content": f"{safe}\n<{url}>", "allowed_mentions": {"parse": []}}


def hand_to_room(sealed: str, posted: dict[str, Any]) -> str:
    """Post; give the chat's answer. Raises Refused for a final refusal, OSError when it may come right."""
    url = sealing.unseal(sealed, SEALED_FOR)
    if url is None:
        raise Refused("SECRET_KEY has changed: give the address again")
    try:
        target = outbound.checked(url)
    except outbound.TargetRefused as refused:
        raise Refused(str(refused)) from None
    answer = outbound.post(target, json.dumps(posted).encode(), {"Content-Type": "application/json"})
    if answer.status >= 500 or answer.status in WORTH_ANOTHER_TRY:
        raise outbound.Unreachable(str(answer))
    if answer.status >= 300:
        raise Refused(str(answer))
    return str(answer)


def _left() -> str:
    raise Refused("the room was removed")
