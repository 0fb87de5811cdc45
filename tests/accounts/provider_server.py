"""Providers on real sockets: an OpenID provider in a process of its own, and what Facebook's Graph API answers."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.harness.live import eventually, free_port

A_MOMENT_AGO = 1773133140  # by the clock of every test: a minute before Tuesday 10 March 2026 at 10:00 in Paris

PEOPLE = {
    "zoe": {"email": "Zoe@example.org", "email_verified": True, "given_name": "Zoé", "family_name": "Petit"},
    "chloe": {"email": "chloe@example.org", "email_verified": True, "given_name": "Chloé", "family_name": "Martin"},
    "alice": {"email": "alice@example.org", "email_verified": True, "given_name": "Alice", "family_name": "Durand"},
    "unsure": {"email": "chloe@example.org", "email_verified": False, "given_name": "Chloé"},
    "unknown": {"email": "nouveau@example.org", "email_verified": False, "name": "Nouveau"},
    "anne": {
        "email": "admin@chez-margot.example",
        "email_verified": True,
        "given_name": "Anne",
        "family_name": "Roche",
    },
    "bruno": {"email": "bruno@example.org", "email_verified": True, "auth_time": A_MOMENT_AGO},
    "stale": {"email": "bruno@example.org", "email_verified": True, "auth_time": A_MOMENT_AGO - 600},
    "mute": {"given_name": "Personne"},
}


class ProviderServer:
    """The provider: `url` is its issuer, `agree` is somebody logging in there."""

    def __init__(self) -> None:
        port = free_port()
        self.url = f"http://localhost:{port}"
        people = [
            part for sub, claims in PEOPLE.items() for part in ("--user-claims", json.dumps({"sub": sub, **claims}))
        ]
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *people]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy()
        )
        eventually("the provider", self.answers)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/.well-known/openid-configuration", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def agree(self, address: str, sub: str, action: str = "authorize") -> str:
        """Log in there as somebody (or refuse); gives the address one is sent back to."""
        form = urllib.parse.urlencode({"sub": sub, "action": action}).encode()
        try:
            urllib.request.build_opener(NoRedirect).open(address, form, timeout=10)
        except urllib.error.HTTPError as answer:
            with answer:
                return str(answer.headers["Location"])
        raise AssertionError("the provider sent nobody back")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_request):
        return None


class GraphServer:
    """Facebook's Graph API, as far as a login goes; `asked` holds what was sent for a token."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        asked = self.asked

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self):
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked.append(urllib.parse.parse_qs(sent))
                self.answer({"access_token": "a-token", "token_type": "bearer", "expires_in": 3600})

            def do_GET(self):
                assert self.headers["Authorization"] == "Bearer a-token"
                self.answer({"id": "10042", "first_name": "Rose", "last_name": "Roy", "email": "rose@example.org"})

            def answer(self, said):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            def log_message(self, *_words):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("localhost", 0), Answers)
        self.url = f"http://localhost:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
