"""The outside world on a real socket: whatever is posted there is kept, and answered as a test wants."""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest


@dataclass(frozen=True)
class Post:
    """What was posted."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def json(self) -> dict:
        return json.loads(self.body)


class PatientServer(ThreadingHTTPServer):
    """Many may knock at once."""

    request_queue_size = 128


@dataclass
class OutsideServer:
    """A server of the world: `answers` holds what it replies next, then it accepts again."""

    posts: list[Post] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    usual: tuple[int, str] = (200, "ok")

    def start(self) -> None:
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outside.posts.append(
                    Post(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                )
                status, said = outside.answers.pop(0) if outside.answers else outside.usual
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", said)
                self.send_header("Content-Length", str(len(said.encode())))
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_words):
                return

        self.server = PatientServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def outside():
    """A server nobody may speak to, until OUTBOUND_ALLOWED says so."""
    server = OutsideServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_network(app, monkeypatch):
    """The network of the tests' servers is one's own."""
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOWED", "127.0.0.0/8")
