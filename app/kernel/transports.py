"""Transports: by which ways messages leave, each declared by one module and asked for by its channel."""

from collections.abc import Callable
from typing import Protocol

from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message

Departure = Callable[[], str]


class Refused(Exception):
    """The other side refused for good; trying again would change nothing."""


class AddressGone(Refused):
    """It refused the address itself: no such mailbox, no such number, a device that left."""


class Transport(Protocol):
    """One way. Whatever else its sending raises means: try again later."""

    channel: Channel
    takes_files: bool

    def is_open(self) -> bool:
        """Tell whether this installation can send this way."""

    def obstacle(self, message: Message) -> str:
        """Say why nothing is sent to this address; empty when nothing is in the way."""

    def pack(self, message: Message, letter: Letter, *, refusable: bool) -> Departure:
        """Write the message, in the transaction; give what sends it, out of any transaction, with the answer."""

    def forget(self, message: Message, answer: str) -> None:
        """Send nothing more to an address that is gone."""


_transports: dict[Channel, Transport] = {}


def transport(declared: Transport) -> None:
    """Declare by which way messages of a channel leave."""
    _transports[declared.channel] = declared


def transport_of(channel: Channel) -> Transport:
    """Give the way of a channel."""
    return _transports[channel]


def is_open(channel: Channel) -> bool:
    """Tell whether messages of this channel can leave here."""
    return channel in _transports and _transports[channel].is_open()
