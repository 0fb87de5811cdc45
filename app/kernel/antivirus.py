"""The antivirus: a clamd at `CLAMD_URL`, to which a file is sent as a stream, and which says what it found."""

import socket
import struct
from urllib.parse import urlsplit

from flask import current_app

SECONDS = 30
PIECE = 64 * 1024
PORT = 3310
LONGEST_ANSWER = 1000


class AntivirusAway(OSError):
    """Nobody reads files now: a file goes on waiting, and it is worth another try."""


def is_configured() -> bool:
    """Tell whether files are read before they are given out."""
    return bool(current_app.config["CLAMD_URL"])


def threat_in(content: bytes) -> str:
    """Have a content read; give the name of what was found, nothing when it is clean. Raises AntivirusAway."""
    try:
        with _line() as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            answer = _answer(line)
    except OSError as error:
        raise AntivirusAway(type(error).__name__) from None
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise AntivirusAway(answer[:200])


def _line() -> socket.socket:
    parts = urlsplit(current_app.config["CLAMD_URL"])
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(parts.path)
        return line
    return socket.create_connection((parts.hostname or "localhost", parts.port or PORT), timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0").decode(errors="replace").strip()
