"""Room on the disk: telling that there is none left, and files that stand whole or not at all."""

import errno
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_WRITTEN = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)  # the second is how SQLite tells of a quota
DISK_FULL = "53100"  # PostgreSQL's SQLSTATE
ENOUGH = 100 * 2**20


def says_full(error: BaseException) -> bool:
    """Tell whether something could not be written because there is no room, by the system, SQLite or PostgreSQL."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    cause = getattr(error, "orig", None)  # what the driver said, in an error of SQLAlchemy
    return getattr(cause, "sqlite_errorcode", None) in NOT_WRITTEN or getattr(cause, "sqlstate", None) == DISK_FULL


def room_left(folder: Path) -> int:
    """Give how many bytes are left where a folder stands."""
    return shutil.disk_usage(folder).free


@contextmanager
def whole_file(final: Path) -> Iterator[Path]:
    """Give a draft to fill, readable by this user alone; it takes the name once it is whole, or is taken back."""
    draft = final.with_name(f"{final.name}.{secrets.token_hex(4)}.part")
    draft.touch(mode=0o600)
    try:
        yield draft
        draft.replace(final)
    finally:
        draft.unlink(missing_ok=True)
