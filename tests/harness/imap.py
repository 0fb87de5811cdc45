"""A small IMAP server on a free port: the commands the house uses, and mails that keep their flags."""

import re
import socketserver
import threading

import pytest

LOGIN = ("retours", "un secret: @/")


class ImapServer(socketserver.ThreadingTCPServer):
    """Mails by number, with their flags. `refuses` names commands answered with NO."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.mails: list[bytes] = []
        self.flags: list[set[str]] = []
        self.refuses: set[str] = set()
        self.folder = ""

    @property
    def url(self) -> str:
        return f"imap://retours:un%20secret%3A%20%40%2F@127.0.0.1:{self.server_address[1]}/Retours%20du%20jour"

    def receive(self, mail: bytes) -> None:
        self.mails.append(mail)
        self.flags.append(set())


class Session(socketserver.StreamRequestHandler):
    """One connection, from greeting to logout."""

    def say(self, line: str | bytes) -> None:
        self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def handle(self) -> None:
        self.say("* OK double ready")
        while line := self.rfile.readline().decode().strip():
            tag, command, rest = [*line.split(" ", 2), ""][:3]
            if command == "UID":
                command, _space, rest = rest.partition(" ")
            if command in self.server.refuses:
                self.say(f"{tag} NO refused")
                continue
            getattr(self, f"do_{command.lower()}")(rest)
            self.say(f"{tag} OK done")
            if command == "LOGOUT":
                return

    def do_capability(self, _rest: str) -> None:
        self.say("* CAPABILITY IMAP4rev1")

    def do_login(self, rest: str) -> None:
        assert tuple(re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', rest)[0])[1] == LOGIN[0]
        assert rest.endswith(f'"{LOGIN[1]}"')

    def do_select(self, rest: str) -> None:
        self.server.folder = rest.strip('"')
        self.say(f"* {len(self.server.mails)} EXISTS")

    def do_search(self, rest: str) -> None:
        assert rest == "UNSEEN UNKEYWORD GuichetRead"
        waiting = [str(n) for n, flags in enumerate(self.server.flags, 1) if not flags & {"\\Seen", "GuichetRead"}]
        self.say(" ".join(["* SEARCH", *waiting]))

    def do_fetch(self, rest: str) -> None:
        number, most = re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest).groups()
        mail = self.server.mails[int(number) - 1][: int(most)]
        self.say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(mail)}}}".encode() + b"\r\n" + mail + b")")

    def do_store(self, rest: str) -> None:
        number, flags = re.fullmatch(r"(\d+) \+FLAGS\.SILENT \((.*)\)", rest).groups()
        self.server.flags[int(number) - 1] |= set(flags.split())

    def do_logout(self, _rest: str) -> None:
        self.say("* BYE")


@pytest.fixture
def imap_server():
    server = ImapServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)
