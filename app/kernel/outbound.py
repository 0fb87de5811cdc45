"""Requests to addresses of the outside world, made by the worker.

An address that somebody typed, or that a browser gave, must not lead inside: https only, every address its name stands
for must be public, the connection goes to the address that was checked, no redirect is followed, and time and size are
limited. `OUTBOUND_ALLOWED` names the networks of one's own servers, to which plain http may lead as well.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from flask import current_app

from app.kernel.languages import _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

STEP_SECONDS = 5
ALL_SECONDS = 12
MOST_READ = 16 * 1024
WORLDWIDE = ipaddress.IPv6Network("2000::/3")  # all that is routed; what maps an IPv4 address by prefix lies outside…
TUNNELS = (ipaddress.IPv6Network("2001::/32"), ipaddress.IPv6Network("2002::/16"))  # … save these two


class TargetRefused(Exception):
    """An address to which nothing is sent from here; said in words for whoever typed it."""


class Unreachable(OSError):
    """Nobody answered, or not in time: worth another try. It names the fault, never the address."""


@dataclass(frozen=True)
class Target:
    """An address that was looked at, and where exactly it leads."""

    url: SplitResult
    address: str
    port: int


@dataclass(frozen=True)
class Answer:
    """What the other side said, its beginning."""

    status: int
    body: bytes

    def __str__(self) -> str:
        """Write it on one line."""
        return f"{self.status} {' '.join(self.body.decode(errors='replace').split())}"[:300].strip()


def checked(url: str) -> Target:
    """Look where an address leads. Raises TargetRefused when it leads inside, Unreachable for an unknown name."""
    parts = _parts(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _resolved(parts.hostname or "", port)
    own = all(_is_own(address) for address in addresses)
    if not own and any(not is_public(address) for address in addresses):
        raise TargetRefused(_("Cette adresse mène à un réseau privé : rien n’y est envoyé."))
    if not own and (parts.scheme != "https" or port != 443):
        raise TargetRefused(_("Attend une adresse https, sans port particulier."))
    return Target(parts, str(addresses[0]), port)


def known(url: str) -> Target:
    """Take an address of the configuration as it is: who runs the house wrote it."""
    parts = _parts(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Target(parts, parts.hostname or "", port)


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a request; give the answer, a redirect too. Raises Unreachable when there is none."""
    return send(target, "POST", body, headers)


def send(target: Target, method: str, body: bytes | None, headers: Mapping[str, str], most: int = MOST_READ) -> Answer:
    """Send a request of any method, and read `most` bytes of what is answered. Raises Unreachable."""
    path = target.url.path or "/"
    if target.url.query:
        path = f"{path}?{target.url.query}"
    connection = _Pinned(target)
    try:
        with closing(connection), _deadline(connection):
            connection.request(method, path, body, {"User-Agent": "Guichet", **headers})
            with connection.getresponse() as answer:
                return Answer(answer.status, answer.read(most))
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(type(error).__name__) from None


def is_public(address: Address) -> bool:
    """Tell whether an address is of the world: not private, shared, local, reserved, nor one of those in disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in WORLDWIDE or any(address in tunnel for tunnel in TUNNELS):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("https", "http") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(ord(char) <= 32 or ord(char) > 126 for char in url):
        raise TargetRefused(_("Attend une adresse complète, comme https://hooks.example.org/…"))
    return parts


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(type(error).__name__) from None
    return [ipaddress.ip_address(each[4][0]) for each in found]


def _is_own(address: Address) -> bool:
    plain = getattr(address, "ipv4_mapped", None) or address
    allowed = str(current_app.config["OUTBOUND_ALLOWED"]).replace(",", " ").split()
    return any(plain in ipaddress.ip_network(network) for network in allowed)


class _Pinned(http.client.HTTPConnection):
    """Speaks to the address that was checked, under the name that was asked for."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.url.hostname or "", target.port, timeout=STEP_SECONDS)
        self.target = target
        self.wire: socket.socket | None = None  # kept: http.client lets go of its own before the answer is read

    def connect(self) -> None:
        """Open the connection, and prove the name by its certificate."""
        plain = socket.create_connection((self.target.address, self.target.port), timeout=STEP_SECONDS)
        if self.target.url.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        else:
            self.sock = plain
        self.wire = self.sock


@contextmanager
def _deadline(connection: _Pinned) -> Iterator[None]:
    """Hang up on who answers drop by drop: what came until then is no answer."""
    over = Event()

    def hang_up() -> None:
        over.set()
        if connection.wire is not None:
            with suppress(OSError):  # the other side was faster
                socket.socket.shutdown(connection.wire, socket.SHUT_RDWR)

    timer = Timer(ALL_SECONDS, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if over.is_set():
            raise TimeoutError
