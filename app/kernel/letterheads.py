"""The head of a letter: the logo of its house, carried in the letter itself: fetched from nowhere, it tells nobody who
reads. Where it cannot be read, the initials stand in its place, as for a house that has none.
"""

import base64
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog

from app.kernel import files
from app.kernel.storage import FileMissing, StorageDown

WIDEST, HIGHEST = 150, 40
CONTENT_ID = "logo@guichet"
SIZE_IN_PNG = slice(16, 24)

log = structlog.get_logger()


@dataclass(frozen=True)
class Logo:
    """A picture, the size it is shown at, and the address under which the letter's HTML finds it."""

    content: bytes
    width: int
    height: int
    address: str


def logo_of(house: Any) -> Logo | None:
    """Give the logo of a letter's house, to be shown on a page: its address holds the picture."""
    digest = getattr(house, "logo_digest", None)
    if not digest:
        return None
    try:
        content = _picture(digest)
    except (FileMissing, StorageDown) as error:
        log.warning("logo_unreadable", digest=digest[:12], error=type(error).__name__)
        return None
    width, height = struct.unpack(">II", content[SIZE_IN_PNG])
    shrunk = min(1.0, WIDEST / width, HIGHEST / height)
    address = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    return Logo(content, max(1, round(width * shrunk)), max(1, round(height * shrunk)), address)


@lru_cache(maxsize=8)
def _picture(digest: str) -> bytes:
    return files.storage().get(digest)
