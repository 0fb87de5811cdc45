"""A small clamd on a free port: reads a stream as the real one does, and finds what antivirus makers agreed to find."""

import socketserver
import struct
import threading

import pytest

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingTCPServer):
    """`answers` holds what it says next instead of reading; `read` what it was given."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Stream)
        self.answers: list[str] = []
        self.read: list[bytes] = []

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class Stream(socketserver.StreamRequestHandler):
    """One INSTREAM: pieces with their length, then a length of zero."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.read.append(content)
        found = "stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK"
        self.wfile.write((self.server.answers.pop(0) if self.server.answers else found).encode() + b"\0")


@pytest.fixture
def clamd(app, monkeypatch):
    """The house has its files read by it."""
    server = Clamd()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setitem(app.config, "CLAMD_URL", server.url)
    yield server
    server.shutdown()
    server.server_close()
