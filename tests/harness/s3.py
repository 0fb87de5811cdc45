"""A small S3 server on a free port: objects of one bucket, for requests whose signature (version 4) is right.

It knows the secret and computes the signature by itself, as the specification says; who signs is another library.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, urlsplit

import pytest

KEY, SECRET = "GUICHETKEY", "un secret/avec+des=signes"
BUCKET = "/maison/"


@dataclass
class S3Server:
    """Objects by their path. `answers` holds the statuses it replies next, whatever is asked; `refused` counts forgeries."""

    objects: dict[str, bytes] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    refused: int = 0
    verbs: list[str] = field(default_factory=list)

    def start(self) -> None:
        kept = self

        class Handler(Signed):
            server_state = kept

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, secret: str = SECRET) -> str:
        return f"s3+http://{KEY}:{quote(secret, safe='')}@127.0.0.1:{self.server.server_port}{BUCKET}papiers?region=eu-west-3"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Signed(BaseHTTPRequestHandler):
    """One request: proved first, then done."""

    protocol_version = "HTTP/1.1"
    server_state: S3Server

    def do_GET(self) -> None:
        self._answered(lambda kept, path, _body: (200, kept[path]) if path in kept else (404, b""))

    def do_PUT(self) -> None:
        self._answered(lambda kept, path, body: (200, kept.update({path: body}) or b""))

    def do_DELETE(self) -> None:
        self._answered(lambda kept, path, _body: (204, (kept.pop(path, None), b"")[1]))

    def _answered(self, act) -> None:
        state = self.server_state
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        state.verbs.append(self.command)
        if state.answers:
            status, content = state.answers.pop(0), b""
        elif not self._is_proved(body) or not path.startswith(BUCKET):
            status, content = 403, b""
            state.refused += 1
        else:
            status, content = act(state.objects, path, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"')
        self.send_header("Last-Modified", "Tue, 10 Mar 2026 09:00:00 GMT")
        self.end_headers()
        self.wfile.write(content)

    def _is_proved(self, body: bytes) -> bool:
        scheme, _space, rest = self.headers.get("Authorization", "").partition(" ")
        if scheme != "AWS4-HMAC-SHA256" or self.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return False
        said = dict(part.strip().split("=", 1) for part in rest.split(","))
        key, scope = said["Credential"].split("/", 1)
        signed = said["SignedHeaders"].split(";")
        parts = urlsplit(self.path)
        headers = "".join(f"{name}:{' '.join(self.headers[name].split())}\n" for name in signed)
        request = "\n".join(
            [
                self.command,
                parts.path,
                parts.query,
                headers,
                said["SignedHeaders"],
                self.headers["x-amz-content-sha256"],
            ]
        )
        to_sign = "\n".join([scheme, self.headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()])
        secret = f"AWS4{SECRET}".encode()
        for word in scope.split("/"):
            secret = hmac.new(secret, word.encode(), hashlib.sha256).digest()
        proof = hmac.new(secret, to_sign.encode(), hashlib.sha256).hexdigest()
        return key == KEY and hmac.compare_digest(proof, said["Signature"])

    def log_message(self, *_words) -> None:
        return


@pytest.fixture
def s3_server():
    server = S3Server()
    server.start()
    yield server
    server.stop()
